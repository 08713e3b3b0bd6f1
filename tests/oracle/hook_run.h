/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The built hook called on a tree of files, and what is left there. For test_hook.c. */
#ifndef ACDR_TESTS_ORACLE_HOOK_RUN_H
#define ACDR_TESTS_ORACLE_HOOK_RUN_H

#include <stdbool.h>

#include "domain.h"
#include "text.h"

struct document {
    char *file, *xml; /* as it is */
    char *tagged, *name;
    struct acdr_domain *domain; /* of the tagged text; NULL where it cannot be read */
    char *why;                  /* and why not */
};

struct run {
    char *dir, *tree, *first; /* a folder, the tree in it, and what was in that at first */
    const char *hook, *module;
    char *said; /* stderr of the last call */
    int status; /* its exit status, 128 and more for a signal */
    int failures, documents, refused, sure, calls, placed;
};

/* A tree with the classes `insist` and `try`; the working folder becomes the tree's. */
void hook_run_begin(struct run *r);
void hook_run_end(struct run *r);
/* Put the module where the hook looks for it, or take it away. */
void hook_run_module(bool there);

/* What the hook reads from now on. */
void hook_run_xml(const char *xml);
/* Call it; a word on stdout is a failure, but for a document at migrate and restore. */
void hook_run(struct run *r, const struct document *d, const char *op);
/* Is each line of stderr about this guest? */
bool hook_run_says_lines(const struct run *r, const struct document *d);
/* The tree is as it was at first, and no journal there. */
void hook_run_check_left(struct run *r, const struct document *d, const char *when);

/* A QEMU of the guest's name comes and goes. */
void hook_run_put_qemu(const struct run *r, const struct document *d);
void hook_run_remove_qemu(const struct run *r, const struct document *d);

void hook_run_fail(struct run *r, const struct document *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A whole file, "" where it cannot be read; the caller frees it. */
char *hook_run_get(const char *path);

#endif
