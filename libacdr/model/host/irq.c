/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interrupts: number, names, PCI device, affinity, and whether the kernel manages the affinity
 * itself. Knows /proc/irq, /sys/kernel/irq and the MSI folders of PCI devices; does not know which
 * interrupts a step moves.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"
#include "interrupts.h"
#include "device.h"
#include "irq_managed.h"
#include "text.h"

#define PCI_DIR "/sys/bus/pci/devices"

/* One counter per interrupt and CPU: 64 MiB are 1,000 interrupts of 5,000 CPUs. */
#define INTERRUPTS_MAX ((size_t)64 << 20)

/* An interrupt of a PCI device. */
struct msi {
    int num;
    unsigned long class;
    int node; /* -1 if not known */
    char device[32];
};

struct reader {
    struct acdr_host *h;
    bool old_kernel;
    struct msi *msis;
    size_t n_msis;
    bool parsed; /* /proc/interrupts has been read: lines point into text */
    bool unread; /* it cannot be read */
    char *text;
    struct acdr_interrupt *lines;
    size_t n_lines;
};

static void free_reader(struct reader *r)
{
    free(r->msis);
    free(r->lines);
    free(r->text);
}

/* Entries of both tables begin with the number. */
static int compare_num(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;

    return (x > y) - (x < y);
}

static int add_device(void *arg, const char *device)
{
    struct reader *r = arg;
    acdr_auto(free) int *nums = NULL;
    struct msi *more;
    struct msi m = { 0 };
    char buf[96];
    size_t n = 0;
    int err;

    snprintf(m.device, sizeof(m.device), "%s", device);
    snprintf(buf, sizeof(buf), PCI_DIR "/%s/msi_irqs", m.device);
    err = acdr_hostfile_numbers(r->h->root, buf, "", &nums, &n);
    if (err < 0 || n == 0)
        return err == -ENOMEM ? err : 0;
    if (acdr_root_get(r->h->root, buf, sizeof(buf), PCI_DIR "/%s/class", m.device) > 0)
        m.class = strtoul(buf, NULL, 16);
    snprintf(buf, sizeof(buf), PCI_DIR "/%s", m.device);
    if (acdr_device_dir_node(r->h, buf, &m.node) < 0)
        m.node = -1;
    for (size_t i = 0; i < n; i++) {
        more = acdr_hostfile_grow(r->msis, r->n_msis, sizeof(*more));
        if (!more)
            return -ENOMEM;
        r->msis = more;
        m.num = nums[i];
        more[r->n_msis++] = m;
    }
    return 0;
}

static int read_msis(struct reader *r)
{
    int err = acdr_root_list(r->h->root, PCI_DIR, add_device, r);

    if (r->n_msis)
        qsort(r->msis, r->n_msis, sizeof(*r->msis), compare_num);
    return err == -ENOMEM ? err : 0;
}

/* The line of /proc/interrupts, which is large and only read if the kernel has no better file. *RET
 * is NULL if there is none. */
static int find_line(struct reader *r, int num, const struct acdr_interrupt **ret)
{
    int err = 0;

    if (!r->parsed) {
        r->parsed = true;
        err = acdr_root_read(r->h->root, "/proc/interrupts", INTERRUPTS_MAX, &r->text, NULL);
        r->unread = err < 0 && !acdr_is_gone(err);
        if (err == 0)
            err = acdr_interrupts_parse(r->text, &r->lines, &r->n_lines);
    }
    *ret = r->n_lines ? bsearch(&num, r->lines, r->n_lines, sizeof(*r->lines), compare_num) : NULL;
    return err == -ENOMEM ? err : 0;
}

/* An action has a directory with its name beside these files. */
static int add_action_folder(void *arg, const char *name)
{
    static const char *const files[] = {
        "affinity_hint", "effective_affinity", "effective_affinity_list",
        "node",          "smp_affinity",       "smp_affinity_list",
        "spurious",
    };
    struct acdr_strbuf *t = arg;

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        if (!strcmp(name, files[i]))
            return 0;
    }
    acdr_strbuf_addf(t, "%s%s", t->len ? "," : "", name);
    return 0;
}

/* Names from the best available source: the sysfs file (Linux 4.9), the directories, the line.
 * CERTAIN: each that was looked at could be read. */
static int read_actions(struct reader *r, struct acdr_irq *irq, bool *certain)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    const struct acdr_interrupt *line = NULL;
    char buf[1024];
    int err = (int)acdr_root_get(r->h->root, buf, sizeof(buf), "/sys/kernel/irq/%d/actions",
                                 irq->num);

    *certain = err >= 0 || acdr_is_gone(err);
    if (err >= 0) {
        acdr_strbuf_add(&t, buf);
    } else {
        snprintf(buf, sizeof(buf), "/proc/irq/%d", irq->num);
        *certain &= acdr_root_list(r->h->root, buf, add_action_folder, &t) == 0;
        err = t.len ? 0 : find_line(r, irq->num, &line);
        if (err < 0)
            return err;
        *certain &= t.len || !r->unread;
        acdr_strbuf_add(&t, line ? line->actions : "");
    }
    irq->actions = acdr_strbuf_take(&t);
    return irq->actions ? 0 : -ENOMEM;
}

static void read_affinity(struct acdr_host *h, struct acdr_irq *irq)
{
    char dir[64];

    snprintf(dir, sizeof(dir), "/proc/irq/%d", irq->num);
    irq->has_affinity = acdr_hostfile_list(h->root, dir, "smp_affinity_list", &irq->affinity) ==
                            0 ||
                        acdr_hostfile_mask(h->root, dir, "smp_affinity", &irq->affinity) == 0;
}

static int read_irq(struct reader *r, struct acdr_irq *irq)
{
    const struct msi *m = r->n_msis ? bsearch(&irq->num, r->msis, r->n_msis, sizeof(*r->msis),
                                              compare_num)
                                    : NULL;
    struct acdr_managed_by by = { r->old_kernel, m ? m->class : 0 };
    bool certain;
    int err = read_actions(r, irq, &certain);

    if (err < 0)
        return err;
    irq->node = m ? m->node : -1;
    irq->device = strdup(m ? m->device : "");
    if (!irq->device)
        return -ENOMEM;
    irq->managed = acdr_managed_guess(irq->actions, &by);
    if (certain)
        read_affinity(r->h, irq);
    return 0;
}

static int read_irqs(struct reader *r)
{
    struct acdr_host *h = r->h;
    acdr_auto(free) int *nums = NULL;
    char release[128];
    size_t n = 0;
    int err = acdr_hostfile_numbers(h->root, "/proc/irq", "", &nums, &n);

    if (err < 0 || n == 0)
        return err == -ENOMEM ? err : 0;
    if (acdr_root_get(h->root, release, sizeof(release), "/proc/sys/kernel/osrelease") > 0)
        r->old_kernel = acdr_managed_old_kernel(release);
    err = read_msis(r);
    if (err < 0)
        return err;
    h->irqs = calloc(n, sizeof(*h->irqs));
    if (!h->irqs)
        return -ENOMEM;
    for (size_t i = 0; err == 0 && i < n; i++) {
        h->irqs[i].num = nums[i];
        h->n_irqs++;
        err = read_irq(r, &h->irqs[i]);
    }
    return err;
}

int acdr_host_irq_read(struct acdr_host *h, struct acdr_err *e)
{
    struct reader r = { .h = h };
    int err = read_irqs(&r);

    free_reader(&r);
    return err < 0 ? acdr_err_nomem(e) : 0;
}

void acdr_host_irq_free(struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_irqs; i++) {
        free(h->irqs[i].actions);
        free(h->irqs[i].device);
    }
    free(h->irqs);
}
