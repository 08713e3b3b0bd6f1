/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks a public definition; all others are hidden. libacdr.map lists the same names. */
#ifndef ACDR_BASE_EXPORT_H
#define ACDR_BASE_EXPORT_H

#define ACDR_API __attribute__((visibility("default")))

#endif
