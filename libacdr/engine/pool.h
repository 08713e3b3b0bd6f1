/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Administrator's requests without a guest: condition CPUs, release them, repair. */
#ifndef ACDR_ENGINE_POOL_H
#define ACDR_ENGINE_POOL_H

#include "handle.h"
#include "item.h"

/* As acdr_apply(), acdr_release() and acdr_settle() in acdr/live.h. */
int acdr_pool_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
                    struct acdr_err *e);
int acdr_pool_release(struct acdr *a, const char *name, struct acdr_err *e);
int acdr_pool_settle_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_pool_settle_interface(struct acdr *a, const char *name, struct acdr_err *e);

#endif
