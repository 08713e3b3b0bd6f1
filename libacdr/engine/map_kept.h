/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The compiled rules of map.conf, kept for the early hook. */
#ifndef ACDR_ENGINE_MAP_KEPT_H
#define ACDR_ENGINE_MAP_KEPT_H

#include "handle.h"
#include "journal.h"

#define ACDR_MAP_KEPT_FILE ACDR_JOURNAL_DIR "/map"

/* Write them if they are not those of A's map. They only save time: without them, or with those of
 * another file, the early hook asks the library about each guest. */
void acdr_map_keep(struct acdr *a);

#endif
