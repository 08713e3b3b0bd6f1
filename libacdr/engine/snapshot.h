/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host and the journal at one time, for several requests. */
#ifndef ACDR_ENGINE_SNAPSHOT_H
#define ACDR_ENGINE_SNAPSHOT_H

#include "handle.h"
#include "host.h"
#include "journal.h"

struct acdr_snapshot {
    struct acdr *a; /* not owned */
    struct acdr_host *host;
    struct acdr_journal *journal;
    unsigned parts; /* parts of the host that were read */
};

/* With the WHOLE (ACDR_HOST_*) of the host; others are read when they are needed. */
int acdr_snapshot_read(struct acdr *a, unsigned parts, struct acdr_snapshot **ret,
                       struct acdr_err *e);
void acdr_snapshot_done(struct acdr_snapshot *s);
ACDR_AUTO_DEFINE(struct acdr_snapshot, acdr_snapshot_done);

/* The parts that any step may read. */
unsigned acdr_snapshot_usual(void);

#endif
