/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recorded server as a tree of files, with a conditioned guest that lives all the time, and the
 * built hook called on it as libvirt does: for the guest that is attacked, for one without a class,
 * and the command's settle.
 */
#ifndef ACDR_TESTS_ATTACK_WORLD_H
#define ACDR_TESTS_ATTACK_WORLD_H

#include <stdbool.h>

#include "trace.h"
#include "tree_state.h"

enum { WORLD_KINDS = 2, WORLD_CLASSES = 4, WORLD_PHASES = 6 };

/* libvirt's calls in their order; `reconnect` is one that comes while the guest runs. */
enum phase { PREPARE, START, STARTED, RECONNECT, STOPPED, RELEASE };
extern const char *const world_phases[WORLD_PHASES];

struct world {
    const char *hook, *acdr; /* programs; the second NULL where it is not built */
    char *dir, *tree;        /* the tree in its folder; the working folder is the tree */
    const char *kind, *class_name;
    struct tree_state *first; /* nobody is conditioned */
    struct tree_state *base;  /* the guest that lives is */
    char *said;               /* stderr of the last call */
    int status;               /* and its exit status, 128 and more for a signal */
    int calls, failures;
    bool unmoved; /* the kernel's answer was that an interrupt stays where it is */
};

/* The tree of cgroup version 1 or 2 (KIND 0 and 1), guests of the nth class. */
void world_begin(struct world *w, const char *module, int kind, int nth);
void world_end(struct world *w);

/* libvirt's call of the guest, its QEMU begun or ended before; T: traced so, or NULL. */
void world_call(struct world *w, enum phase p, struct trace *t);
/* The tree as it is at the beginning of PHASE, the guest's calls before it made. */
struct tree_state *world_before(struct world *w, enum phase p);
/* What libvirt calls after P: where that FAILED the guest's start is given up. */
void world_after(struct world *w, enum phase p, bool failed);
/* The guest is started and ends once more. */
void world_life(struct world *w);
/* A guest without a class is prepared; the command settles. */
void world_other(struct world *w);
void world_settle(struct world *w);

/* The guest has gone: all is as in `base`, but for an interrupt that is UNMOVED, and once the other
 * guest has ended as in `first`. */
void world_check_end(struct world *w, const char *what);
/* Whatever the hook was led to, it has kept its contract. */
void world_check_call(struct world *w, enum phase p, const char *what);
void world_fail(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
