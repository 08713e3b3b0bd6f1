/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing samples to a file: see docs/record.md for the format and for the CSV. */
#ifndef ACDR_TOOLS_REPORT_RECORDER_H
#define ACDR_TOOLS_REPORT_RECORDER_H

#include <stdio.h>

#include "tool.h"

/* A subject of a metric that has a line in the file. */
struct record_subject {
    char *key; /* its line without the number */
    double last;
    bool known; /* LAST is its value in the file */
    long seen;  /* the last sample that had it */
};

struct record_file {
    FILE *f;
    bool csv, failed;
    const char *guest; /* the one that is waited for, NULL: any */
    bool met;          /* a sample had figures of it */
    long samples;
    struct record_subject *v;
    size_t n, cap;
    size_t *place, places; /* by hash: number + 1, 0 empty; PLACES is a power of two */
};

/* Begin a recording in F, which the caller owns, of samples SECONDS apart. */
void record_begin(struct record_file *r, FILE *f, bool csv, int seconds);
/* Which host it is of, "" if unknown; before the first sample. */
void record_host(struct record_file *r, const char *host, const char *kernel);
/* Append the watch's latest sample. 0, or -1: cannot be written, or out of memory. */
int record_sample(struct record_file *r, const struct acdr_watch *w);
/* Record why it ends ("stopped", "time", "size"), and release all but F. As above. */
int record_end(struct record_file *r, const char *why);

#endif
