/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A mounted resctrl file system with two L3 caches, played on files. Imitated are:
 *   - a group is a folder: made, it has its files, and removed, it takes them along
 *   - a write to schemata changes the named resource and cache alone
 *   - bits of a mask that are not in a row are refused (EINVAL)
 */
#ifndef ACDR_TESTS_LIB_FAKE_RESCTRL_H
#define ACDR_TESTS_LIB_FAKE_RESCTRL_H

#include <stdbool.h>

/* The files of the whole machine: host_file_unpack() makes them; each L3 needs its id beside. */
#define FAKE_RESCTRL_FILES                                                                         \
    "/sys/fs/resctrl/schemata\t    MB:0=100;1=100\n"                                               \
    "/sys/fs/resctrl/schemata\t    L3:0=fff;1=fff\n"                                               \
    "/sys/fs/resctrl/info/L3/min_cbm_bits\t1\n"                                                    \
    "/sys/fs/resctrl/info/L3/num_closids\t4\n"                                                     \
    "/sys/fs/resctrl/info/MB/min_bandwidth\t10\n"                                                  \
    "/sys/fs/resctrl/info/last_cmd_status\tmask is not in a row\n"

struct fake_resctrl {
    char before[256]; /* schemata as they were before a write */
};

/* One change below ROOT, as acdr_root_write_hook_fn tells it; other paths are passed over. */
int fake_resctrl_tap(struct fake_resctrl *k, const char *root, const char *path, const char *text,
                     bool after);

#endif
