/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a claim asks for a value; knobs/fold.h says how several claims combine. */
#ifndef ACDR_BASE_OP_H
#define ACDR_BASE_OP_H

enum acdr_op {
    ACDR_OP_SET,      /* exactly this value */
    ACDR_OP_ADD,      /* a number: increase by this */
    ACDR_OP_MINUS,    /* a set: without these members */
    ACDR_OP_PLUS,     /* a set: with these members as well */
    ACDR_OP_MAX,      /* a number: at least this */
    ACDR_OP_PREFER,   /* a set: this value, as long as nobody else wants another one */
    ACDR_OP_REMEMBER, /* no value of its own: save the value and restore it at the end */
};

/* "set" ... "keep"; NULL if OP is none of them. */
const char *acdr_op_name(enum acdr_op op);
/* The op with that name, or -1. */
int acdr_op_find(const char *name);

#endif
