/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irq:N/ACTIONS, the CPUs of one interrupt, and irqs:, all of them. Knows that numbers may pass to
 * other devices when a driver is reloaded, and how kernels say that an interrupt cannot move.
 * effective_affinity is not read: it changes only at the next interrupt.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bitmap.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

struct irq {
    long long num;
    char path[64]; /* its smp_affinity_list */
    char *actions; /* "" if it had none */
};

static void done(struct irq *irq)
{
    free(irq->actions);
}

static int parse(const char *rest, struct irq *irq, struct acdr_err *e)
{
    char num[16];
    const char *slash = strchr(rest, '/');
    if (!slash || slash == rest || (size_t)(slash - rest) >= sizeof num)
        return acdr_err_set(e, EINVAL, "irq:%s: not NUMBER/ACTIONS", rest);
    memcpy(num, rest, (size_t)(slash - rest));
    num[slash - rest] = '\0';
    if (acdr_text_parse_num(num, &irq->num) < 0 || irq->num < 0)
        return acdr_err_set(e, EINVAL, "irq:%s: not NUMBER/ACTIONS", rest);
    irq->actions = strdup(strcmp(slash + 1, "-") == 0 ? "" : slash + 1);
    if (!irq->actions)
        return acdr_err_nomem(e);
    if (acdr_text_unescape(irq->actions) < 0)
        return acdr_err_set(e, EINVAL, "irq:%s: bad escape", rest);
    snprintf(irq->path, sizeof irq->path, "/proc/irq/%lld/smp_affinity_list", irq->num);
    return 0;
}

struct folders {
    struct acdr_root *root;
    long long num;
    struct acdr_strbuf names;
};

/* An action appears as a folder beside the affinity files. */
static int add_folder(void *arg, const char *name)
{
    struct folders *f = arg;
    struct acdr_answer is = acdr_root_has(f->root, "/proc/irq/%lld/%s/.", f->num, name);
    if (acdr_unknown(is))
        return -acdr_unknown(is);
    if (acdr_yes(is)) {
        if (f->names.len)
            acdr_strbuf_add(&f->names, ",");
        acdr_strbuf_add(&f->names, name);
    }
    return 0;
}

/* The present action names of IRQ, joined by ",". */
static int read_actions(struct acdr_root *r, long long num, char **ret, struct acdr_err *e)
{
    char path[64];
    snprintf(path, sizeof path, "/sys/kernel/irq/%lld/actions", num);
    int rc = acdr_root_read(r, path, 0, ret, NULL);
    if (rc == 0) {
        (*ret)[strcspn(*ret, "\n")] = '\0';
        return 0;
    }
    if (!acdr_is_gone(rc))
        return acdr_err_errno(e, -rc, "%s", path);
    struct folders f = { .root = r, .num = num };
    snprintf(path, sizeof path, "/proc/irq/%lld", num);
    rc = acdr_root_list(r, path, add_folder, &f);
    acdr_auto(free) char *names = acdr_strbuf_take(&f.names);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "%s: cannot list", path);
    if (!names)
        return acdr_err_nomem(e);
    *ret = acdr_take(names);
    return 0;
}

/* The last resort: are ACTIONS the end of the interrupt's line in /proc/interrupts? */
static struct acdr_answer is_listed(struct acdr_root *r, const struct irq *irq)
{
    acdr_auto(free) char *all = NULL;
    acdr_auto(free) char *names = NULL;
    char *save = NULL;
    struct acdr_strbuf t = { 0 };
    int rc = acdr_root_read(r, "/proc/interrupts", 0, &all, NULL);
    if (rc < 0)
        return acdr_answer(acdr_is_gone(rc) ? 0 : rc);
    for (const char *s = irq->actions; *s; s++)
        acdr_strbuf_add(&t, *s == ',' ? ", " : (char[]){ *s, '\0' });
    names = acdr_strbuf_take(&t);
    if (!names)
        return acdr_answer(-ENOMEM);
    size_t len = strlen(names);
    for (char *l = strtok_r(all, "\n", &save); l && len; l = strtok_r(NULL, "\n", &save)) {
        char *end;
        l = acdr_text_trim(l);
        if (strtoll(l, &end, 10) != irq->num || end == l || *end != ':')
            continue;
        size_t n = strlen(l);
        /* Two blanks precede the names, one separates them. */
        return acdr_answer(n > len + 1 && strncmp(l + n - len - 2, "  ", 2) == 0 &&
                           strcmp(l + n - len, names) == 0);
    }
    return acdr_answer(0);
}

/* -ENOENT if that number now belongs to something else. */
static int check(struct acdr_root *r, const struct irq *irq, struct acdr_err *e)
{
    acdr_auto(free) char *now = NULL;
    int rc = read_actions(r, irq->num, &now, e);
    if (rc < 0)
        return rc;
    if (strcmp(now, irq->actions) == 0)
        return 0;
    struct acdr_answer listed = *now ? acdr_answer(0) : is_listed(r, irq);
    if (acdr_yes(listed))
        return 0;
    if (acdr_unknown(listed))
        return acdr_err_errno(e, acdr_unknown(listed), "/proc/interrupts");
    return acdr_err_set(e, ENOENT, "/proc/irq/%lld: is no longer \"%s\" but \"%s\"", irq->num,
                        irq->actions, now);
}

static int read_set(struct acdr_root *r, const struct irq *irq, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = acdr_value_read_set(r, irq->path, &s, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

static int read_affinity(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct irq irq = { 0 };
    int rc = parse(rest, &irq, e);
    if (rc == 0)
        rc = check(r, &irq, e);
    if (rc == 0)
        rc = read_set(r, &irq, ret, e);
    done(&irq);
    return rc;
}

/* The read before the write has checked the names. Should the number pass to another device between
 * the two, a wrong value is seen, and nothing is written for it. */
static int read_back(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct irq irq = { 0 };
    int rc = parse(rest, &irq, e);
    if (rc == 0)
        rc = read_set(r, &irq, ret, e);
    done(&irq);
    return rc;
}

/* What the kernel answers to a value. EIO up to 6.1 and EPERM from 6.12 on mean the same. */
static int explain(const struct irq *irq, int rc, const char *list, struct acdr_err *e)
{
    switch (-rc) {
    case EIO:
    case EPERM:
        return acdr_err_set(e, EPERM, "%s (%s): cannot be moved (managed or per-CPU interrupt)",
                            irq->path, irq->actions);
    case ENOSPC:
        return acdr_err_set(e, ENOSPC, "%s (%s): CPUs %s have no interrupt vector left", irq->path,
                            irq->actions, list);
    default:
        return acdr_err_errno(e, -rc, "%s (%s): cannot write \"%s\"", irq->path, irq->actions,
                              list);
    }
}

static int write_irq(struct acdr_root *r, const struct irq *irq, const char *want,
                     struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *list = NULL;
    bool asked;
    int rc = acdr_value_parse(&s, want, irq->path, e);
    if (rc == 0)
        rc = acdr_value_print(&s, &list, e);
    if (rc < 0)
        return rc;
    if (!*list)
        return acdr_err_set(e, EINVAL, "%s: an interrupt needs a CPU", irq->path);
    rc = acdr_root_write(r, irq->path, list, &asked);
    if (rc < 0 && !asked) {
        acdr_err_errno(e, -rc, "%s (%s): cannot be opened to write \"%s\"", irq->path, irq->actions,
                       list);
        return acdr_value_unasked(rc);
    }
    return rc < 0 ? explain(irq, rc, list, e) : 0;
}

static int write_affinity(struct acdr_root *r, const char *rest, const char *now, const char *want,
                          struct acdr_err *e)
{
    struct irq irq = { 0 };
    (void)now;
    int rc = parse(rest, &irq, e);
    if (rc == 0)
        rc = acdr_value_unasked(check(r, &irq, e));
    if (rc == 0)
        rc = write_irq(r, &irq, want, e);
    done(&irq);
    return rc;
}

/* Names change when a driver is reloaded, which a pass does not wait for: they are not read a third
 * time for each of a thousand interrupts. */
static int write_seen(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct irq irq = { 0 };
    (void)now;
    int rc = parse(rest, &irq, e);
    if (rc == 0)
        rc = write_irq(r, &irq, want, e);
    done(&irq);
    return rc;
}

static int read_family(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    (void)r;
    (void)rest;
    *ret = strdup("");
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_family(struct acdr_root *r, const char *rest, const char *now, const char *want,
                        struct acdr_err *e)
{
    (void)r;
    (void)now;
    (void)want;
    return acdr_err_set(e, EINVAL, "irqs:%s: a family has no value", rest);
}

const struct acdr_knob_kind acdr_irq_family = {
    .prefix = "irqs",
    .form = ACDR_KNOB_FAMILY,
    .read = read_family,
    .write = write_family,
};

const struct acdr_knob_kind acdr_irq_affinity = {
    .prefix = "irq",
    .form = ACDR_KNOB_SET,
    .family = "irqs:",
    .read = read_affinity,
    .write = write_affinity,
    .write_seen = write_seen,
    .read_back = read_back,
};
