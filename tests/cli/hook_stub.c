/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module in the early hook's tests: tells on stderr what it was called with, and exits with the
 * status, or by the signal, that the suboperation spells. */
#include <stdio.h>
#include <stdlib.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "hook.h"

/* A write that meets RLIMIT_FSIZE. */
static int fill(void)
{
    FILE *f = tmpfile();

    return f && fputs("x", f) >= 0 && fclose(f) == 0 ? 1 : 0;
}

__attribute__((visibility("default"))) int acdr_hook_run(const struct acdr_hook_call *c)
{
    fprintf(stderr, "called name=%s op=%s subop=%s len=%zu daemon=%d\n", c->name, c->op, c->subop,
            c->len, c->daemon);
    if (strcmp(c->subop, "PRINT") == 0 || strcmp(c->subop, "HALF") == 0)
        printf("<domain/>\n");
    fflush(stdout);
    if (strcmp(c->subop, "HALF") == 0)
        raise(SIGKILL);
    if (strcmp(c->subop, "SEGV") == 0)
        raise(SIGSEGV);
    if (strcmp(c->subop, "KILL") == 0)
        raise(SIGKILL);
    if (strcmp(c->subop, "FILL") == 0)
        return fill();
    return atoi(c->subop);
}
