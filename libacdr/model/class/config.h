/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/acdr/acdr.conf: the administrator's settings for the whole host. */
#ifndef ACDR_MODEL_CLASS_CONFIG_H
#define ACDR_MODEL_CLASS_CONFIG_H

#include "auto.h"
#include "bitmap.h"
#include "err.h"
#include "rule.h"

struct acdr_root; /* root.h; opaque to steps and the place */

#define ACDR_CONFIG_FILE "/etc/acdr/acdr.conf"

struct acdr_config {
    bool has_housekeeping; /* housekeeping = CPULIST; false: the host's default set */
    struct acdr_bitmap housekeeping;
    char **class_dirs; /* classes = DIR:DIR, NULL-terminated; default /etc/acdr/classes and
                          <datadir>/acdr/classes */
    int deadline;      /* deadline = SECONDS for one hook event, 1..600, default 30 */
    bool replace;      /* replace = yes|no: re-place guests that arrive or are restored */
    bool share;        /* share = yes|no: may guests share dedicated CPUs when none are free */
    char **groups;     /* groups = GROUP=PATTERN,PATTERN ...: pairs of both, NULL-terminated */
    struct acdr_rules rules; /* [allow PATTERN], in the file's order */
};

/* Read the file, or use the defaults if there is none. -EINVAL with file, line and key; -EPERM as
 * for a class file. The caller frees. */
int acdr_config_read(struct acdr_root *root, struct acdr_config **ret, struct acdr_err *e);
/* The defaults. 0 or -ENOMEM. */
int acdr_config_default(struct acdr_config **ret);
/* The group of the guest with that name, for classes that name no group: the first group with a
 * matching pattern (fnmatch(3)); "-" for none. */
const char *acdr_config_group(const struct acdr_config *c, const char *name);
void acdr_config_free(struct acdr_config *c);
ACDR_AUTO_DEFINE(struct acdr_config, acdr_config_free);

#endif
