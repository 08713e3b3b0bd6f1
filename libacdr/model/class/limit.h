/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a class says in [observe]: which figures its guests are watched for, and from which value on
 * one is worth a word. Knows names, units and how a limit is written; how a figure is read and
 * when a limit is crossed, observe/ knows.
 */
#ifndef ACDR_MODEL_CLASS_LIMIT_H
#define ACDR_MODEL_CLASS_LIMIT_H

#include <stddef.h>

#include "auto.h"
#include "class.h"
#include "err.h"

/* A figure that can have a limit: of all its subjects (vCPUs, CPUs, devices) the worst one. */
struct acdr_figure {
    const char *name;  /* "run-delay" */
    const char *unit;  /* "ms/s"; "" for a plain number */
    const char *help;  /* one line */
    const char *probe; /* the probe that it is from, and its metric */
    const char *metric;
    const char *what;  /* values of the metric's label that count: "TLB|RES"; NULL: all */
    double scale, add; /* this figure is scale * (the metric's value or rate) + add */
};

/* Ends with a NULL name. */
extern const struct acdr_figure acdr_figures[];
/* NULL where there is none of that name. */
const struct acdr_figure *acdr_figure_find(const char *name);

/* A figure above MOST in TIMES samples in a row is over its limit. */
struct acdr_limit {
    const struct acdr_figure *figure;
    double most;
    int times;
};

/*
 * Read "5 ms/s for 3" for a figure; the unit and "for N" (1..1000 samples) may be left out.
 * -EINVAL: which word is wrong and what to write.
 */
int acdr_limit_parse(const struct acdr_figure *f, const char *text, struct acdr_limit *ret,
                     struct acdr_err *e);
/*
 * Read "run-delay > 5 ms/s for 3, interrupts > 100": as above, with commas between.
 * "none" is none. *RET is NULL where there are none; the caller frees. -EINVAL likewise; -ENOMEM.
 */
int acdr_limits_parse(const char *text, struct acdr_limit **ret, size_t *n, struct acdr_err *e);

/* "5", "5s", "2m", "1h" as seconds, 1 to 3600; -1: it is none of these. */
int acdr_limit_seconds(const char *text);

/* Is WORD one of those in LIST, which has commas and blanks between them? */
bool acdr_limit_has_word(const char *list, const char *word);

/* The section and its keys: probes, interval, and each figure. */
#define ACDR_OBSERVE "observe"
extern const struct acdr_key acdr_observe_keys[];

#endif
