/* A command that lists what there is of one kind: as lines, or with --json as {"KIND": [...]}. */
#ifndef VR_CLI_LISTING_H
#define VR_CLI_LISTING_H

#include <jansson.h>
#include <stddef.h>
#include "base/error.h"

typedef struct vr_listing {
    const char *kind;     /* "losses" */
    const char *doc;      /* "The losses." */
    const char *json_doc; /* of --json */
    size_t n;
    void (*print)(size_t i); /* a line */
    json_t *(*describe)(size_t i);
    const char *write_flag,
        *write_doc; /* a flag --write_flag DIR that writes files instead; NULL: none */
    vr_status (*write)(const char *folder, vr_error *error);
} vr_listing;

/* Returns the exit code. */
int vr_list(const vr_listing *listing, int argc, char **argv);

#endif
