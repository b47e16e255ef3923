/* vr_fail: the status is returned and stored, the text formatted and never longer than its room. */
#include <string.h>
#include <criterion/criterion.h>
#include "base/error.h"

Test(error, status_is_returned_and_stored_with_the_text) {
    vr_error error = {0};
    cr_assert_eq(vr_fail(&error, VR_BAD_DATA, "%s:%d: expected %s", "x.txt", 3, "an id"),
                 VR_BAD_DATA);
    cr_assert_eq(error.status, VR_BAD_DATA);
    cr_assert_str_eq(error.text, "x.txt:3: expected an id");
}

Test(error, nobody_has_to_listen) {
    cr_assert_eq(vr_fail(NULL, VR_USAGE, "unheard"), VR_USAGE);
}

Test(error, a_long_text_is_cut_at_its_room) {
    char long_text[4096];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    vr_error error = {0};
    vr_fail(&error, VR_INTERNAL, "%s", long_text);
    cr_assert_eq(strlen(error.text), sizeof error.text - 1);
}
