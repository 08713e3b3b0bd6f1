/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What disturbs a guest, by a call that blocks while it observes. */
#ifndef ACDR_TOOLS_COMMON_WHY_ASK_H
#define ACDR_TOOLS_COMMON_WHY_ASK_H

#include <acdr/watch.h>

/* As acdr_why_end(), after SECONDS (1 to 3600, else -EINVAL). */
int why_ask(struct acdr *a, const char *guest, int seconds, struct acdr_item **ret,
            struct acdr_err *e);

#endif
