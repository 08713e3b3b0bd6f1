/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests. Knows the class of a domain; does not know the queries. */
#include "guest_request.h"

#include <errno.h>
#include <string.h>

#include "guest_devices.h"
#include "journal.h"
#include "label.h"
#include "text.h"

void acdr_request_done(struct acdr_request *q)
{
    if (!q)
        return;
    acdr_domain_free(q->domain);
    acdr_class_free(q->class);
    free(q->class_name);
    free(q->xml);
    free(q);
}

int acdr_request_parse(struct acdr *a, const char *xml, size_t len, const char *class_name,
                       struct acdr_request **ret, struct acdr_err *e)
{
    acdr_auto(acdr_request_done) struct acdr_request *q = calloc(1, sizeof(*q));
    int err;

    if (!q)
        return acdr_err_nomem(e);
    q->a = a;
    q->len = len;
    q->xml = malloc(len + 1);
    q->class_name = class_name ? strdup(class_name) : NULL;
    if (!q->xml || (class_name && !q->class_name))
        return acdr_err_nomem(e);
    memcpy(q->xml, xml, len);
    q->xml[len] = '\0';
    err = acdr_domain_parse(q->xml, len, &q->domain, e);
    if (err == 0 && acdr_guest_networks(a->root, q->domain) < 0)
        err = acdr_err_nomem(e);
    if (err == 0 && !class_name && acdr_handle_map(a, q->domain, &q->map_err) == -ENOMEM)
        err = acdr_err_nomem(e);
    if (err < 0)
        return err;
    *ret = acdr_take(q);
    return 0;
}

static int add_name(void *arg, const char *name)
{
    struct acdr_strbuf *t = arg;

    acdr_strbuf_addf(t, "%s%s", t->len ? ", " : "", name);
    return 0;
}

void acdr_request_keep_class(struct acdr_request *q)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    const struct acdr_domain *d = q->domain;
    const struct acdr_entry *en;

    /* A tag that counts left no rule. */
    if (q->class_name || q->class_read || (!d->class_by && (d->class_name || d->tag_error)))
        return;
    if (acdr_journal_read(q->a->root, &j, NULL) < 0)
        return;
    en = acdr_journal_find(j, d->uuid);
    /* What a guest has outranks a rule, whoever gave it. */
    if (!en || (!en->class_by && !d->class_by) ||
        acdr_domain_set_class(q->domain, en->class_name, en->class_by) < 0)
        return;
    acdr_err_clear(&q->map_err);
}

static void add_context(const struct acdr_request *q, const char *name, struct acdr_err *e)
{
    const char *by = q->class_name ? NULL : q->domain->class_by;

    if (by)
        acdr_err_context(e, "%s: class %s", by, name);
    else
        acdr_err_context(e, "tag <class name=\"%s\">", name);
}

static void read_class(struct acdr_request *q)
{
    const char *name = q->class_name ? q->class_name : q->domain->class_name;
    struct acdr_err *e = &q->class_err;
    acdr_auto(strbuf) struct acdr_strbuf names = { 0 };

    if (!q->class_name && q->domain->tag_error) {
        acdr_class_list(q->a->root, q->a->config, add_name, &names);
        acdr_err_set(e, EINVAL, "%s; the classes here are: %s", q->domain->tag_error,
                     names.s ? names.s : "none");
    } else if (!name && q->map_err.code) {
        acdr_err_set(e, q->map_err.code, "%s", q->map_err.text);
    } else if (name && acdr_handle_class(q->a, name, &q->class, e) < 0) {
        add_context(q, name, e);
    }
}

int acdr_request_class(struct acdr_request *q, const struct acdr_class **ret, struct acdr_err *e)
{
    if (!q->class_read)
        read_class(q);
    q->class_read = true;
    *ret = q->class;
    if (q->class_err.code)
        return acdr_err_set(e, q->class_err.code, "%s", q->class_err.text);
    return q->class ? 0 : 1;
}
