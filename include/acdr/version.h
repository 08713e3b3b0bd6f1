/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: the version of these headers; acdr_version() returns that of the library in use. While
 * MAJOR is 0, a new MINOR may change or remove calls under the same soname: recompile programs for
 * it.
 */
#ifndef ACDR_VERSION_H
#define ACDR_VERSION_H

#define ACDR_VERSION_MAJOR 0
#define ACDR_VERSION_MINOR 2
#define ACDR_VERSION_PATCH 0
/* For comparisons: 0.2.0 is 200, 1.2.3 is 10203. */
#define ACDR_VERSION_NUMBER                                                                        \
    (ACDR_VERSION_MAJOR * 10000 + ACDR_VERSION_MINOR * 100 + ACDR_VERSION_PATCH)

#endif
