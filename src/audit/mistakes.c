#include "audit/mistakes.h"

#include <string.h>

const vr_mistake vr_mistakes[] = {
#define MISTAKE(id, name, losses, text) {name, losses, text, vr_mistake_##id},
#include "audit/mistakes.def"
#undef MISTAKE
};
const size_t vr_n_mistakes = sizeof vr_mistakes / sizeof *vr_mistakes;

/* Whole words of a list with spaces between. */
int vr_mistake_concerns(const vr_mistake *mistake, const vr_loss *loss) {
    size_t n = strlen(loss->name);
    for (const char *at = mistake->losses; (at = strstr(at, loss->name)); at++) {
        int begins = at == mistake->losses || at[-1] == ' ';
        if (begins && (at[n] == ' ' || at[n] == 0)) return 1;
    }
    return 0;
}

int vr_formula_mistaken(const void *self, const vr_problem *problem, vr_row *out) {
    const vr_mistake *mistake = self;
    return mistake->formula(problem, out);
}
