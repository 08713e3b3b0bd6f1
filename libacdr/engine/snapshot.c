/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots of a host. Knows which parts steps need, not what for. */
#include "snapshot.h"

#include "step.h"

void acdr_snapshot_done(struct acdr_snapshot *s)
{
    if (!s)
        return;
    acdr_host_free(s->host);
    acdr_journal_free(s->journal);
    free(s);
}

int acdr_snapshot_read(struct acdr *a, unsigned parts, struct acdr_snapshot **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_snapshot_done) struct acdr_snapshot *s = calloc(1, sizeof(*s));
    int err;

    if (!s)
        return acdr_err_nomem(e);
    s->a = a;
    s->parts = parts;
    err = acdr_journal_read(a->root, &s->journal, e);
    if (err == 0)
        err = acdr_host_read(a->root, parts, &s->host, e);
    if (err < 0)
        return err;
    *ret = acdr_take(s);
    return 0;
}

/* Excludes a guest's own disks, which are looked up per guest, and queries of other programs: steps
 * read these on demand. */
unsigned acdr_snapshot_usual(void)
{
    unsigned parts = ACDR_HOST_ISOLATION | ACDR_HOST_NICS;

    for (int i = 0; acdr_steps[i]; i++)
        parts |= acdr_steps[i]->reads | acdr_steps[i]->guest_reads | acdr_steps[i]->hint_reads;
    return parts & ~(unsigned)(ACDR_HOST_STORAGE | ACDR_HOST_OVS);
}
