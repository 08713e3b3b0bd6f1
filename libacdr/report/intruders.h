/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads of others on the clean cores of conditioned guests. Reads the host once for all guests.
 */
#ifndef ACDR_REPORT_INTRUDERS_H
#define ACDR_REPORT_INTRUDERS_H

#include "handle.h"
#include "holders.h"
#include "item.h"
#include "journal.h"

struct acdr_intruders {
    struct acdr_root *root;
    struct acdr_host *host;
    struct acdr_neighbours running;
    bool has_running; /* running is read */
};

/* J says who is at home where. RET always needs acdr_intruders_done(). 0 or -errno with E. */
int acdr_intruders_read(struct acdr *a, const struct acdr_journal *j, struct acdr_intruders *ret,
                        struct acdr_err *e);
/* Add those of EN to LIST: domain (unless DOMAIN is NULL), cpus, who. 0 or -errno with E. */
int acdr_intruders_add(struct acdr_intruders *l, const struct acdr_entry *en,
                       struct acdr_item *list, const char *domain, struct acdr_err *e);
void acdr_intruders_done(struct acdr_intruders *l);

static inline void acdr_auto_intruders(struct acdr_intruders *l)
{
    acdr_intruders_done(l);
}

#endif
