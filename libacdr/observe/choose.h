/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to watch a guest for: as its class says, else as suits its kind. For acdr_watch_choose() in
 * acdr/watch.h. */
#ifndef ACDR_OBSERVE_CHOOSE_H
#define ACDR_OBSERVE_CHOOSE_H

#include "limit.h"
#include "probe.h"

/* Kinds of guests; a large one is also of one of the others. */
enum acdr_choice_kind {
    ACDR_CHOICE_SHARED = 1,    /* its vCPUs run where the scheduler puts them */
    ACDR_CHOICE_DEDICATED = 2, /* a CPU of its own for each vCPU */
    ACDR_CHOICE_LARGE = 4      /* more memory than half of the host's largest node */
};

struct acdr_choice {
    char *kind;   /* "dedicated cores, big memory" */
    char *probes; /* names separated by commas, in the order in which they are read */
    char *limits; /* as in a class; "none" */
    int interval; /* seconds */
    bool own;     /* the class sets some of it */
};

/* CLASS may be NULL. */
unsigned acdr_choice_kind(const struct acdr_host *h, const struct acdr_domain *d,
                          const struct acdr_class *class);
/* The settings of CLASS (may be NULL), completed by those that suit KIND. Release with
 * acdr_choice_done(). 0 or -ENOMEM. */
int acdr_choice_make(unsigned kind, const struct acdr_class *class, struct acdr_choice *ret);
void acdr_choice_done(struct acdr_choice *c);

/* As acdr_watch_choose(). */
int acdr_choice_report(struct acdr_root *root, const struct acdr_status_source *source,
                       const char *guest, struct acdr_item **ret, struct acdr_err *e);

#endif
