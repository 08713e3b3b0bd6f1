/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* systemd's form of a set of CPUs, and what the module unit.so has to offer. */
#ifndef ACDR_KNOBS_LIB_UNIT_H
#define ACDR_KNOBS_LIB_UNIT_H

#include <stddef.h>

#include "bitmap.h"
#include "err.h"

#define ACDR_UNIT_BYTES (ACDR_BITMAP_MAX / 8)

/* A bitmap whose first byte holds CPUs 0-7, CPU 0 in its lowest bit. Returns how many of BYTES are
 * used: none for the empty set. */
size_t acdr_unit_pack(const struct acdr_bitmap *s, unsigned char bytes[ACDR_UNIT_BYTES]);
void acdr_unit_unpack(const unsigned char *bytes, size_t n, struct acdr_bitmap *ret);

/*
 * In unit.so: the property AllowedCPUs of a slice, scope or service; empty where it is not set. Set
 * until the next boot. -ENOENT: no such unit; -EOPNOTSUPP: no systemd here, or one without the
 * property; other -errno from the bus.
 */
typedef int acdr_unit_bus_get_fn(const char *unit, struct acdr_bitmap *ret, struct acdr_err *e);
typedef int acdr_unit_bus_set_fn(const char *unit, const struct acdr_bitmap *s, struct acdr_err *e);
acdr_unit_bus_get_fn acdr_unit_bus_get;
acdr_unit_bus_set_fn acdr_unit_bus_set;

#endif
