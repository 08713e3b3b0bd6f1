/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests whose tag asks for a class, running or defined, and why a running one is not conditioned.
 * Reads libvirt's files: it asks neither libvirt nor QEMU. See asked.h.
 */
#include "asked.h"

#include <errno.h>
#include <string.h>

#include "guest.h"
#include "hook_state.h"
#include "kernel_file.h"
#include "neighbours.h"
#include "steps.h"
#include "text.h"

#define DEFINED_DIR "/etc/libvirt/qemu"
#define TAG         "urn:libacdr:domain:1"

struct asked {
    struct acdr *a;
    struct acdr_journal *j;
    const char *only;
    struct acdr_neighbours running;
    struct acdr_item *unconditioned, *stopped;
    struct acdr_err unread;
    int count;
};

static bool is_meant(const struct asked *k, const struct acdr_domain *d)
{
    return !k->only || !strcmp(k->only, d->name) || !strcmp(k->only, d->uuid);
}

/* An entry of its present run. */
static bool is_conditioned(const struct asked *k, const struct acdr_domain *d)
{
    const struct acdr_entry *en = acdr_journal_find(k->j, d->uuid);

    return en && (!en->pid || !acdr_no(acdr_guest_lives(k->a->root, en->pid, en->start)));
}

/* libvirt reads its hooks when its daemon starts. A guest in the journal proves that it has. */
static bool daemon_calls(const struct asked *k)
{
    for (size_t i = 0; i < k->j->n_entries; i++)
        if (!k->j->entries[i].is_pool)
            return true;
    return !acdr_hook_is_newer(k->a->root, acdr_hook_daemon(k->a->root));
}

static const char *hook_fault(enum acdr_hook_state s)
{
    switch (s) {
    case ACDR_HOOK_MISSING:
        return "libvirt's hook " ACDR_HOOK_FILE " is not installed";
    case ACDR_HOOK_FOREIGN:
        return ACDR_HOOK_FILE " is another program's hook";
    case ACDR_HOOK_NOT_RUN:
        return ACDR_HOOK_FILE " is not executable";
    case ACDR_HOOK_UNKNOWN:
    case ACDR_HOOK_READY:
        break;
    }
    return NULL;
}

/* Why the guest is not conditioned, the surest reason first. REPAIR gets what comes before acdr
 * condition, "" if nothing does. */
static const char *find_reason(const struct asked *k, const struct acdr_neighbour *g, bool late,
                               const char **repair)
{
    enum acdr_hook_state hook = acdr_hook_look(k->a->root);
    const char *fault = hook_fault(hook);

    *repair = "";
    if (fault) {
        *repair = hook == ACDR_HOOK_NOT_RUN ? "chmod 755 " ACDR_HOOK_FILE
                                            : "install ACDR's hook, systemctl restart libvirtd";
        return fault;
    }
    if (!daemon_calls(k)) {
        *repair = "systemctl restart libvirtd";
        return "libvirtd runs since before the hook was installed, and does not call it";
    }
    if (late)
        return "the tag was added to its definition while it runs";
    if (acdr_hook_is_newer(k->a->root, g->pid))
        return "it runs since before the hook was installed";
    return "the tag was added while it runs, or the hook failed at its start: see journalctl -t "
           "acdr";
}

static void add_guest(struct acdr_item *list, const struct acdr_domain *d, const char *class_name,
                      const char *why, const char *remedy)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "name", d->name);
    acdr_item_add_text(m, "uuid", d->uuid);
    acdr_item_add_text(m, "class", class_name);
    if (!why)
        return;
    acdr_item_add_text(m, "why", why);
    acdr_item_add_text(m, "remedy", remedy);
}

static bool has_steps(const struct acdr_class *c)
{
    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(c, acdr_steps[i]->name))
            return true;
    return false;
}

/* TAGGED has the tag: the running guest G itself, or its definition (LATE). */
static int add_unconditioned(struct asked *k, const struct acdr_neighbour *g,
                             const struct acdr_domain *tagged, bool late)
{
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    acdr_auto(free) char *remedy = NULL;
    struct acdr_err e = { 0 };
    const char *name = g->domain->name, *repair = "", *why;

    if (tagged->tag_error) {
        why = tagged->tag_error;
        remedy = acdr_text_format("acdr tag %s CLASS, acdr condition %s", name, name);
    } else if (acdr_handle_class(k->a, tagged->class_name, &class, &e) < 0) {
        why = e.text;
        remedy = acdr_text_format("acdr classes %s, acdr condition %s", tagged->class_name, name);
    } else if (!has_steps(class)) {
        return 0; /* it asks for nothing */
    } else {
        why = find_reason(k, g, late, &repair);
        remedy = acdr_text_format("%s%sacdr condition %s", repair, *repair ? ", " : "", name);
    }
    if (!remedy)
        return -ENOMEM;
    add_guest(k->unconditioned, g->domain, tagged->class_name, why, remedy);
    k->count++;
    return 0;
}

static bool has_tag(const struct acdr_domain *d)
{
    return d->class_name || d->tag_error;
}

static int add_running(struct asked *k)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < k->running.n; i++) {
        const struct acdr_neighbour *g = &k->running.v[i];

        if (has_tag(g->domain) && is_meant(k, g->domain) && !is_conditioned(k, g->domain))
            err = add_unconditioned(k, g, g->domain, false);
    }
    return err;
}

static const struct acdr_neighbour *find_running(const struct asked *k, const char *uuid)
{
    for (size_t i = 0; *uuid && i < k->running.n; i++)
        if (!strcmp(k->running.v[i].domain->uuid, uuid))
            return &k->running.v[i];
    return NULL;
}

/* A defined guest with a tag: it does not run, or it runs without the tag. */
static int add_defined(struct asked *k, const struct acdr_domain *d)
{
    const struct acdr_neighbour *g = find_running(k, d->uuid);

    if (!is_meant(k, d))
        return 0;
    if (!g && !acdr_journal_find(k->j, d->uuid))
        add_guest(k->stopped, d, d->class_name, NULL, NULL);
    return g && !has_tag(g->domain) && !is_conditioned(k, d) ? add_unconditioned(k, g, d, true) : 0;
}

static int read_defined(void *arg, const char *name)
{
    struct asked *k = arg;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *path = NULL;
    acdr_auto(free) char *xml = NULL;
    size_t len = 0;
    int err;

    if (!acdr_text_has_suffix(name, ".xml"))
        return 0;
    path = acdr_text_format(DEFINED_DIR "/%s", name);
    err = path ? acdr_root_read(k->a->root, path, 0, &xml, &len) : -ENOMEM;
    if (err == -ENOMEM || acdr_is_gone(err))
        return err == -ENOMEM ? err : 0;
    if (err < 0) {
        acdr_err_errno(&k->unread, -err, "%s", path);
        return 0;
    }
    if (!strstr(xml, TAG) || acdr_domain_parse(xml, len, &d, NULL) < 0 || !has_tag(d))
        return 0;
    return add_defined(k, d);
}

int acdr_asked_add(struct acdr *a, struct acdr_journal *j, const char *only, struct acdr_item *root,
                   struct acdr_err *e)
{
    struct asked k = { .a = a, .j = j, .only = only };
    int err;

    k.unconditioned = acdr_item_add(root, "unconditioned", ACDR_ITEM_LIST);
    k.stopped = acdr_item_add(root, "stopped", ACDR_ITEM_LIST);
    err = acdr_neighbours_read(a->root, &k.running, &k.unread);
    if (err == 0)
        err = add_running(&k);
    if (err == 0)
        err = acdr_root_list(a->root, DEFINED_DIR, read_defined, &k);
    if (err < 0 && err != -ENOMEM && !acdr_is_gone(err) && !k.unread.code)
        acdr_err_errno(&k.unread, -err, DEFINED_DIR);
    acdr_neighbours_done(&k.running);
    acdr_item_add_text(root, "unread", k.unread.code ? k.unread.text : NULL);
    return err == -ENOMEM ? acdr_err_nomem(e) : k.count;
}
