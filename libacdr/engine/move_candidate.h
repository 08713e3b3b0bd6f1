/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a running guest could gain by another place, and what keeps it from moving there. Reads the
 * host and the journal, changes nothing.
 */
#ifndef ACDR_ENGINE_MOVE_CANDIDATE_H
#define ACDR_ENGINE_MOVE_CANDIDATE_H

#include "handle.h"
#include "journal.h"
#include "place_cost.h"

enum acdr_move_gain {
    ACDR_MOVE_GAIN_NONE,
    ACDR_MOVE_GAIN_TERM,  /* a place of lower cost */
    ACDR_MOVE_GAIN_PLACE, /* a place, where it has none */
    ACDR_MOVE_GAIN_STEPS, /* its place is the best, but steps were refused that may be done by now
                           */
};

struct acdr_move_candidate {
    struct acdr_domain *domain; /* as it runs */
    struct acdr_class *class;   /* by which it was conditioned */
    struct acdr_place_hints hints;
    enum acdr_move_gain gain;
    enum acdr_cost_term term;  /* TERM: the first in which the places differ */
    long long now, then;       /* TERM: by how much; STEPS: how many are refused, and 0 */
    struct acdr_place *better; /* TERM, PLACE */
    struct acdr_bitmap memory; /* TERM, PLACE: nodes that its memory is on */
    struct acdr_bitmap target; /* and nodes where it belongs at the better place */
    char *why; /* what hinders it where there is a gain, NULL: nothing; why there is none */
};

/*
 * Look for guest EN of J, a guest whose process is known. Only the terms that are the guest's own
 * count: what would be left for others (idle, room) is no reason to move one that runs. Its own
 * memory counts as free, and huge pages only where they are free. RET is the caller's in any case.
 * 0; -ESRCH: it has ended; other -errno: its class or its domain cannot be read.
 */
int acdr_move_candidate_find(struct acdr *a, struct acdr_journal *j, const struct acdr_entry *en,
                             struct acdr_move_candidate *ret, struct acdr_err *e);
void acdr_move_candidate_done(struct acdr_move_candidate *c);

/* The knob of the nodes that a guest's memory is on; NULL where memory is out. */
char *acdr_move_candidate_pages(const struct acdr_entry *en);
/* How many of an entry's steps were refused. */
int acdr_move_candidate_refused(const struct acdr_entry *en);

#endif
