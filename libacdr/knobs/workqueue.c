/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wq:, the CPUs on which the kernel's unbound workqueues may run. Knows that since 6.8 the file
 * "cpumask" holds the request minus the CPUs of isolated partitions, which come and go
 * independently: the request is saved and restored.
 */
#include <errno.h>

#include "bitmap.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define DIR "/sys/devices/virtual/workqueue"

static int read_mask(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *text = NULL;
    (void)rest;
    int rc = acdr_root_read(r, DIR "/cpumask_requested", 0, &text, NULL);
    if (rc == -ENOENT)
        rc = acdr_root_read(r, DIR "/cpumask", 0, &text, NULL);
    if (rc == -ENOENT)
        return acdr_err_set(e, EOPNOTSUPP, DIR "/cpumask: this kernel has none");
    if (rc < 0)
        return acdr_err_errno(e, -rc, DIR "/cpumask: cannot read");
    rc = acdr_bitmap_parse_mask(&s, text);
    if (rc < 0)
        return acdr_err_set(e, -rc, DIR "/cpumask: not a mask: %.80s", acdr_text_trim(text));
    return acdr_value_print(&s, ret, e);
}

static int write_mask(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    (void)rest;
    return acdr_file_mask.write(r, DIR "/cpumask", now, want, e);
}

const struct acdr_knob_kind acdr_workqueue_mask = {
    .prefix = "wq",
    .form = ACDR_KNOB_SET,
    .read = read_mask,
    .write = write_mask,
};
