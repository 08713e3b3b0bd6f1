/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public entry points for requests and for events, which are one request each. */
#include "acdr/live.h"
#include "acdr/request.h"
#include "advise.h"
#include "api.h"
#include "event.h"
#include "export.h"
#include "item.h"
#include "report.h"

ACDR_API int acdr_request_new(struct acdr *a, const char *xml, size_t len, const char *class_name,
                              struct acdr_request **ret, struct acdr_err *e)
{
    if (!xml)
        return acdr_api_missing(e, "the domain's XML");
    return acdr_request_parse(a, xml, len, class_name, ret, e);
}

ACDR_API void acdr_request_free(struct acdr_request *q)
{
    acdr_request_done(q);
}

ACDR_API int acdr_snapshot_new(struct acdr *a, struct acdr_snapshot **ret, struct acdr_err *e)
{
    return acdr_snapshot_read(a, acdr_snapshot_usual(), ret, e);
}

ACDR_API void acdr_snapshot_free(struct acdr_snapshot *s)
{
    acdr_snapshot_done(s);
}

/* The host of one handle says nothing about the guests of another. */
static int check_handle(const struct acdr_request *q, const struct acdr_snapshot *s,
                        struct acdr_err *e)
{
    if (s && s->a != q->a)
        return acdr_err_set(e, EINVAL, "the snapshot is not of the request's handle");
    return 0;
}

ACDR_API int acdr_request_plan(struct acdr_request *q, struct acdr_snapshot *s,
                               struct acdr_item **ret, struct acdr_err *e)
{
    int err = check_handle(q, s, e);

    return err < 0 ? err : acdr_report_plan(q, s, ret, e);
}

ACDR_API int acdr_request_explain(struct acdr_request *q, struct acdr_snapshot *s,
                                  struct acdr_item **ret, struct acdr_err *e)
{
    int err = check_handle(q, s, e);

    return err < 0 ? err : acdr_report_explain(q, s, ret, e);
}

ACDR_API int acdr_request_classify(struct acdr_request *q, struct acdr_item **ret,
                                   struct acdr_err *e)
{
    return acdr_report_classify(q, ret, e);
}

ACDR_API int acdr_request_advise(struct acdr_request *q, struct acdr_snapshot *s,
                                 struct acdr_item **ret, struct acdr_err *e)
{
    int err = check_handle(q, s, e);

    return err < 0 ? err : acdr_advise_report(q, s, ret, e);
}

ACDR_API int acdr_request_xml(struct acdr_request *q, struct acdr_snapshot *s, unsigned what,
                              struct acdr_item **ret, struct acdr_err *e)
{
    int err = check_handle(q, s, e);

    return err < 0 ? err : acdr_report_xml(q, s, what, ret, e);
}

ACDR_API int acdr_request_event(struct acdr_request *q, const char *name, const char *op,
                                const char *subop, struct acdr_item **verdict, struct acdr_err *e)
{
    struct acdr_item *v = verdict ? acdr_item_new(ACDR_ITEM_MAP) : NULL;
    struct acdr_err own = { 0 };
    int err;

    if (!name || !op || !subop)
        err = acdr_api_missing(&own, "a hook argument");
    else
        err = acdr_event_run(q, name, op, v, &own);
    if (own.code)
        acdr_err_set(e, own.code, "%s", own.text);
    if (verdict)
        *verdict = v;
    return err;
}

ACDR_API int acdr_request_may_fail(struct acdr_request *q, const char *name, const char *op)
{
    return acdr_event_fatal(q, name, op);
}

ACDR_API int acdr_request_event_xml(struct acdr_request *q, const char *op, struct acdr_item **ret,
                                    struct acdr_err *e)
{
    if (!op)
        return acdr_api_missing(e, "a hook argument");
    return acdr_report_event_xml(q, op, ret, e);
}

/* An operation that means nothing here is not looked at further, whatever its XML is. */
ACDR_API int acdr_event(struct acdr *a, const char *name, const char *op, const char *subop,
                        const char *xml, size_t len, struct acdr_err *e)
{
    acdr_auto(acdr_request_done) struct acdr_request *q = NULL;
    int err;

    if (!name || !op || !subop || !xml)
        return acdr_api_missing(e, "a hook argument");
    if (!acdr_event_known(op))
        return 0;
    err = acdr_request_parse(a, xml, len, NULL, &q, e);
    return err < 0 ? err : acdr_event_run(q, name, op, NULL, e);
}

ACDR_API int acdr_event_may_fail(struct acdr *a, const char *name, const char *op, const char *xml,
                                 size_t len)
{
    acdr_auto(acdr_request_done) struct acdr_request *q = NULL;

    if (!acdr_event_known(op))
        return 0;
    if (acdr_request_parse(a, xml, len, NULL, &q, NULL) < 0)
        return acdr_event_fatal_unread(a, name, op);
    return acdr_event_fatal(q, name, op);
}

ACDR_API int acdr_event_xml(struct acdr *a, const char *op, const char *xml, size_t len,
                            struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_request_done) struct acdr_request *q = NULL;
    int err;

    if (!op || !xml)
        return acdr_api_missing(e, "a hook argument");
    if (!acdr_report_event_has_xml(a, op))
        return 1;
    err = acdr_request_parse(a, xml, len, NULL, &q, e);
    return err < 0 ? err : acdr_report_event_xml(q, op, ret, e);
}
