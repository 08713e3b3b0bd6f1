/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libacdr, everything: conditioning a NUMA/Linux host for the guests that run on it. */
#ifndef ACDR_ACDR_H
#define ACDR_ACDR_H

#include <acdr/base.h>
#include <acdr/live.h>
#include <acdr/plan.h>
#include <acdr/request.h>
#include <acdr/version.h>
#include <acdr/watch.h>
#include <acdr/workload.h>

#endif
