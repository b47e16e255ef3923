/* verirec loss: the first byte chooses the loss, the rest is the JSON. What the reader accepts gives a value
   and a gradient that may overflow but are never NaN, and that repeat. */
#include <float.h>
#include <math.h>
#include <string.h>
#include "cli/loss_input.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static double evaluate(const vr_loss *loss, const vr_loss_input *in, double *gradient) {
    vr_scores_f64 scores = {.pos = in->pos,
                            .neg = in->neg,
                            .n_neg = in->n_neg,
                            .pos_samples = in->pos_samples,
                            .n_pos_samples = in->n_pos_samples,
                            .neg_q = in->neg_q};
    vr_gradient_f64 out = {.neg = gradient + 1, .pos_samples = gradient + 1 + in->n_neg};
    double value = loss->f64(&scores, &in->params, &out);
    gradient[0] = out.pos;
    return value;
}

static void check(const vr_loss *loss, const vr_loss_input *in) {
    size_t n = 1 + in->n_neg + in->n_pos_samples;
    double *once = calloc(n, sizeof *once), *twice = calloc(n, sizeof *twice);
    if (!once || !twice) abort();
    double value = evaluate(loss, in, once), again = evaluate(loss, in, twice);
    if (isnan(value) || memcmp(&value, &again, sizeof value) != 0) abort();
    if (memcmp(once, twice, n * sizeof *once) != 0) abort();
    for (size_t i = 0; i < n; i++)
        if (isnan(once[i])) abort();
    free(once);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    const vr_loss *loss = &vr_losses[data[0] % vr_n_losses];
    char path[32];
    int fd = fuzz_file(data + 1, size - 1, path);
    vr_loss_input input;
    vr_error error = {0};
    if (vr_loss_input_read(path, loss, DBL_MAX, &input, &error) == VR_OK) {
        check(loss, &input);
        vr_loss_input_free(&input);
    } else if (!error.text[0]) {
        abort(); /* a failure without its message */
    }
    close(fd);
    return 0;
}
