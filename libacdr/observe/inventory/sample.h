/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A sample: readings taken at one time, and the rates between two samples. Knows totals that
 * restart or wrap; does not know what any figure means.
 */
#ifndef ACDR_OBSERVE_INVENTORY_SAMPLE_H
#define ACDR_OBSERVE_INVENTORY_SAMPLE_H

#include <stdbool.h>

#include "reading.h"
#include "auto.h"
#include "err.h"

struct acdr_chunk;

/* Initialize with { 0 }. Once out of memory, bad stays set. */
struct acdr_sample {
    struct acdr_reading *v;
    size_t n, cap;
    long long when;            /* timestamp of readings that are added now */
    struct acdr_chunk *chunks; /* the texts of its readings */
    bool bad;
};

/* A reading without a subject: no strings, all numbers -1. */
#define ACDR_READING_NONE                                                                          \
    {                                                                                              \
        .cpu = -1, .node = -1, .tid = -1, .rate = -1                                               \
    }

/* Append a reading: WHO's subject with this metric, WHAT (may be NULL) and value. All strings must
 * live as long as the sample, see acdr_sample_text(). */
void acdr_sample_add(struct acdr_sample *s, const struct acdr_reading *who,
                     const struct acdr_metric *m, const char *what, double value);
/* A copy of TEXT that lives as long as the sample; NULL for NULL, "" if out of memory. */
const char *acdr_sample_text(struct acdr_sample *s, const char *text);
/* Append the readings from[0..n) with their times and values; texts are copied. */
void acdr_sample_carry(struct acdr_sample *s, const struct acdr_reading *from, size_t n);
/* Empty it, keeping its memory for the next sample. */
void acdr_sample_clear(struct acdr_sample *s);
void acdr_sample_done(struct acdr_sample *s);

/* Compute the rates of NOW from the sample BEFORE. A carried-over reading keeps its rate. */
void acdr_sample_rates(struct acdr_sample *now, const struct acdr_sample *before);

#endif
