/*
 * What each hook operation means. Knows libvirt's contract: which operations may fail, and that
 * release may never come. Does not know how conditioning is done.
 */
#include "event.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "condition.h"
#include "text.h"

enum op { OP_NONE, OP_PREPARE, OP_STARTED, OP_RECONNECT, OP_END };

static enum op find_op(const char *op)
{
    if (!strcmp(op, "prepare"))
        return OP_PREPARE;
    if (!strcmp(op, "started"))
        return OP_STARTED;
    if (!strcmp(op, "reconnect") || !strcmp(op, "attach"))
        return OP_RECONNECT;
    if (!strcmp(op, "stopped") || !strcmp(op, "release"))
        return OP_END;
    return OP_NONE;
}

static int add_name(void *arg, const char *name)
{
    struct acdr_text *t = arg;

    acdr_text_addf(t, "%s%s", t->len ? ", " : "", name);
    return 0;
}

int acdr_event_class(struct acdr *a, const struct acdr_domain *d, const char *override,
                     struct acdr_class **ret, struct acdr_err *e)
{
    const char *name = override ? override : d->class_name;
    acdr_auto(text) struct acdr_text names = { 0 };
    int err;

    if (!override && d->tag_error) {
        acdr_class_list(a->root, a->config, add_name, &names);
        return acdr_err_set(e, EINVAL, "%s; the classes here are: %s", d->tag_error,
                            names.s ? names.s : "none");
    }
    if (!name)
        return 1;
    err = acdr_handle_class(a, name, ret, e);
    if (err < 0)
        acdr_err_context(e, "tag <class name=\"%s\">", name);
    return err;
}

static bool insists(const struct acdr_class *c)
{
    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(c, acdr_steps[i]->name) && acdr_class_must(c, acdr_steps[i]->name))
            return true;
    return false;
}

/* A wrong tag and a missing class count as insisting: nobody can say that they do not. */
static bool insists_unread(struct acdr *a, const struct acdr_domain *d)
{
    return d->tag_error || acdr_class_says_must(a->root, a->config, d->class_name);
}

/* Does the XML ask for something that must be had? */
static int asks_must(struct acdr *a, const char *xml, size_t len)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    int err = acdr_domain_parse(xml, len, &d, NULL);

    if (err < 0)
        return 1;
    err = acdr_event_class(a, d, NULL, &class, NULL);
    return err < 0 ? insists_unread(a, d) : err == 0 && insists(class);
}

int acdr_event_fatal(struct acdr *a, const char *name, const char *op, const char *xml, size_t len)
{
    switch (find_op(op)) {
    case OP_PREPARE:
        return asks_must(a, xml, len);
    case OP_STARTED:
        return acdr_guest_running(a->root, name) && asks_must(a, xml, len);
    case OP_RECONNECT:
    case OP_END:
    case OP_NONE:
        break;
    }
    return 0;
}

/* The last start of this guest left its entry behind: nobody lives there any more. */
static int forget_last_run(struct acdr_work *w, const struct acdr_domain *d, struct acdr_err *e)
{
    return acdr_condition_drop(w, d->uuid, e);
}

/* libvirt gives a guest's threads the whole host; are there some that no step puts elsewhere? */
static bool roams(const struct acdr_class *c)
{
    return !acdr_class_has(c, "vcpus") || !acdr_class_has(c, "emulator");
}

static int condition(struct acdr *a, const struct acdr_domain *d, const struct acdr_class *class,
                     enum op op, struct acdr_err *e)
{
    acdr_auto(work) struct acdr_work w = { .lock = -1 };
    struct acdr_order o = {
        .domain = d,
        .class = class,
        .id = d->uuid,
        .name = d->name,
        .guest_stage = op != OP_PREPARE,
        .follow_up = op == OP_STARTED,
        .keep = op == OP_RECONNECT || (op == OP_STARTED && !acdr_guest_running(a->root, d->name)),
    };
    int err = a->config_err.code ? acdr_err_set(e, a->config_err.code, "%s", a->config_err.text)
                                 : acdr_work_open(a, &w, NULL, e);

    if (err == 0 && op == OP_PREPARE)
        err = forget_last_run(&w, d, e);
    if (err == 0)
        err = acdr_condition(&w, &o, e);
    if (err >= 0 && (op == OP_RECONNECT || (op == OP_STARTED && (err || roams(class)))))
        acdr_work_sweep(&w);
    return err;
}

static int run_unconditioned(struct acdr *a, const struct acdr_err *e)
{
    acdr_log(&a->log, LOG_ERR, "runs unconditioned: %s", e ? e->text : "");
    return 0;
}

/* A failure is told to the caller as one only where the class insists on something: a guest whose
 * class does not starts unconditioned, and that is said. */
static int condition_or_say(struct acdr *a, const struct acdr_domain *d,
                            const struct acdr_class *class, enum op op, struct acdr_err *e)
{
    int err = condition(a, d, class, op, e);

    if (err >= 0 || insists(class))
        return err < 0 ? err : 0;
    return run_unconditioned(a, e);
}

static int begin(struct acdr *a, const struct acdr_domain *d, enum op op, struct acdr_err *e)
{
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    int err = acdr_event_class(a, d, NULL, &class, e);

    if (err == 0)
        return condition_or_say(a, d, class, op, e);
    if (err < 0)
        return insists_unread(a, d) ? err : run_unconditioned(a, e);
    /* Untagged: its threads were given the whole host, clean cores included. */
    acdr_auto(work) struct acdr_work w = { .lock = -1 };
    if (op == OP_STARTED && acdr_root_has(a->root, ACDR_JOURNAL_FILE) &&
        acdr_work_open(a, &w, NULL, e) == 0)
        acdr_work_sweep(&w);
    return 0;
}

static int end(struct acdr *a, const struct acdr_domain *d, struct acdr_err *e)
{
    acdr_auto(work) struct acdr_work w = { .lock = -1, .ending = d->uuid };
    int err;

    if (!acdr_root_has(a->root, ACDR_JOURNAL_FILE))
        return 0;
    err = acdr_work_open(a, &w, NULL, e);
    return err < 0 ? err : acdr_condition_drop(&w, d->uuid, e);
}

int acdr_event_run(struct acdr *a, const char *name, const char *op, const char *xml, size_t len,
                   struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    enum op what = find_op(op);
    int err;

    if (what == OP_NONE)
        return 0;
    err = acdr_domain_parse(xml, len, &d, e);
    if (err < 0)
        return err;
    if (!d->uuid[0])
        return acdr_err_set(e, EBADMSG, "%s: the XML has no <uuid>", name);
    return what == OP_END ? end(a, d, e) : begin(a, d, what, e);
}
