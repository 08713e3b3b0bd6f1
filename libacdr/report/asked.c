/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests whose tag or whose rule of map.conf asks for a class, running or defined, and why a
 * running one is not conditioned. Reads libvirt's files: it asks neither libvirt nor QEMU. See
 * asked.h.
 */
#include "asked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "hook_state.h"
#include "kernel_file.h"
#include "steps.h"
#include "text.h"

#define DEFINED_DIR "/etc/libvirt/qemu"
#define RUN_DIR     "/run/libvirt/qemu"
#define TAG         "urn:libacdr:domain:1"

/* A guest that runs. */
struct running {
    char *name;
    int pid;
    bool tagged;
};

struct asked {
    struct acdr *a;
    struct acdr_journal *j;
    const char *only;
    struct running *running;
    size_t n_running;
    const char *dir; /* that is being read */
    struct acdr_item *unconditioned, *stopped;
    struct acdr_err unread;
    int count;
    int daemon; /* its process, -1: not looked for yet */
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
static bool daemon_calls(struct asked *k)
{
    for (size_t i = 0; i < k->j->n_entries; i++)
        if (!k->j->entries[i].is_pool)
            return true;
    if (k->daemon < 0)
        k->daemon = acdr_hook_daemon(k->a->root);
    return !acdr_hook_is_newer(k->a->root, k->daemon);
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
static const char *find_reason(struct asked *k, int pid, bool late, bool mapped,
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
        return "libvirtd has been running since before the hook was installed, and does not call "
               "it";
    }
    if (late)
        return mapped ? "a rule fits its definition, but not the guest as it runs"
                      : "the tag was added to its definition while it runs";
    if (acdr_hook_is_newer(k->a->root, pid))
        return "it has been running since before the hook was installed";
    if (mapped)
        return "the rule was added while it runs, or the hook failed at its start: see journalctl "
               "-t acdr";
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
    acdr_item_add_text(m, "class_by", d->class_by);
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

/* D has the tag, or a rule fits it: as it runs, or as it is defined (LATE). */
static int add_unconditioned(struct asked *k, const struct acdr_domain *d, int pid, bool late)
{
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    acdr_auto(free) char *remedy = NULL;
    struct acdr_err e = { 0 };
    const char *name = d->name, *repair = "", *why;

    if (d->tag_error) {
        why = d->tag_error;
        remedy = d->class_by ? acdr_text_format("correct the property, acdr condition %s", name)
                             : acdr_text_format("acdr tag %s CLASS, acdr condition %s", name, name);
    } else if (acdr_handle_class(k->a, d->class_name, &class, &e) < 0) {
        why = e.text;
        remedy = acdr_text_format("acdr classes \"%s\", acdr condition %s", d->class_name, name);
    } else if (!has_steps(class)) {
        return 0; /* it asks for nothing */
    } else {
        why = find_reason(k, pid, late, d->class_by, &repair);
        remedy = acdr_text_format("%s%sacdr condition %s", repair, *repair ? ", " : "", name);
    }
    if (!remedy)
        return -ENOMEM;
    add_guest(k->unconditioned, d, d->class_name, why, remedy);
    k->count++;
    return 0;
}

static bool has_tag(const struct acdr_domain *d)
{
    return d->class_name || d->tag_error;
}

/* The text of one of libvirt's files: 0 with NULL, it is gone; 1 with NULL, it cannot be read;
 * -ENOMEM. */
static int read_text(struct asked *k, const char *name, char **xml, size_t *len)
{
    acdr_auto(free) char *path = acdr_text_format("%s/%s", k->dir, name);
    int err = path ? acdr_root_read(k->a->root, path, 0, xml, len) : -ENOMEM;

    if (err < 0)
        *xml = NULL;
    if (err == -ENOMEM || err >= 0 || acdr_is_gone(err))
        return err == -ENOMEM ? err : 0;
    acdr_err_errno(&k->unread, -err, "%s", path);
    return 1;
}

/* The domain of NAME's text with a tag, or with a class by map.conf; NULL without. Without a map
 * most guests have none. */
static struct acdr_domain *read_tagged(struct asked *k, const char *name, const char *xml,
                                       size_t len)
{
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    if (!k->a->map && !strstr(xml, TAG))
        return NULL;
    if (acdr_domain_parse(xml, len, &d, &e) < 0) {
        acdr_err_set(&k->unread, EBADMSG, "%s/%s: %s", k->dir, name, e.text);
        return NULL;
    }
    if (acdr_handle_map(k->a, d, &k->unread) == 0 && has_tag(d))
        return d;
    acdr_domain_free(d);
    return NULL;
}

static int add_running(struct asked *k, const char *name, int pid, bool tagged)
{
    struct running *v = acdr_hostfile_grow(k->running, k->n_running, sizeof(*v));

    if (!v)
        return -ENOMEM;
    k->running = v;
    v[k->n_running] = (struct running){ strndup(name, strlen(name) - strlen(".xml")), pid, tagged };
    return v[k->n_running++].name ? 0 : -ENOMEM;
}

static int read_running(void *arg, const char *name)
{
    struct asked *k = arg;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *xml = NULL;
    size_t len = 0;
    int pid, err;

    if (!acdr_text_has_suffix(name, ".xml"))
        return 0;
    err = read_text(k, name, &xml, &len);
    if (err > 0) /* it may run, with a tag or without */
        return add_running(k, name, 0, true);
    pid = xml ? acdr_guest_status_pid(k->a->root, xml) : 0;
    if (err < 0 || !pid)
        return err;
    d = read_tagged(k, name, xml, len);
    err = add_running(k, name, pid, d || strstr(xml, TAG));
    if (err < 0 || !d || !is_meant(k, d) || is_conditioned(k, d))
        return err;
    return add_unconditioned(k, d, pid, false);
}

static const struct running *find_running(const struct asked *k, const char *name)
{
    for (size_t i = 0; i < k->n_running; i++)
        if (!strcmp(k->running[i].name, name))
            return &k->running[i];
    return NULL;
}

/* A defined guest with a tag: it does not run, or it runs without the tag. */
static int read_defined(void *arg, const char *name)
{
    struct asked *k = arg;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *xml = NULL;
    const struct running *g;
    size_t len = 0;
    int err;

    if (!acdr_text_has_suffix(name, ".xml"))
        return 0;
    err = read_text(k, name, &xml, &len);
    d = xml ? read_tagged(k, name, xml, len) : NULL;
    if (err < 0 || !d || !is_meant(k, d))
        return err < 0 ? err : 0;
    g = find_running(k, d->name);
    if (!g && !acdr_journal_find(k->j, d->uuid))
        add_guest(k->stopped, d, d->class_name, NULL, NULL);
    return g && !g->tagged && !d->class_by && !is_conditioned(k, d)
               ? add_unconditioned(k, d, g->pid, true)
               : 0;
}

static int read_folder(struct asked *k, const char *dir, int (*read)(void *arg, const char *name))
{
    int err;

    k->dir = dir;
    err = acdr_root_list(k->a->root, dir, read, k);
    if (err < 0 && err != -ENOMEM && !acdr_is_gone(err))
        acdr_err_errno(&k->unread, -err, "%s", dir);
    return err == -ENOMEM ? err : 0;
}

int acdr_asked_add(struct acdr *a, struct acdr_journal *j, const char *only, struct acdr_item *root,
                   struct acdr_err *e)
{
    struct asked k = { .a = a, .j = j, .only = only, .daemon = -1 };
    int err;

    k.unconditioned = acdr_item_add(root, "unconditioned", ACDR_ITEM_LIST);
    k.stopped = acdr_item_add(root, "stopped", ACDR_ITEM_LIST);
    if (a->map_err.code) /* which guests have rules is not known */
        acdr_err_set(&k.unread, a->map_err.code, "%s", a->map_err.text);
    err = read_folder(&k, RUN_DIR, read_running);
    if (err == 0)
        err = read_folder(&k, DEFINED_DIR, read_defined);
    for (size_t i = 0; i < k.n_running; i++)
        free(k.running[i].name);
    free(k.running);
    acdr_item_add_text(root, "unread", k.unread.code ? k.unread.text : NULL);
    return err == -ENOMEM ? acdr_err_nomem(e) : k.count;
}
