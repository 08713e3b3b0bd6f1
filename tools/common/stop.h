/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests to stop: a signal, or a closed terminal. */
#ifndef ACDR_TOOLS_COMMON_STOP_H
#define ACDR_TOOLS_COMMON_STOP_H

#include <signal.h>

extern volatile sig_atomic_t tool_stopped;

/* From now on SIGINT, SIGTERM and, unless it is ignored, SIGHUP set it. FLAGS: as in struct
 * sigaction. */
void tool_stop_listen(int flags);

#endif
