/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what is known to what is claimed: the view that steps see, and the plan that they make.
 * Reads the host, changes nothing.
 */
#ifndef ACDR_ENGINE_PLANNER_H
#define ACDR_ENGINE_PLANNER_H

#include "affinity_group.h"
#include "guest_devices.h"
#include "handle.h"
#include "journal.h"
#include "others.h"
#include "place_find.h"
#include "snapshot.h"
#include "step.h"

struct acdr_planning {
    struct acdr_view view;
    struct acdr_host *host;
    struct acdr_snapshot *snapshot; /* whose the host is; NULL: the decision's own */
    struct acdr_guest *guest;
    struct acdr_place *found; /* a new place; NULL where the entry has one, or none was found */
    struct acdr_guest_devices devices; /* see acdr_planning_devices() */
    struct acdr_foreign_claim *foreign;
    struct acdr_affinity_members separate, colocate; /* of its [separate] and [colocate] group */
    struct acdr_place_request
        request; /* how its place is looked for; see acdr_planning_request() */
    struct acdr_others others;
    struct acdr_plan plan;
    unsigned parts;           /* of the host that have been read for this decision */
    struct acdr_err no_place; /* why there is none */
};

/*
 * Prepare a view for DOMAIN (NULL: an administrator's CPUs, then PLACE is given) of CLASS, with a
 * snapshot of the host, what others hold by the journal J, and the place: PLACE where not NULL,
 * else a new one. Not finding one is no failure: see no_place. ID is the entry's.
 */
int acdr_planning_view(struct acdr *a, const struct acdr_journal *j, const char *id,
                       const struct acdr_domain *domain, const struct acdr_class *class,
                       const struct acdr_place *place, struct acdr_planning *ret,
                       struct acdr_err *e);
/* The same by the host and the journal of S, which must outlive the decision. */
int acdr_decide_by_snapshot(struct acdr_snapshot *s, const struct acdr_domain *domain,
                            const struct acdr_class *class, const struct acdr_place *place,
                            struct acdr_planning *ret, struct acdr_err *e);
/*
 * Fill the request of a view that has a domain: acdr_planning_view() does so where it looks for a
 * place, and whoever asks why a guest's present place is where it is does so for that one. Steps'
 * hints are collected, so parts of the host are read. J and ID as above. 0 or -ENOMEM.
 */
int acdr_planning_request(struct acdr *a, const struct acdr_journal *j, const char *id,
                          struct acdr_planning *d, struct acdr_err *e);
/* Find the devices of the host that the domain has or will have. 0 or -ENOMEM. */
int acdr_planning_devices(struct acdr_planning *d);
/* Let the class's steps plan for one stage; the view must have its guest for ACDR_STAGE_GUEST. */
int acdr_planning_stage(struct acdr_planning *d, enum acdr_stage stage, struct acdr_err *e);
void acdr_planning_done(struct acdr_planning *d);

/* Plan both stages, to be looked at: with the real threads where the guest runs, else with a guest
 * as it will look, whose threads have no numbers. */
int acdr_planning_preview(struct acdr_planning *d, struct acdr_err *e);

#endif
