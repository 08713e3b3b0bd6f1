/*
 * A probe: one layer that a guest runs on, read and turned into readings. One file a probe, one
 * line in the table of probes.c. A probe reads and never writes, and knows nothing of the others.
 *
 * All a probe gets is the look: the root to read below, the scene (who runs where), and the sample
 * to fill. What it remembers between two looks (descriptors, buffers) is its own state.
 */
#ifndef ACDR_OBSERVE_PROBE_H
#define ACDR_OBSERVE_PROBE_H

#include "class.h"
#include "sample.h"
#include "scene.h"

/* What is known of the conditioning; given by who opens the watch, for this floor has no journal
 * and knows no folder of classes. The caller frees what they give: the first two reports as in
 * acdr/plan.h, the third a class. 0 or -errno. */
struct acdr_witness {
    int (*status)(void *arg, struct acdr_item **ret, struct acdr_err *e); /* acdr_status() */
    int (*drift)(void *arg, struct acdr_item **ret, struct acdr_err *e);  /* acdr_verify() */
    int (*class)(void *arg, const char *name, struct acdr_class **ret, struct acdr_err *e);
    void *arg;
};

struct acdr_look {
    struct acdr_root *root;
    struct acdr_scene *scene;
    struct acdr_sample *sample;
    const struct acdr_witness *witness; /* NULL: nobody knows */
    void *state;                        /* this probe's, NULL until it sets it */
};

/* Walk the guests of a look, and the threads of a guest. */
#define ACDR_LOOK_ACTORS(a, l)                                                                     \
    for (const struct acdr_actor *a = (l)->scene->actors;                                          \
         a < (l)->scene->actors + (l)->scene->n_actors; a++)
#define ACDR_LOOK_THREADS(t, a)                                                                    \
    for (const struct acdr_thread *t = (a)->guest->threads;                                        \
         t < (a)->guest->threads + (a)->guest->n_threads; t++)

/* A reading's subject: this guest; this thread of it. Texts are the sample's. */
struct acdr_reading acdr_look_guest(const struct acdr_look *l, const struct acdr_actor *a);
struct acdr_reading acdr_look_thread(const struct acdr_look *l, const struct acdr_actor *a,
                                     const struct acdr_thread *t);
/* The network cards behind the guests, as indexes into the host's nics. */
void acdr_look_uplinks(const struct acdr_look *l, struct acdr_cpus *ret);
/* "This host has nothing to read": -EOPNOTSUPP, with E. */
int acdr_look_nothing(struct acdr_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct acdr_probe {
    const char *name; /* what acdr_watch_open() calls it */
    const char *help; /* one line */
    int seconds;      /* asked at most so often; 0: at each sample */
    bool by_name;     /* asked only by whom it is named: guests notice that it looks */
    const struct acdr_metric *metrics; /* all that it gives, ends with a NULL name */
    /*
     * Add readings to l->sample. What has vanished or cannot be read of one subject is passed over.
     * 0; -ENOMEM; -EOPNOTSUPP with E: this host has nothing for it to read, do not ask again.
     */
    int (*read)(struct acdr_look *l, struct acdr_err *e);
    /* Release the state; optional, never called with NULL. */
    void (*close)(void *state);
};

/* In the order in which they are asked, NULL-terminated. */
extern const struct acdr_probe *const acdr_probes[];
/* NULL where there is none of that name. */
const struct acdr_probe *acdr_probes_find(const char *name);

#endif
