/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain and its requested class; reads the XML and the class file once each. */
#ifndef ACDR_ENGINE_GUEST_REQUEST_H
#define ACDR_ENGINE_GUEST_REQUEST_H

#include "domain.h"
#include "handle.h"

struct acdr_request {
    struct acdr *a; /* not owned */
    struct acdr_domain *domain;
    char *xml;
    size_t len;
    char *class_name;         /* overrides tag and map; NULL: use them */
    struct acdr_err map_err;  /* map.conf is wrong, and the guest has no tag */
    bool class_read;          /* the members below are set */
    struct acdr_class *class; /* NULL: no tag and no rule, or an error */
    struct acdr_err class_err;
};

/* XML is copied. -EBADMSG: not a domain; -ENOMEM. */
int acdr_request_parse(struct acdr *a, const char *xml, size_t len, const char *class_name,
                       struct acdr_request **ret, struct acdr_err *e);
void acdr_request_done(struct acdr_request *q);
ACDR_AUTO_DEFINE(struct acdr_request, acdr_request_done);

/*
 * The class, owned by the request; read at the first call. 1: no tag and no rule of map.conf, *RET
 * is NULL. -EINVAL: the tag or map.conf is invalid; -ENOENT: no such class; as acdr_handle_class().
 */
int acdr_request_class(struct acdr_request *q, const struct acdr_class **ret, struct acdr_err *e);
/* A guest that runs keeps the class that map.conf gave it at its start: before the class is read.
 * Nothing for others, nor if the journal cannot be read. */
void acdr_request_keep_class(struct acdr_request *q);

#endif
