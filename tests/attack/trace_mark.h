/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a traced program tells its tracer, by calls that do nothing; and what an attacked one is
 * told of its allocations. */
#ifndef ACDR_TESTS_ATTACK_TRACE_MARK_H
#define ACDR_TESTS_ATTACK_TRACE_MARK_H

/* getpgid() of this: its own work begins here, the loader's is done. */
#define TRACE_MARK_BEGIN (-4711)
/* A further argument of a call that is the test's own, and not the program's. */
#define TRACE_MARK_OWN 0x41434452L
/* The variable that names the allocation to fail, and the file that shows that it failed. */
#define TRACE_ALLOC_FAIL   "ACDR_TEST_ALLOC_FAIL"
#define TRACE_ALLOC_FAILED "../alloc-failed"

#endif
