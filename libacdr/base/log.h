/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One callback for messages to a person during the work; silent unless set. */
#ifndef ACDR_BASE_LOG_H
#define ACDR_BASE_LOG_H

#include "acdr/base.h"

struct acdr_log {
    acdr_log_fn *fn;
    void *arg;
};

/* PRIORITY is one of syslog(3)'s LOG_ERR ... LOG_DEBUG; L may be NULL. */
void acdr_log(const struct acdr_log *l, int priority, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
