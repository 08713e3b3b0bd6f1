/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest as it will run, for plans that are only shown. Knows which threads QEMU will have; they
 * have no tids. */
#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest_devices.h"

static int add_thread(struct acdr_guest *g, enum acdr_thread_kind kind, int index)
{
    static const char *const names[] = { "emulator", "vCPU", "iothread", "vhost" };
    struct acdr_thread *t = &g->threads[g->n_threads];

    t->kind = kind;
    t->index = index;
    if (index < 0)
        snprintf(t->comm, sizeof(t->comm), "%s", names[kind]);
    else
        snprintf(t->comm, sizeof(t->comm), "%s %d", names[kind], index);
    t->cgroup = strdup(index < 0 ? "(emulator)" : "(vCPU's or iothread's group)");
    g->n_threads++;
    t->bounds = strdup("");
    return t->cgroup && t->bounds ? 0 : -ENOMEM;
}

/* The kernel's vhost worker serves a tap; for vDPA it is the device itself, for vhost-user a
 * process at the other end. A network may assign devices in place of taps. */
static bool has_vhost(const struct acdr_domain_nic *n, const struct acdr_guest_devices *devices)
{
    static const char *const taps[] = { "network", "bridge", "ethernet", "direct" };
    const struct acdr_guest_device *pool = acdr_guest_devices_find(devices, "network", n->source);
    bool tap = false;

    for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++)
        tap |= !strcmp(n->type, taps[i]);
    return tap && !strcmp(n->model, "virtio") && strcmp(n->driver, "qemu") != 0 &&
           !(!strcmp(n->type, "network") && pool && pool->pins);
}

int acdr_guest_preview(const struct acdr_domain *d, const struct acdr_guest_devices *devices,
                       struct acdr_guest **ret)
{
    acdr_auto(acdr_guest_free) struct acdr_guest *g = calloc(1, sizeof(*g));
    int err;

    if (!g)
        return -ENOMEM;
    g->threads = calloc((size_t)d->vcpus + (size_t)d->iothreads + d->n_nics + 1,
                        sizeof(*g->threads));
    if (!g->threads)
        return -ENOMEM;
    err = add_thread(g, ACDR_THREAD_EMULATOR, -1);
    for (int i = 0; err == 0 && i < d->vcpus; i++)
        err = add_thread(g, ACDR_THREAD_VCPU, d->vcpu_id[i]);
    for (int i = acdr_bitmap_next(&d->iothread_ids, -1); err == 0 && i >= 0;
         i = acdr_bitmap_next(&d->iothread_ids, i))
        err = add_thread(g, ACDR_THREAD_IOTHREAD, i);
    for (size_t i = 0; err == 0 && i < d->n_nics; i++)
        if (has_vhost(&d->nics[i], devices))
            err = add_thread(g, ACDR_THREAD_VHOST, (int)i);
    if (err == 0)
        *ret = acdr_take(g);
    return err;
}
