/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Administrator's requests without a guest: condition CPUs, release them, repair. */
#ifndef ACDR_ENGINE_POOL_H
#define ACDR_ENGINE_POOL_H

#include "bitmap.h"
#include "handle.h"
#include "item.h"
#include "transaction.h"

/* As acdr_apply(), acdr_release() and acdr_settle() in acdr/live.h. */
int acdr_pool_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
                    struct acdr_err *e);
int acdr_pool_release(struct acdr *a, const char *name, struct acdr_err *e);
int acdr_pool_settle_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_pool_settle_interface(struct acdr *a, const char *name, struct acdr_err *e);

/* Of a request for CPUs. The name is one that no guest can have. -EINVAL. */
int acdr_pool_check_name(const char *name, struct acdr_err *e);
/* RET: the CPUs, which are online on HOST, which the caller frees also after an error. -EINVAL. */
int acdr_pool_parse_cpus(struct acdr *a, const char *cpus, struct acdr_bitmap *ret,
                         struct acdr_host **host, struct acdr_err *e);
/* -EEXIST: NAME exists with another class or other CPUs; -EBUSY: a CPU has another owner, or none
 * would be left for the host. */
int acdr_pool_check_taken(struct acdr_txn *w, const char *name, const char *class_name,
                          const struct acdr_bitmap *cpus, const struct acdr_bitmap *online,
                          struct acdr_err *e);

#endif
