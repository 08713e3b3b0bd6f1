/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What others hold while a guest is placed: CPUs, each with its owner, and memory that is promised
 * to them but not yet touched. */
#ifndef ACDR_ENGINE_OTHERS_H
#define ACDR_ENGINE_OTHERS_H

#include "holders.h"
#include "journal.h"

struct acdr_others {
    struct acdr_holders holders;
    struct acdr_bitmap mems; /* nodes that libvirt's cgroup may allocate from */
    long long *promised_kb;  /* one per node of the host, in its order; growing_kb, load too */
    long long *growing_kb;   /* the same, with what bound guests may still be given */
    long long *load;         /* vCPUs there of guests without dedicated CPUs */
    struct acdr_err unread;  /* a guest whose pins are not known, or not by its XML */
};

/* For DOMAIN, whose entry has ID. HOST needs ACDR_HOST_ISOLATION; its tasks count where they have
 * been read, but those on HOUSEKEEPING CPUs, which no guest gets anyhow. 0, or -errno with E: out
 * of memory, libvirt's running guests cannot be read, or what the group of guests may use. */
int acdr_others_read(const struct acdr_host *host, const struct acdr_journal *j, const char *id,
                     const struct acdr_domain *domain, const struct acdr_bitmap *housekeeping,
                     struct acdr_others *ret, struct acdr_err *e);
/* The CPUs that a guest of DOMAIN can get at all: of libvirt's group, and what ACDR gave away. 0 or
 * -errno; all online CPUs then. */
int acdr_others_reach(const struct acdr_host *host, const struct acdr_journal *j,
                      const struct acdr_domain *domain, struct acdr_bitmap *ret);
void acdr_others_done(struct acdr_others *o);

#endif
