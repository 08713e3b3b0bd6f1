/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a running guest would gain from another place, and what prevents the move. Reads the host
 * and the journal, changes nothing.
 */
#ifndef ACDR_ENGINE_MOVE_CANDIDATE_H
#define ACDR_ENGINE_MOVE_CANDIDATE_H

#include "handle.h"
#include "journal.h"
#include "place_cost.h"

enum acdr_move_gain {
    ACDR_MOVE_GAIN_NONE,
    ACDR_MOVE_GAIN_TERM,  /* a place of lower cost */
    ACDR_MOVE_GAIN_PLACE, /* a place, if it has none */
    ACDR_MOVE_GAIN_STEPS, /* its place is the best, but refused steps may now succeed
                           */
};

struct acdr_move_candidate {
    struct acdr_domain *domain; /* as it runs */
    struct acdr_class *class;   /* its class when conditioned */
    struct acdr_place_hints hints;
    enum acdr_move_gain gain;
    enum acdr_cost_term term;  /* TERM: the first that differs */
    long long now, then;       /* TERM: by how much; STEPS: how many are refused, and 0 */
    struct acdr_place *better; /* TERM, PLACE */
    struct acdr_bitmap memory; /* TERM, PLACE: the nodes of its memory */
    struct acdr_bitmap target; /* and the nodes for it at the better place */
    char *why; /* with a gain: what prevents the move, NULL: nothing; else why there is no gain */
};

/*
 * Find the candidate for guest EN of J, whose process is known. Only the guest's own terms count:
 * what is left for others (idle, room) is no reason to move a running guest. Its own memory counts
 * as free; huge pages count only if free. The caller owns RET in any case. 0; -ESRCH: it has ended;
 * other -errno: its class or domain cannot be read.
 */
int acdr_move_candidate_find(struct acdr *a, struct acdr_journal *j, const struct acdr_entry *en,
                             struct acdr_move_candidate *ret, struct acdr_err *e);
void acdr_move_candidate_done(struct acdr_move_candidate *c);

/* The knob of the nodes of a guest's memory; NULL if out of memory. */
char *acdr_move_candidate_pages(const struct acdr_entry *en);

#endif
