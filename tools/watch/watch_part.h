/*
 * The parts of acdr watch. Signs that something may have changed come from libvirt, from the kernel
 * and by time; one part compares and repairs, one looks at guests by what their classes say. All of
 * it is one thread; times are seconds of CLOCK_MONOTONIC.
 */
#ifndef ACDR_TOOLS_WATCH_H
#define ACDR_TOOLS_WATCH_H

#include "tool.h"
#include "watch_pace.h"

/* A line of the log, on stdout and at once. */
void acdr_watch_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
long long acdr_watch_now(void);

/* What a sign asks for; each includes those before it. */
enum acdr_sign {
    ACDR_SIGN_LOOK,   /* compare with the kernel, settle where something differs */
    ACDR_SIGN_SETTLE, /* somebody may have gone: settle in any case */
    ACDR_SIGN_PLAN    /* something has come that no claim is about: plan the guest anew */
};

enum { ACDR_SIGN_GUESTS = 16 };

struct acdr_repair {
    struct acdr_tool *t;
    struct acdr_pace pace;
    long long first, due; /* of the signs that wait: when the first came, when to look; 0: none */
    bool settle, all;     /* all: plan every guest anew */
    char *guests[ACDR_SIGN_GUESTS]; /* those to be planned anew */
    int n_guests;
    enum acdr_sign most;  /* of those that wait */
    char cause[200];      /* the latest of that kind */
};

void acdr_repair_begin(struct acdr_repair *r, struct acdr_tool *t);
/* A sign; GUEST NULL: the host. It waits a moment for others, as they come in groups. */
void acdr_repair_note(struct acdr_repair *r, enum acdr_sign s, const char *guest, const char *what);
/* Do what is due. 0, or -1 where the host could not be compared, which was said. */
int acdr_repair_turn(struct acdr_repair *r, long long now);
void acdr_repair_end(struct acdr_repair *r);

/* libvirt's events as signs. Without libvirt none come, and it is asked again, ever less often. */
struct acdr_events {
    struct acdr_repair *repair;
    void *conn; /* NULL: not connected */
    bool lost;  /* the connection is, as it said */
    long long retry;
    int wait;
    bool told;  /* that there is no connection */
};

/* To be called before anything else here: the event loop. -1 where there is none, which is said. */
int acdr_events_begin(struct acdr_events *v, struct acdr_repair *r);
void acdr_events_turn(struct acdr_events *v, long long now);
void acdr_events_end(struct acdr_events *v);

/* Signs from the kernel: links that come up, interrupts that appear. */
struct acdr_signs {
    struct acdr_repair *repair;
    const char *root; /* NULL: this machine */
    int fd;           /* netlink; -1: none */
    int *irqs;        /* those there were, as /proc/interrupts has them */
    size_t n_irqs;
};

void acdr_signs_begin(struct acdr_signs *s, struct acdr_repair *r, const char *root);
/* What netlink has told meanwhile. */
void acdr_signs_links(struct acdr_signs *s);
/* Are there interrupts that were not there the last time? */
void acdr_signs_irqs(struct acdr_signs *s);
void acdr_signs_end(struct acdr_signs *s);

/* The guests that run, and watches on them, one for each interval that is asked for. */
struct acdr_guests {
    struct acdr_tool *t;
    struct acdr_repair *repair;
    struct acdr_watch *roster; /* who runs, with how many vCPUs */
    long long due;
    struct acdr_guests_one *v;
    size_t n;
    struct acdr_guests_group *groups;
    size_t n_groups;
    struct acdr_pace pace; /* of what was logged */
};

/* 0, or -1, which was said. */
int acdr_guests_begin(struct acdr_guests *g, struct acdr_tool *t, struct acdr_repair *r);
int acdr_guests_turn(struct acdr_guests *g, long long now);
void acdr_guests_end(struct acdr_guests *g);

#endif
