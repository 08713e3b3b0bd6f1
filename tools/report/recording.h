/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the files of acdr record; see docs/record.md for the format. */
#ifndef ACDR_TOOLS_REPORT_RECORDING_H
#define ACDR_TOOLS_REPORT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <acdr/base.h>

/* A subject's value from that sample on; NAN: none from there on. */
struct recording_value {
    unsigned sample;
    float value;
};

/* Texts are UTF-8 without control characters whatever the file holds, and "" if absent. */
struct recording_subject {
    const char *metric, *kind, *unit, *guest, *thread, *device, *label, *what;
    int tid, cpu, node; /* -1 if none */
    struct recording_value *v;
    size_t n;
    char *text; /* the buffer of the names above */
};

struct recording {
    double began;              /* the first sample, seconds since the epoch */
    int interval;              /* requested seconds between samples */
    const char *host, *kernel; /* "" if not recorded */
    const char *end;           /* "stopped", "time", "size", "failed"; "" if truncated */
    size_t n_samples;          /* whole ones, at least 1 */
    double *when;              /* of each, seconds since the first */
    struct recording_subject *subjects;
    size_t n_subjects;
    char *text, *host_text; /* the buffers of END, and of HOST and KERNEL; NULL */
};

/*
 * Read F, called NAME in errors, and keep the subjects that WANTED selects; these take about as
 * much memory as in the file. A truncated last sample is left out. 0; -ENOMEM; -EINVAL: not a
 * recording, damaged in its middle, or without a complete sample; or another -errno of reading it.
 */
int recording_read(FILE *f, const char *name, bool (*wanted)(const struct recording_subject *s),
                   struct recording *ret, struct acdr_err *e);
void recording_done(struct recording *r);

/* Make S UTF-8 without control characters; invalid bytes become question marks. */
void recording_clean(char *s);

/* The subject's value at each sample, NAN if none; RET has room for n_samples. */
void recording_values(const struct recording *r, const struct recording_subject *s, float *ret);

#endif
