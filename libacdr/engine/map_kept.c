/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps the rules of map.conf in the form that the early hook reads. See map_kept.h. A map that was
 * being written, or is so new that its time may stay the same at its next write, is not kept: its
 * rules could pass for those of another file.
 */
#include "map_kept.h"

#include <string.h>

void acdr_map_keep(struct acdr *a)
{
    acdr_auto(free) char *text = NULL;
    acdr_auto(free) char *kept = NULL;
    int err;

    if (!a->map || !a->map->certain)
        return;
    text = acdr_map_compile(a->map);
    if (!text)
        return;
    err = acdr_root_read(a->root, ACDR_MAP_KEPT_FILE, 0, &kept, NULL);
    if (err == 0 && !strcmp(kept, text))
        return;
    if (acdr_root_mkdir(a->root, ACDR_JOURNAL_DIR) == 0)
        acdr_journal_keep(a->root, ACDR_MAP_KEPT_FILE, text);
}
