/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A conditioning step: a pure function from a view to claims. It reads and writes nothing itself.
 * One file per step; the table in steps.c gives the order of execution.
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
    const struct acdr_domain *domain; /* NULL if an administrator conditions CPUs */
    const struct acdr_class *class;
    const struct acdr_config *config;
    const struct acdr_place *place;  /* NULL if there is no place */
    const struct acdr_guest *guest;  /* NULL in stage HOST */
    struct acdr_bitmap housekeeping; /* of the host, without offline CPUs */
    struct acdr_bitmap others;       /* clean cores of everybody else */
    struct acdr_bitmap reach;        /* CPUs that the guest's cgroup can have; of a guest only */
    const struct acdr_foreign_claim *foreign;
    size_t n_foreign;
    const struct acdr_foreign_claim *own; /* the claims that its owner has already */
    size_t n_own;
    struct acdr_bitmap separate_cpus; /* excluded by other members of its [separate] group */
    const char *separate_from;        /* their names, "" if none */
    struct acdr_bitmap colocate_cpus; /* of other members of its [colocate] group */
    const char *colocate_with;        /* their names, "" if none */
};

/*
 * A setting that only the domain's XML can carry: VALUE as attribute ATTR of the element at PATH,
 * or as that whole element if ATTR is NULL; PATH as in model/domain/domain_edit.h.
 */
struct acdr_definition {
    const char *step;
    char *path, *attr, *value, *why;
};

struct acdr_definitions {
    const char *step; /* the present one */
    struct acdr_definition *v;
    size_t n;
    bool bad; /* out of memory */
};

/* Append one; copies the texts. NULL for PATH or VALUE means that the caller ran out of memory. */
void acdr_define(struct acdr_definitions *ds, const char *path, const char *attr, const char *value,
                 const char *why);
void acdr_define_done(struct acdr_definitions *ds);

/* A setting of a family: its name, its value, and the CPUs near its device. */
struct acdr_member {
    const char *knob;
    const struct acdr_bitmap *now;
    struct acdr_bitmap near; /* empty if not known */
};
typedef int acdr_member_fn(void *arg, const struct acdr_member *m);

/* Settings that one knob stands for, a family: which of them there are changes while guests run. */
struct acdr_family {
    const char *knob;
    unsigned reads; /* as that of a step */
    /* Call FN for each that can be moved and has one of CPUS in its value. 0, -ENOMEM, or the first
     * other result of FN. */
    int (*list)(const struct acdr_host *h, const struct acdr_bitmap *cpus, acdr_member_fn *fn,
                void *arg);
};

struct acdr_step {
    const char *name; /* the class section, and the name in the journal */
    const char *help; /* one line */
    unsigned stages;  /* ACDR_STAGE_HOST | ACDR_STAGE_GUEST: plan is called once for each */
    bool needs_place; /* refused without a place */
    bool start_only;  /* plans nothing for a running guest; a move keeps its claims */
    /* What a stage needs besides topology: ACDR_HOST_IRQS, _NICS, _SCHED, _TASKS. */
    unsigned reads, guest_reads; /* of stage HOST; of stage GUEST */
    const struct acdr_key *keys;
    const struct acdr_family *family; /* that it claims, or NULL */
    /* Optional: add requirements on the guest's place to *H. CLASS and CONFIG are set, HOST has the
     * parts of HINT_READS; if HOST or DOMAIN is NULL, skip what depends on it. */
    void (*hint)(const struct acdr_view *v, struct acdr_place_hints *h);
    unsigned hint_reads;
    /* Optional: what this step needs in the domain's XML for its full effect. DOMAIN and CLASS are
     * set, PLACE may be NULL, HOST has topology. */
    void (*define)(const struct acdr_view *v, struct acdr_definitions *ds);
    int (*plan)(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e);
    /* Optional: claims that release the guest's threads between two places, while the step's other
     * claims are undone. GUEST is set. 0 or -1 (no memory). */
    int (*let_go)(const struct acdr_view *v, struct acdr_plan *p);
};

/* In order of execution, NULL-terminated. */
extern const struct acdr_step *const acdr_steps[];
/* The same as sections for acdr_class_read(), with [observe]; the caller frees *ret. 0, -ENOMEM. */
int acdr_steps_sections(struct acdr_section **ret);
/* The requirements of all the class's steps on a place. */
void acdr_steps_hint(const struct acdr_view *v, struct acdr_place_hints *ret);

/* The present step's key. */
const char *acdr_view_key(const struct acdr_view *v, const struct acdr_plan *p, const char *key);
bool acdr_view_yes(const struct acdr_view *v, const struct acdr_plan *p, const char *key);
/* A number; -1 if the key has a word instead. */
long long acdr_view_num(const struct acdr_view *v, const struct acdr_plan *p, const char *key);

/* The guest's group for the present step: the key `group`, else acdr.conf's for the guest's name;
 * "-" for none. */
const char *acdr_view_group(const struct acdr_view *v, const struct acdr_plan *p);

/* For hints, which have no present step: the index of a value among the key's choices; their number
 * for a value that is none of them. */
int acdr_hint_choice(const struct acdr_view *v, const struct acdr_step *step, const char *key);
bool acdr_hint_yes(const struct acdr_view *v, const struct acdr_step *step, const char *key);
/* The keys `group` and `what`. */
void acdr_hint_group(const struct acdr_view *v, const struct acdr_step *step,
                     struct acdr_group_hint *ret);

/* The knob of a guest's thread, into BUF: "thread:PID/TID@START", or "thread:(vCPU 0)" for a
 * preview of a guest that does not run. */
const char *acdr_view_thread(const struct acdr_thread *t, char buf[96]);

#endif
