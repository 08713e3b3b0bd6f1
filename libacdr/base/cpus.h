/*
 * Sets of CPU numbers, also used for sets of NUMA node numbers.
 *   cpulist  "0-3,8"    human form, as in /sys/devices/system/cpu/online
 *   mask     "ff,0000000f"   hexadecimal words of 32 bits, as in /proc/irq/N/smp_affinity
 * A set is a plain value: assign it, pass it by pointer, nothing to free.
 */
#ifndef ACDR_BASE_CPUS_H
#define ACDR_BASE_CPUS_H

#include <stdbool.h>
#include <stdint.h>

#define ACDR_CPUS_MAX 8192

struct acdr_cpus {
    uint64_t w[ACDR_CPUS_MAX / 64];
};

void acdr_cpus_zero(struct acdr_cpus *s);
/* Numbers outside 0..ACDR_CPUS_MAX-1 are ignored by add and del, and never members. */
void acdr_cpus_add(struct acdr_cpus *s, int n);
void acdr_cpus_del(struct acdr_cpus *s, int n);
bool acdr_cpus_has(const struct acdr_cpus *s, int n);
int acdr_cpus_count(const struct acdr_cpus *s);
bool acdr_cpus_empty(const struct acdr_cpus *s);
bool acdr_cpus_equal(const struct acdr_cpus *a, const struct acdr_cpus *b);
/* True where every member of A is in B. */
bool acdr_cpus_within(const struct acdr_cpus *a, const struct acdr_cpus *b);
bool acdr_cpus_meet(const struct acdr_cpus *a, const struct acdr_cpus *b);

/* In place: s = s OP other. */
void acdr_cpus_or(struct acdr_cpus *s, const struct acdr_cpus *other);
void acdr_cpus_and(struct acdr_cpus *s, const struct acdr_cpus *other);
void acdr_cpus_minus(struct acdr_cpus *s, const struct acdr_cpus *other);

/* The lowest member greater than AFTER (-1 to start), or -1 where there is none. */
int acdr_cpus_next(const struct acdr_cpus *s, int after);
#define ACDR_CPUS_FOR(n, s)                                                                        \
    for (int n = acdr_cpus_next((s), -1); n >= 0; n = acdr_cpus_next((s), n))

/*
 * Read a cpulist. Surrounding white space, an empty text and "(null)" (what some kernels print in
 * nohz_full) give the empty set. The set is untouched on failure.
 * 0; -EINVAL: not a cpulist; -ERANGE: a number of ACDR_CPUS_MAX or more.
 */
int acdr_cpus_parse_list(struct acdr_cpus *s, const char *text);
/* Read a mask; empty words ("ff,,ff") count as 0. Errors as above. */
int acdr_cpus_parse_mask(struct acdr_cpus *s, const char *text);

/* A new string, the caller frees it; NULL where memory is out. The empty set prints as "". */
char *acdr_cpus_print_list(const struct acdr_cpus *s);
/* As the kernel prints it: comma-separated groups of 8 digits, no leading zero groups. */
char *acdr_cpus_print_mask(const struct acdr_cpus *s);

#endif
