/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sets of CPU numbers, also used for sets of NUMA node numbers.
 *   cpulist  "0-3,8"    readable form, as in /sys/devices/system/cpu/online
 *   mask     "ff,0000000f"   hexadecimal words of 32 bits, as in /proc/irq/N/smp_affinity
 * A set is a plain value: assign it, pass it by pointer, nothing to free.
 */
#ifndef ACDR_BASE_BITMAP_H
#define ACDR_BASE_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

#define ACDR_BITMAP_MAX 8192

struct acdr_bitmap {
    uint64_t w[ACDR_BITMAP_MAX / 64];
};

void acdr_bitmap_zero(struct acdr_bitmap *s);
/* add and del ignore numbers outside 0..ACDR_BITMAP_MAX-1; they are never members. */
void acdr_bitmap_add(struct acdr_bitmap *s, int n);
/* All numbers from FROM, which is not negative, to TO. */
void acdr_bitmap_add_range(struct acdr_bitmap *s, int from, int to);
void acdr_bitmap_del(struct acdr_bitmap *s, int n);
bool acdr_bitmap_has(const struct acdr_bitmap *s, int n);
int acdr_bitmap_weight(const struct acdr_bitmap *s);
bool acdr_bitmap_empty(const struct acdr_bitmap *s);
bool acdr_bitmap_equal(const struct acdr_bitmap *a, const struct acdr_bitmap *b);
/* True if every member of A is in B. */
bool acdr_bitmap_subset(const struct acdr_bitmap *a, const struct acdr_bitmap *b);
bool acdr_bitmap_intersects(const struct acdr_bitmap *a, const struct acdr_bitmap *b);

/* In place: s = s OP other. */
void acdr_bitmap_or(struct acdr_bitmap *s, const struct acdr_bitmap *other);
void acdr_bitmap_and(struct acdr_bitmap *s, const struct acdr_bitmap *other);
void acdr_bitmap_andnot(struct acdr_bitmap *s, const struct acdr_bitmap *other);

/* The lowest member greater than AFTER (-1 to start), or -1 if there is none. */
int acdr_bitmap_next(const struct acdr_bitmap *s, int after);
#define ACDR_BITMAP_FOR(n, s)                                                                      \
    for (int n = acdr_bitmap_next((s), -1); n >= 0; n = acdr_bitmap_next((s), n))

/*
 * Parse a cpulist. Surrounding white space is ignored; an empty text and "(null)" (which some
 * kernels print in nohz_full) give the empty set. On failure the set is unchanged.
 * 0; -EINVAL: not a cpulist; -ERANGE: a number of ACDR_BITMAP_MAX or more.
 */
int acdr_bitmap_parse_list(struct acdr_bitmap *s, const char *text);
/* Parse a mask; empty words ("ff,,ff") count as 0. Errors as above. */
int acdr_bitmap_parse_mask(struct acdr_bitmap *s, const char *text);

/* A new string, freed by the caller; NULL if out of memory. The empty set prints as "". */
char *acdr_bitmap_print_list(const struct acdr_bitmap *s);
/* In the kernel's format: comma-separated groups of 8 digits, no leading zero groups. */
char *acdr_bitmap_print_mask(const struct acdr_bitmap *s);

#endif
