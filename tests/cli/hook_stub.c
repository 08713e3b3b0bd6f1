/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module in the early hook's tests: tells on stderr what it was called with, and exits with the
 * status that the suboperation spells. */
#include <stdio.h>
#include <stdlib.h>

#include "hook.h"

__attribute__((visibility("default"))) int acdr_hook_run(const struct acdr_hook_call *c)
{
    fprintf(stderr, "called name=%s op=%s subop=%s len=%zu daemon=%d\n", c->name, c->op, c->subop,
            c->len, c->daemon);
    return atoi(c->subop);
}
