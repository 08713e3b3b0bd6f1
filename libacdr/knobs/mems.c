/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mems:DIR, the memory nodes of a cgroup. Knows that a cgroup without its own setting uses its
 * parent's, and that the kernel accepts an empty one only for a cgroup without tasks: so the
 * effective nodes are read and restored, never an empty set.
 */
#include <stdio.h>

#include "bitmap.h"
#include "kinds.h"
#include "value.h"

static int read_set(struct acdr_root *r, const char *dir, const char *file, struct acdr_bitmap *ret,
                    struct acdr_err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, file);
    return acdr_value_read_set(r, path, ret, e);
}

static int read_mems(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = read_set(r, rest, "cpuset.mems", &s, e);
    if (rc == 0 && acdr_bitmap_empty(&s))
        rc = read_set(r, rest, "cpuset.mems.effective", &s, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

static int write_mems(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    char path[4096];
    (void)now;
    snprintf(path, sizeof path, "%s/cpuset.mems", rest);
    return acdr_value_write(r, path, want, e);
}

const struct acdr_knob_kind acdr_mems_group = {
    .prefix = "mems",
    .form = ACDR_KNOB_SET,
    .read = read_mems,
    .write = write_mems,
};
