/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The answer to a question about the host: yes, no, or unknown, with the reason. A failed read
 * answers nothing, and what the caller does then depends on the question. Therefore a struct: it
 * cannot be used as a condition, and acdr_yes() and acdr_no() are both false if unknown.
 */
#ifndef ACDR_BASE_ANSWER_H
#define ACDR_BASE_ANSWER_H

#include <errno.h>
#include <stdbool.h>

struct acdr_answer {
    int is; /* 1: yes; 0: no; -errno: unknown */
};

/* From a call that returns 1, 0 or -errno. */
static inline struct acdr_answer acdr_answer(int is)
{
    return (struct acdr_answer){ is > 0 ? 1 : is };
}

/* Known to be so. */
static inline bool acdr_yes(struct acdr_answer a)
{
    return a.is > 0;
}

/* Known not to be so. */
static inline bool acdr_no(struct acdr_answer a)
{
    return a.is == 0;
}

/* The errno value that prevented an answer; 0 if there is one. */
static inline int acdr_unknown(struct acdr_answer a)
{
    return a.is < 0 ? -a.is : 0;
}

/* Of the results of opening or reading a file, only these mean that the file, or the task or device
 * behind it, does not exist. */
static inline bool acdr_is_gone(int err)
{
    return err == -ENOENT || err == -ESRCH;
}

/* Of the results of a write, these say nothing of the value: the kernel was not asked, or gave no
 * answer. */
static inline bool acdr_is_unanswered(int err)
{
    return err == -EAGAIN || err == -EINTR || err == -ENOMEM || err == -EMFILE || err == -ENFILE ||
           err == -ETIMEDOUT || err == -ECONNRESET || err == -ENOTCONN;
}

#endif
