/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set of CPUs as the bitmap that systemd's properties speak. */
#include <string.h>

#include "unit.h"

size_t acdr_unit_pack(const struct acdr_bitmap *s, unsigned char bytes[ACDR_UNIT_BYTES])
{
    size_t n = 0;
    memset(bytes, 0, ACDR_UNIT_BYTES);
    ACDR_BITMAP_FOR(cpu, s) {
        bytes[cpu / 8] |= (unsigned char)(1u << (cpu % 8));
        n = (size_t)cpu / 8 + 1;
    }
    return n;
}

void acdr_unit_unpack(const unsigned char *bytes, size_t n, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < n && i < ACDR_UNIT_BYTES; i++)
        for (int bit = 0; bit < 8; bit++)
            if (bytes[i] & (1u << bit))
                acdr_bitmap_add(ret, (int)(8 * i) + bit);
}
