/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the XML that a running guest could have, from its threads. Knows /proc and the part of
 * libvirt's format that pins threads. */
#include "neighbour_threads.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "kernel_file.h"
#include "text.h"

#define STATUS_MAX 40960 /* with a mask and a list of ACDR_BITMAP_MAX CPUs */

struct threads {
    struct acdr_root *root;
    int pid, vcpus;
    struct acdr_strbuf pins;
    struct acdr_bitmap others; /* the CPUs of all other threads */
};

/* The CPUs that a thread may use, as text in BUF; NULL if it has ended or cannot be read. */
static char *read_cpus(const struct threads *t, int tid, char *buf, size_t size)
{
    static const char key[] = "\nCpus_allowed_list:\t";
    char *list;

    /* unknown: one thread less represents the guest */
    if (acdr_root_get(t->root, buf, size, "/proc/%d/task/%d/status", t->pid, tid) < 0)
        return NULL;
    list = strstr(buf, key);
    if (!list)
        return NULL;
    list += strlen(key);
    list[strcspn(list, "\n")] = '\0';
    return list;
}

/* QEMU calls a vCPU's thread "CPU 3/KVM"; ids need not match here. */
static void add_thread(struct threads *t, int tid)
{
    static const char name[] = "Name:\tCPU ";
    char buf[STATUS_MAX];
    const char *cpus = read_cpus(t, tid, buf, sizeof(buf));
    struct acdr_bitmap set;

    if (!cpus || acdr_bitmap_parse_list(&set, cpus) < 0)
        return;
    if (strncmp(buf, name, strlen(name)) != 0 || t->vcpus == ACDR_BITMAP_MAX)
        acdr_bitmap_or(&t->others, &set);
    else
        acdr_strbuf_addf(&t->pins, "<vcpupin vcpu='%d' cpuset='%s'/>", t->vcpus++, cpus);
}

static int add_threads(struct threads *t)
{
    acdr_auto(free) char *others = NULL;
    acdr_auto(free) int *tids = NULL;
    char dir[32];
    size_t n = 0;
    int err;

    snprintf(dir, sizeof(dir), "/proc/%d/task", t->pid);
    err = acdr_hostfile_numbers(t->root, dir, "", &tids, &n);
    for (size_t i = 0; err == 0 && i < n; i++)
        add_thread(t, tids[i]);
    others = acdr_bitmap_print_list(&t->others);
    if (others && *others)
        acdr_strbuf_addf(&t->pins, "<emulatorpin cpuset='%s'/>", others);
    if (others && *others && !t->vcpus) /* QEMU makes them after its memory */
        acdr_strbuf_addf(&t->pins, "<vcpupin vcpu='%d' cpuset='%s'/>", t->vcpus++, others);
    return err == -ENOMEM || !others ? -ENOMEM : 0;
}

/* libvirt prints the guest's own UUID first. */
bool acdr_neighbour_uuid(const char *xml, char uuid[37])
{
    static const char tag[] = "<uuid>";
    const char *at = strstr(xml, tag);

    snprintf(uuid, 37, "%.36s", at ? at + strlen(tag) : "");
    if (acdr_text_is_uuid(uuid))
        return true;
    uuid[0] = '\0';
    return false;
}

/* The status file has the guest's name. */
static char *find_name(const char *path)
{
    const char *name = strrchr(path, '/') + 1;

    return strndup(name, strlen(name) - strlen(".xml"));
}

int acdr_neighbour_threads(struct acdr_root *root, const char *path, const char *uuid, int pid,
                           struct acdr_domain **ret)
{
    struct threads t = { .root = root, .pid = pid };
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *text = NULL;
    int err = add_threads(&t);

    if (err == 0 && t.vcpus)
        text = acdr_text_format("<domain><uuid>%s</uuid><vcpu>%d</vcpu><cputune>%s</cputune>"
                                "</domain>",
                                uuid, t.vcpus, t.pins.s);
    if (err == 0 && t.vcpus)
        err = text && !t.pins.bad ? acdr_domain_parse(text, strlen(text), &d, NULL) : -ENOMEM;
    acdr_strbuf_done(&t.pins);
    if (err < 0 || !d)
        return err == -ENOMEM ? err : 0;
    free(d->name);
    d->name = find_name(path);
    *ret = acdr_take(d);
    return (*ret)->name ? 0 : -ENOMEM;
}
