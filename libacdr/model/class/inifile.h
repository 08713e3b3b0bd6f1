/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An INI file under a root as a list of lines with their numbers: for class.c and config.c. */
#ifndef ACDR_MODEL_CLASS_INIFILE_H
#define ACDR_MODEL_CLASS_INIFILE_H

#include "auto.h"
#include "err.h"
#include "root.h"

struct acdr_inifile_line {
    char *section, *key, *value; /* section "" before the first header; key NULL: the header */
    int line;
};

struct acdr_inifile {
    char *file;
    struct acdr_inifile_line *lines;
    size_t n_lines;
};

/* -ENOENT (E not written); -EINVAL with file and line: syntax, a NUL byte, or over 64 KiB; -EPERM:
 * on the live root, the file is not owned by root, or group or others may write it. */
int acdr_inifile_read(struct acdr_root *root, const char *file, struct acdr_inifile **ret,
                      struct acdr_err *e);
void acdr_inifile_free(struct acdr_inifile *i);
ACDR_AUTO_DEFINE(struct acdr_inifile, acdr_inifile_free);

#endif
