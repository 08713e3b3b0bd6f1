/* systemd's form of a set of CPUs. */
#ifndef ACDR_KNOBS_UNIT_H
#define ACDR_KNOBS_UNIT_H

#include <stddef.h>

#include "cpus.h"

#define ACDR_UNIT_BYTES (ACDR_CPUS_MAX / 8)

/* A bitmap whose first byte holds CPUs 0-7, CPU 0 in its lowest bit. Returns how many of BYTES are
 * used: none for the empty set. */
size_t acdr_unit_pack(const struct acdr_cpus *s, unsigned char bytes[ACDR_UNIT_BYTES]);
void acdr_unit_unpack(const unsigned char *bytes, size_t n, struct acdr_cpus *ret);

#endif
