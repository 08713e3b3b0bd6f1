/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading what acdr record wrote: docs/record.md has the form. */
#ifndef ACDR_TOOLS_REPORT_RECORDING_H
#define ACDR_TOOLS_REPORT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <acdr/base.h>

/* What a subject is from that sample on; NAN: there is nothing from there on. */
struct recording_value {
    unsigned sample;
    float value;
};

/* Texts are UTF-8 without control characters whatever the file has, and "" where there is none. */
struct recording_subject {
    const char *metric, *kind, *unit, *guest, *thread, *device, *label, *what;
    int tid, cpu, node; /* -1 where it has none */
    struct recording_value *v;
    size_t n;
    char *text; /* what the names above are in */
};

struct recording {
    double began;     /* the first sample, seconds since the epoch */
    int interval;     /* seconds between samples, as it was asked for */
    const char *end;  /* "stopped", "time", "size", "failed"; "" where it was cut off */
    size_t n_samples; /* whole ones, at least 1 */
    double *when;     /* of each, seconds since the first */
    struct recording_subject *subjects;
    size_t n_subjects;
    char *text; /* what END is in, NULL */
};

/*
 * Read F, which is called NAME in errors, and keep of it the subjects that WANTED says; that takes
 * about as much memory as it takes in the file. A last sample that was cut off is left out.
 * 0; -ENOMEM; -EINVAL: it is no recording, is damaged in its middle, or has no whole sample; or
 * another -errno of reading it.
 */
int recording_read(FILE *f, const char *name, bool (*wanted)(const struct recording_subject *s),
                   struct recording *ret, struct acdr_err *e);
void recording_done(struct recording *r);

/* Make S UTF-8 without control characters; what is neither becomes question marks. */
void recording_clean(char *s);

/* The subject at each sample, NAN where there is none; RET has room for n_samples. */
void recording_values(const struct recording *r, const struct recording_subject *s, float *ret);

#endif
