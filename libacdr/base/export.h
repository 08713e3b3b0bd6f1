/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mark of a public definition: everything else is hidden; libacdr.map has the same names. */
#ifndef ACDR_BASE_EXPORT_H
#define ACDR_BASE_EXPORT_H

#define ACDR_API __attribute__((visibility("default")))

#endif
