/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of acdr watch. Signs that something may have changed come from libvirt, from the kernel
 * and by time; one part compares and repairs, one looks at guests by what their classes say. All of
 * it is one thread; times are seconds of CLOCK_MONOTONIC.
 */
#ifndef ACDR_TOOLS_WATCH_WATCH_PART_H
#define ACDR_TOOLS_WATCH_WATCH_PART_H

#include "tool.h"
#include "watch_pace.h"

/* A line of the log, on stdout and at once. */
void watch_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
long long watch_now(void);

/* What a sign asks for; each includes those before it. */
enum watch_sign {
    WATCH_SIGN_LOOK,   /* compare with the kernel, settle where something differs */
    WATCH_SIGN_SETTLE, /* somebody may have gone: settle in any case */
    WATCH_SIGN_PLAN    /* something has come that no claim is about: plan the guest anew */
};

enum { WATCH_SIGN_GUESTS = 16 };

struct watch_repair {
    struct tool *t;
    struct watch_pace pace;
    long long first, due; /* of the signs that wait: when the first came, when to look; 0: none */
    bool settle, all;     /* all: plan every guest anew */
    char *guests[WATCH_SIGN_GUESTS]; /* those to be planned anew */
    int n_guests;
    enum watch_sign most; /* of those that wait */
    char cause[200];      /* the latest of that kind */
};

void watch_repair_begin(struct watch_repair *r, struct tool *t);
/* A sign; GUEST NULL: the host. It waits a moment for others, as they come in groups. */
void watch_repair_note(struct watch_repair *r, enum watch_sign s, const char *guest,
                       const char *what);
/* Do what is due. 0, or -1 where the host could not be compared, which was said. */
int watch_repair_turn(struct watch_repair *r, long long now);
void watch_repair_end(struct watch_repair *r);

/* libvirt's events as signs. Without libvirt none come, and it is asked again, ever less often. */
struct watch_events {
    struct watch_repair *repair;
    void *conn; /* NULL: not connected */
    bool lost;  /* the connection is, as it said */
    long long retry;
    int wait;
    bool told; /* that there is no connection */
};

/* To be called before anything else here: the event loop. -1 where there is none, which is said. */
int watch_events_begin(struct watch_events *v, struct watch_repair *r);
void watch_events_turn(struct watch_events *v, long long now);
void watch_events_end(struct watch_events *v);

/* Signs from the kernel: links that come up, interrupts that appear. */
struct watch_signs {
    struct watch_repair *repair;
    const char *root; /* NULL: this machine */
    int fd;           /* netlink; -1: none */
    int *irqs;        /* those there were, as /proc/interrupts has them */
    size_t n_irqs;
};

void watch_signs_begin(struct watch_signs *s, struct watch_repair *r, const char *root);
/* What netlink has told meanwhile. */
void watch_signs_links(struct watch_signs *s);
/* Are there interrupts that were not there the last time? */
void watch_signs_irqs(struct watch_signs *s);
void watch_signs_end(struct watch_signs *s);

/* The guests that run, and watches on them, one for each interval that is asked for. */
struct watch_guests {
    struct tool *t;
    struct watch_repair *repair;
    struct acdr_watch *roster; /* who runs, with how many vCPUs */
    long long due;
    struct watch_guests_one *v;
    size_t n;
    struct watch_guests_group *groups;
    size_t n_groups;
    struct watch_pace pace; /* of what was logged */
};

/* 0, or -1, which was said. */
int watch_guests_begin(struct watch_guests *g, struct tool *t, struct watch_repair *r);
int watch_guests_turn(struct watch_guests *g, long long now);
void watch_guests_end(struct watch_guests *g);

#endif
