/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of acdr watch. Signs of possible changes come from libvirt, the kernel and timers; one
 * part compares and repairs, one watches guests as their classes say. All run in one thread; times
 * are seconds of CLOCK_MONOTONIC.
 */
#ifndef ACDR_TOOLS_WATCH_WATCH_PART_H
#define ACDR_TOOLS_WATCH_WATCH_PART_H

#include "tool.h"
#include "watch_pace.h"

/* Print a line of the log on stdout, unbuffered. */
void watch_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
long long watch_now(void);

/* What a sign requests; each includes those before it. */
enum watch_sign {
    WATCH_SIGN_LOOK,   /* compare with the kernel, settle differences */
    WATCH_SIGN_SETTLE, /* a guest may have ended: settle in any case */
    WATCH_SIGN_PLAN    /* something new without a claim: plan the guest again */
};

enum { WATCH_SIGN_GUESTS = 16 };

struct watch_repair {
    struct tool *t;
    struct watch_pace pace;
    long long first, due;            /* pending signs: time of the first, time to act; 0: none */
    bool settle, all;                /* all: plan every guest again */
    char *guests[WATCH_SIGN_GUESTS]; /* those to plan again */
    int n_guests;
    enum watch_sign most; /* of the pending ones */
    char cause[200];      /* the latest of that kind */
    char *intruders;      /* that were logged last, one a line; NULL: none */
};

void watch_repair_begin(struct watch_repair *r, struct tool *t);
/* A sign; GUEST NULL: the host. Waits briefly for others, because they come in groups. */
void watch_repair_note(struct watch_repair *r, enum watch_sign s, const char *guest,
                       const char *what);
/* Do what is due. 0, or -1 if the host could not be compared, which was logged. */
int watch_repair_turn(struct watch_repair *r, long long now);
void watch_repair_end(struct watch_repair *r);

/* libvirt's events as signs. Without libvirt there are none; it retries ever less often. */
struct virt_calls;
struct watch_events {
    const struct virt_calls *virt;
    struct watch_repair *repair;
    void *conn; /* NULL: not connected */
    bool lost;  /* the connection is, as it said */
    long long retry;
    int wait;
    bool told; /* that there is no connection */
};

/* Call before anything else here: sets up the event loop. -1 if that fails, which is logged. */
int watch_events_begin(struct watch_events *v, struct watch_repair *r);
void watch_events_turn(struct watch_events *v, long long now);
void watch_events_end(struct watch_events *v);

/* Signs from the kernel: links that come up, network queues and interrupts that appear. */
struct watch_signs {
    struct watch_repair *repair;
    const char *root; /* NULL: this machine */
    int fd, queues;   /* netlink: links; kobject events; -1: none */
    int *irqs;        /* the previous ones, as in /proc/interrupts */
    size_t n_irqs;
};

void watch_signs_begin(struct watch_signs *s, struct watch_repair *r, const char *root);
/* Read pending netlink messages. */
void watch_signs_links(struct watch_signs *s);
void watch_signs_queues(struct watch_signs *s);
/* Are there new interrupts since the last call? */
void watch_signs_irqs(struct watch_signs *s);
void watch_signs_end(struct watch_signs *s);

/* The running guests, and watches on them, one per requested interval. */
struct watch_guests {
    struct tool *t;
    struct watch_repair *repair;
    struct acdr_watch *roster; /* the running guests with their numbers of vCPUs */
    long long due;
    struct watch_guests_one *v;
    size_t n;
    struct watch_guests_group *groups;
    size_t n_groups;
    struct watch_pace pace; /* of what was logged */
};

/* 0, or -1, which was logged. */
int watch_guests_begin(struct watch_guests *g, struct tool *t, struct watch_repair *r);
int watch_guests_turn(struct watch_guests *g, long long now);
void watch_guests_end(struct watch_guests *g);

#endif
