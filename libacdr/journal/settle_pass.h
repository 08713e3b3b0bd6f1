/*
 * One pass of settling, as settle.c drives it: what became of each kept knob. settle_knob.c reads,
 * decides on and writes one knob.
 */
#ifndef ACDR_ENGINE_SETTLE_PASS_H
#define ACDR_ENGINE_SETTLE_PASS_H

#include "settle.h"

enum acdr_fate {
    ACDR_FATE_SETTLED, /* as it should be, without a write */
    ACDR_FATE_WRITE,   /* to be written */
    ACDR_FATE_WRITTEN,
    ACDR_FATE_GONE,    /* the setting has vanished */
    ACDR_FATE_LEFT,    /* somebody else owns it now */
    ACDR_FATE_REFUSED,
    ACDR_FATE_WAIT, /* not there now, but it will be again */
};

/* What a knob that moves many tasks was and was to be: work that was cut off left some there. */
struct acdr_trace {
    char *was, *want;
};

struct acdr_pass {
    struct acdr_settle *s;
    enum acdr_fate *fate; /* one per kept knob */
    struct acdr_trace *trace;
    size_t n;
};

/* Read knob number I and decide; nothing is changed. */
enum acdr_fate acdr_settle_look(struct acdr_pass *p, size_t i);
/* Write it, and read it back. */
enum acdr_fate acdr_settle_act(struct acdr_pass *p, size_t i);
/* Put what came of K into the outcome of the step of the event's entry that claims it. */
void acdr_settle_outcome(struct acdr_pass *p, const struct acdr_kept *k, enum acdr_result r,
                         const char *why);
/* A claim of the event's own entry on this knob, or NULL. */
const struct acdr_claim *acdr_settle_claim(const struct acdr_settle *s, const struct acdr_kept *k);
/* A stock that is settled: from here on any other value is somebody else's doing. 0 or -ENOMEM. */
int acdr_settle_finished(struct acdr_kept *k);
unsigned acdr_settle_flags(const struct acdr_kept *k);

#endif
