/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How two texts differ, for people: as diff -u shows it, without line numbers. */
#ifndef ACDR_TESTS_LIB_LINE_DIFF_H
#define ACDR_TESTS_LIB_LINE_DIFF_H

/* "" where they are the same. Of equal lines those next to a change are shown, and the last one
 * before it that begins with "[". The caller frees. */
char *line_diff(const char *was, const char *is);

#endif
