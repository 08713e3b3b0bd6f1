/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a claim asks for a value; how several of them meet is told in knobs/fold.h. */
#ifndef ACDR_BASE_OP_H
#define ACDR_BASE_OP_H

enum acdr_op {
    ACDR_OP_SET,      /* be exactly this */
    ACDR_OP_ADD,      /* a number: this much more */
    ACDR_OP_MINUS,    /* a set: without these */
    ACDR_OP_PLUS,     /* a set: with these as well */
    ACDR_OP_MAX,      /* a number: at least this */
    ACDR_OP_REMEMBER, /* no wish of its own: remember the value, and put it back at the end */
};

/* "set" ... "keep"; NULL where OP is none of them. */
const char *acdr_op_name(enum acdr_op op);
/* The op of that name, or -1. */
int acdr_op_find(const char *name);

#endif
