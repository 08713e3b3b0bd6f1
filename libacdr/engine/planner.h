/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Builds the view that steps read, and the plan of their claims. Reads the host, changes nothing.
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
    struct acdr_snapshot *snapshot; /* the owner of the host; NULL: the decision's own */
    struct acdr_guest *guest;
    struct acdr_place *found; /* a new place; NULL if the entry has one or none was found */
    struct acdr_guest_devices devices; /* see acdr_planning_devices() */
    struct acdr_foreign_claim *foreign;
    struct acdr_affinity_members separate, colocate; /* of its [separate] and [colocate] group */
    struct acdr_place_request request; /* the search for its place; see acdr_planning_request() */
    struct acdr_others others;
    struct acdr_plan plan;
    unsigned parts;           /* parts of the host read for this decision */
    struct acdr_err no_place; /* why there is none */
};

/*
 * Prepare a view for DOMAIN (NULL: an administrator's CPUs, then PLACE is given) of CLASS, with a
 * snapshot of the host, what others hold according to the journal J, and the place: PLACE if not
 * NULL, else a new one. Finding none is not an error: see no_place. ID is the entry's.
 */
int acdr_planning_view(struct acdr *a, const struct acdr_journal *j, const char *id,
                       const struct acdr_domain *domain, const struct acdr_class *class,
                       const struct acdr_place *place, struct acdr_planning *ret,
                       struct acdr_err *e);
/* The same with the host and the journal of S, which must outlive the decision. */
int acdr_decide_by_snapshot(struct acdr_snapshot *s, const struct acdr_domain *domain,
                            const struct acdr_class *class, const struct acdr_place *place,
                            struct acdr_planning *ret, struct acdr_err *e);
/*
 * Fill the request of a view that has a domain: acdr_planning_view() calls this for a new place;
 * call it to explain a guest's present place. Collects the steps' hints, so it reads parts of the
 * host. J and ID as above. 0 or -ENOMEM.
 */
int acdr_planning_request(struct acdr *a, const struct acdr_journal *j, const char *id,
                          struct acdr_planning *d, struct acdr_err *e);
/* Find the domain's present and future host devices. 0 or -ENOMEM. */
int acdr_planning_devices(struct acdr_planning *d);
/* Let the class's steps plan for one stage; the view must have its guest for ACDR_STAGE_GUEST. */
int acdr_planning_stage(struct acdr_planning *d, enum acdr_stage stage, struct acdr_err *e);
void acdr_planning_done(struct acdr_planning *d);

/* Plan both stages for a preview: with the real threads if the guest runs, else with an expected
 * guest whose threads have no numbers. */
int acdr_planning_preview(struct acdr_planning *d, struct acdr_err *e);

#endif
