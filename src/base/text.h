/* "Did you mean": the nearest name by edit distance. And the fields of a line of a TSV file. */
#ifndef VR_BASE_TEXT_H
#define VR_BASE_TEXT_H

#include <stddef.h>

/* Edits (insert, delete, replace, swap of neighbours; case ignored) that turn a into b. Names
   longer than 63 bytes are compared by their first 63. */
size_t vr_edit_distance(const char *a, const char *b);

/* The name nearest to word (the first one on a tie), or NULL when none is near enough to be meant.
 */
const char *vr_nearest(const char *word, const char *const *names, size_t n_names);

/* text = "; did you mean \"NAME\"?" or "; known are A, B, C" when no name is near. Returns text. */
char *vr_did_you_mean(char *text, size_t size, const char *word, const char *const *names,
                      size_t n_names);

/* Cuts the line at its tabs, in place: fields[0..most). Returns how many fields there are; those beyond most are not
   stored. */
size_t vr_cut_tabs(char *line, const char **fields, size_t most);

#endif
