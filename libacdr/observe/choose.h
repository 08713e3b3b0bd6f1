/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest is watched for: what its class says, else what fits its kind. For
 * acdr_watch_choose() in acdr/watch.h. */
#ifndef ACDR_OBSERVE_CHOOSE_H
#define ACDR_OBSERVE_CHOOSE_H

#include "limit.h"
#include "probe.h"

/* Kinds of guests; a large one is of one of the others as well. */
enum acdr_choice_kind {
    ACDR_CHOICE_SHARED = 1,    /* its vCPUs run where the scheduler puts them */
    ACDR_CHOICE_DEDICATED = 2, /* a CPU of its own for each vCPU */
    ACDR_CHOICE_LARGE = 4      /* more memory than half of the host's largest node */
};

struct acdr_choice {
    char *kind;   /* "dedicated cores, big memory" */
    char *probes; /* names with commas between, in the order in which they are asked */
    char *limits; /* as in a class; "none" */
    int interval; /* seconds */
    bool own;     /* the class says some of it */
};

/* CLASS may be NULL. */
unsigned acdr_choice_kind(const struct acdr_host *h, const struct acdr_domain *d,
                          const struct acdr_class *class);
/* What CLASS (may be NULL) says, and for the rest what fits KIND. Done with acdr_choice_done().
 * 0 or -ENOMEM. */
int acdr_choice_make(unsigned kind, const struct acdr_class *class, struct acdr_choice *ret);
void acdr_choice_done(struct acdr_choice *c);

/* As acdr_watch_choose(). */
int acdr_choice_report(struct acdr_root *root, const struct acdr_status_source *source,
                       const char *guest, struct acdr_item **ret, struct acdr_err *e);

#endif
