/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of the claim operations, as the journal writes them. */
#include "op.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
    [ACDR_OP_SET] = "set",       [ACDR_OP_ADD] = "add", [ACDR_OP_MINUS] = "minus",
    [ACDR_OP_PLUS] = "plus",     [ACDR_OP_MAX] = "max", [ACDR_OP_PREFER] = "prefer",
    [ACDR_OP_REMEMBER] = "keep",
};
enum { N_NAMES = sizeof(names) / sizeof(names[0]) };

const char *acdr_op_name(enum acdr_op op)
{
    return (unsigned)op < N_NAMES ? names[op] : NULL;
}

int acdr_op_find(const char *name)
{
    for (int i = 0; i < N_NAMES; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}
