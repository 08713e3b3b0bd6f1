/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of reading map.conf, private to map*.c. */
#ifndef ACDR_MODEL_CLASS_MAP_PART_H
#define ACDR_MODEL_CLASS_MAP_PART_H

#include "inifile.h"
#include "map.h"

/* map.c: the rules of INI. -EINVAL with file and line, -ENOMEM. */
int acdr_map_read_lines(struct acdr_map *m, const struct acdr_inifile *ini, struct acdr_err *e);

#endif
