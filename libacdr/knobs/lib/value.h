/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text forms and file access that several kinds of knob share. */
#ifndef ACDR_KNOBS_LIB_VALUE_H
#define ACDR_KNOBS_LIB_VALUE_H

#include "bitmap.h"
#include "err.h"
#include "root.h"

/* TEXT as a cpulist. 0; -EINVAL or -ERANGE with E, which names WHERE. */
int acdr_value_parse(struct acdr_bitmap *s, const char *text, const char *where,
                     struct acdr_err *e);
/* The set as a new cpulist, the caller frees it. 0 or -ENOMEM. */
int acdr_value_print(const struct acdr_bitmap *s, char **ret, struct acdr_err *e);
/* The choice of a pick list, cut out in place: "always [madvise] never" is "madvise", "none
 * (full)" is "full"; of a text that is none: all of it but surrounding white space. */
char *acdr_value_pick(char *text);

/* A whole file; the caller frees *ret. -errno with E. */
int acdr_value_read(struct acdr_root *r, const char *path, char **ret, struct acdr_err *e);
/* A whole file that holds a cpulist. -errno with E. */
int acdr_value_read_set(struct acdr_root *r, const char *path, struct acdr_bitmap *ret,
                        struct acdr_err *e);
/* RC, of what a write does before it asks the kernel to change anything: -EAGAIN where that failed
 * for a reason that says nothing of the setting. */
int acdr_value_unasked(int rc);
/* One write(2): TEXT and the end of a line. -errno with E; -EOPNOTSUPP where this kernel has the
 * file for reading only; -EAGAIN where it could not be opened. */
int acdr_value_write(struct acdr_root *r, const char *path, const char *text, struct acdr_err *e);

/* 0 where R is this machine, else -EOPNOTSUPP with E, which names WHERE. */
int acdr_value_live(const struct acdr_root *r, const char *where, struct acdr_err *e);

/* Are two words the same, each on its own or in [brackets] among others? */
bool acdr_value_same_word(const char *a, const char *b);

#endif
