/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a network device could do, whatever its link does now. */
#ifndef ACDR_KNOBS_LIB_LINK_SPEED_H
#define ACDR_KNOBS_LIB_LINK_SPEED_H

#include "root.h"

/* A recorded host has a file of this folder for each device: the driver says it in no file. */
#define ACDR_LINK_SPEEDS "/run/acdr/link-speed"

/* The highest speed in Mbit/s that the driver supports on the interface NAME; -1: not known. */
long long acdr_link_most(struct acdr_root *r, const char *name);

#endif
