/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A conditioning step: a pure function of what is known to what is claimed. It reads nothing and
 * writes nothing. One file a step; steps.c has the table, whose order is the order of work.
 */
#ifndef ACDR_STEPS_STEP_H
#define ACDR_STEPS_STEP_H

#include "claim.h"
#include "class.h"
#include "domain.h"
#include "guest.h"
#include "host.h"
#include "place.h"
#include "place_hints.h"

struct acdr_view {
    const struct acdr_host *host;
    const struct acdr_domain *domain; /* NULL where an administrator conditions CPUs */
    const struct acdr_class *class;
    const struct acdr_config *config;
    const struct acdr_place *place;  /* NULL where there was no place */
    const struct acdr_guest *guest;  /* NULL in stage HOST */
    struct acdr_bitmap housekeeping; /* of the host, without offline CPUs */
    struct acdr_bitmap others;       /* clean cores of everybody else */
    struct acdr_bitmap reach;        /* CPUs that the guest's cgroup can have; of a guest only */
    const struct acdr_foreign_claim *foreign;
    size_t n_foreign;
    struct acdr_bitmap separate_cpus; /* what other members of its [separate] group keep it from */
    const char *separate_from;        /* their names, "" where there are none */
    struct acdr_bitmap colocate_cpus; /* where other members of its [colocate] group are */
    const char *colocate_with;        /* their names, "" where there are none */
};

/*
 * What only the domain's XML can say: VALUE as an attribute of the element at PATH, or where ATTR
 * is NULL as that whole element; PATH as in model/domain/domain_edit.h.
 */
struct acdr_definition {
    const char *step;
    char *path, *attr, *value, *why;
};

struct acdr_definitions {
    const char *step; /* the present one */
    struct acdr_definition *v;
    size_t n;
    bool bad; /* memory is out */
};

/* Append one; the texts are copied, NULL for PATH or VALUE says that memory was out. */
void acdr_define(struct acdr_definitions *ds, const char *path, const char *attr, const char *value,
                 const char *why);
void acdr_define_done(struct acdr_definitions *ds);

struct acdr_step {
    const char *name; /* the class section, and the journal's word */
    const char *help; /* one line */
    unsigned stages;  /* ACDR_STAGE_HOST | ACDR_STAGE_GUEST: plan is called once for each */
    bool needs_place; /* refused where there is no place */
    bool start_only;  /* plans nothing for a guest that runs; what it claimed stays at a move */
    /* What a stage needs beside topology: ACDR_HOST_IRQS, _NICS, _SCHED, _TASKS. */
    unsigned reads, guest_reads; /* of stage HOST; of stage GUEST */
    const struct acdr_key *keys;
    /* Optional: what the guest's place should be like, added to *H. CLASS and CONFIG are set, HOST
     * has what HINT_READS asks for; where HOST or DOMAIN is NULL, leave out what depends on it. */
    void (*hint)(const struct acdr_view *v, struct acdr_place_hints *h);
    unsigned hint_reads;
    /* Optional: what the domain's XML should say for this step to do all that it can. DOMAIN and
     * CLASS are set, PLACE may be NULL, HOST has topology. */
    void (*define)(const struct acdr_view *v, struct acdr_definitions *ds);
    int (*plan)(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e);
    /* Optional: what lets the guest's threads go, claimed between two places while all else that
     * the step claims is given back. GUEST is set. 0 or -1 (no memory). */
    int (*let_go)(const struct acdr_view *v, struct acdr_plan *p);
};

/* In order of work, NULL-terminated. */
extern const struct acdr_step *const acdr_steps[];
/* The same as sections for acdr_class_read(), with [observe]; the caller frees *ret. 0, -ENOMEM. */
int acdr_steps_sections(struct acdr_section **ret);
/* What the class's steps want of a place, all together. */
void acdr_steps_hint(const struct acdr_view *v, struct acdr_place_hints *ret);

/* The present step's key. */
const char *acdr_view_key(const struct acdr_view *v, const struct acdr_plan *p, const char *key);
bool acdr_view_yes(const struct acdr_view *v, const struct acdr_plan *p, const char *key);
/* A number; -1 where the key has a word in its place. */
long long acdr_view_num(const struct acdr_view *v, const struct acdr_plan *p, const char *key);

/* The group that the present step puts the guest in: the key `group`, else what acdr.conf says of
 * the guest's name; "-" for none. */
const char *acdr_view_group(const struct acdr_view *v, const struct acdr_plan *p);

/* For hints, where no step is the present one: the number of a value among the key's choices. */
int acdr_hint_choice(const struct acdr_view *v, const struct acdr_step *step, const char *key);
bool acdr_hint_yes(const struct acdr_view *v, const struct acdr_step *step, const char *key);
/* The keys `group` and `what`. */
void acdr_hint_group(const struct acdr_view *v, const struct acdr_step *step,
                     struct acdr_group_hint *ret);

/* The knob of a guest's thread, into BUF: "thread:PID/TID@START", or "thread:(vCPU 0)" where the
 * guest does not run and the plan is only looked at. */
const char *acdr_view_thread(const struct acdr_thread *t, char buf[96]);

#endif
