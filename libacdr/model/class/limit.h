/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The [observe] section of a class: which figures of its guests are watched, and above which value
 * each one is reported. Knows names, units and the syntax of limits; observe/ knows how to read a
 * figure and when it exceeds its limit.
 */
#ifndef ACDR_MODEL_CLASS_LIMIT_H
#define ACDR_MODEL_CLASS_LIMIT_H

#include <stddef.h>

#include "auto.h"
#include "class.h"
#include "err.h"

/* A figure that can have a limit: the worst value of all its subjects (vCPUs, CPUs, devices). */
struct acdr_figure {
    const char *name;  /* "run-delay" */
    const char *unit;  /* "ms/s"; "" for a plain number */
    const char *help;  /* one line */
    const char *probe; /* the probe it comes from, and its metric */
    const char *metric;
    const char *what;  /* label values of the metric that count: "TLB|RES"; NULL: all */
    double scale, add; /* this figure is scale * (the metric's value or rate) + add */
};

/* Ends with a NULL name. */
extern const struct acdr_figure acdr_figures[];
/* NULL if there is none with that name. */
const struct acdr_figure *acdr_figure_find(const char *name);

/* A figure above MOST in TIMES consecutive samples exceeds its limit. */
struct acdr_limit {
    const struct acdr_figure *figure;
    double most;
    int times;
};

/*
 * Parse "5 ms/s for 3" for a figure; the unit and "for N" (1..1000 samples) are optional.
 * -EINVAL: names the wrong word and the expected form.
 */
int acdr_limit_parse(const struct acdr_figure *f, const char *text, struct acdr_limit *ret,
                     struct acdr_err *e);
/*
 * Parse "run-delay > 5 ms/s for 3, interrupts > 100": as above, separated by commas.
 * "none": no limits, *RET is NULL. The caller frees. -EINVAL as above; -ENOMEM.
 */
int acdr_limits_parse(const char *text, struct acdr_limit **ret, size_t *n, struct acdr_err *e);

/* Parse "5", "5s", "2m", "1h" as seconds, 1 to 3600; -1: not of this form. */
int acdr_limit_seconds(const char *text);

/* Is WORD one of the words in LIST, which commas and blanks separate? */
bool acdr_limit_has_word(const char *list, const char *word);

/* The section and its keys: probes, interval, and one key per figure. */
#define ACDR_OBSERVE "observe"
extern const struct acdr_key acdr_observe_keys[];

#endif
