/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Builds the reports that the public acdr_item_* calls read: a tree of named values. */
#ifndef ACDR_BASE_ITEM_H
#define ACDR_BASE_ITEM_H

#include "auto.h"
#include "bitmap.h"
#include "err.h"

ACDR_AUTO_DEFINE(struct acdr_item, acdr_item_free);

/* A new root of the given kind (ACDR_ITEM_MAP or ACDR_ITEM_LIST); NULL if out of memory. */
struct acdr_item *acdr_item_new(enum acdr_item_kind kind);
/*
 * Append a child to a map (NAME is copied) or to a list (NAME is NULL). All return the child, owned
 * by the parent, or NULL if out of memory; a NULL parent gives NULL, so that calls can be chained
 * and the root checked once with acdr_item_bad().
 */
struct acdr_item *acdr_item_add(struct acdr_item *parent, const char *name, enum acdr_item_kind k);
struct acdr_item *acdr_item_add_text(struct acdr_item *parent, const char *name, const char *s);
struct acdr_item *acdr_item_add_num(struct acdr_item *parent, const char *name, long long n);
struct acdr_item *acdr_item_add_bool(struct acdr_item *parent, const char *name, int b);
struct acdr_item *acdr_item_add_null(struct acdr_item *parent, const char *name);
struct acdr_item *acdr_item_add_cpus(struct acdr_item *parent, const char *name,
                                     const struct acdr_bitmap *s);
/* True if any append below this root failed. */
int acdr_item_bad(const struct acdr_item *root);

/* Return a finished report: -ENOMEM if a part of it is missing. */
int acdr_report_done(struct acdr_item **i, struct acdr_item **ret, struct acdr_err *e);

#endif
