/* What the losses are called and where they come from. */
#include "loss/loss.h"
#include "verirec.h"

const char *verirec_loss_name(size_t index) {
    return index < vr_n_losses ? vr_losses[index].name : NULL;
}

const char *verirec_loss_title(const char *loss) {
    const vr_loss *found = loss ? vr_loss_find(loss) : NULL;
    return found ? found->title : NULL;
}

const char *verirec_loss_equation(const char *loss) {
    const vr_loss *found = loss ? vr_loss_find(loss) : NULL;
    return found ? found->equation : NULL;
}
