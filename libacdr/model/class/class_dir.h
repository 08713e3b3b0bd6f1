/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folders that hold classes; for class.c. */
#ifndef ACDR_MODEL_CLASS_CLASS_DIR_H
#define ACDR_MODEL_CLASS_CLASS_DIR_H

#include "class.h"
#include "inifile.h"

/* Read NAME.conf from the first folder that has it. -ENOENT (E not written) if none has it, else as
 * acdr_inifile_read(). */
int acdr_class_dir_read(struct acdr_root *root, const struct acdr_config *config, const char *name,
                        struct acdr_inifile **ret, struct acdr_err *e);
/* "a, b, c": the names of the existing classes, "none" if there are none; the caller frees. NULL if
 * out of memory. */
char *acdr_class_dir_names(struct acdr_root *root, const struct acdr_config *config);

#endif
