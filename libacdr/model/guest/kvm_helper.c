/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The helper thread of KVM that is born when a vCPU first runs. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "guest.h"
#include "kernel_file.h"
#include "text.h"

/* libvirt resumes the vCPUs and calls `started` a few milliseconds later. On a busy host a vCPU may
 * not have run by then. */
enum { BORN_MAX_MS = 300, BORN_STEP_MS = 2 };

#define HUGE_PAGES "/sys/module/kvm/parameters/nx_huge_pages"

static bool is_helper(const char *comm)
{
    return !strncmp(comm, "kvm-nx-lpage", strlen("kvm-nx-lpage"));
}

/* Does this kernel split huge pages, and join them again in a helper? (arch/x86/kvm/mmu/mmu.c) */
static bool has_helpers(struct acdr_root *root)
{
    acdr_auto(free) char *text = NULL;

    /* unknown: there is nothing to wait for. */
    if (acdr_root_read(root, HUGE_PAGES, 0, &text, NULL) < 0)
        return false;
    return strcmp(acdr_text_trim(text), "never") != 0;
}

/* Older kernels make it with the VM, as a kernel thread, which inherits nothing of a vCPU. */
static bool is_kernel_thread(struct acdr_root *root)
{
    acdr_auto(free) int *pids = NULL;
    struct acdr_hostfile_task stat;
    size_t n = 0;

    /* unknown: the wait is short and does no harm. */
    acdr_hostfile_numbers(root, "/proc", "", &pids, &n);
    for (size_t i = 0; i < n; i++) {
        int err = acdr_hostfile_task(root, pids[i], 0, &stat);

        if (err == 0 && stat.flags & ACDR_PF_KTHREAD && is_helper(stat.comm))
            return true;
    }
    return false;
}

static bool expects_helper(const struct acdr_host *host, const struct acdr_guest *g)
{
    bool has_kvm = false;

    for (size_t i = 0; i < g->n_threads; i++) {
        const struct acdr_thread *t = &g->threads[i];

        if (is_helper(t->comm))
            return false;
        has_kvm = has_kvm || (t->kind == ACDR_THREAD_VCPU && strstr(t->comm, "/KVM"));
    }
    return has_kvm && has_helpers(host->root) && !is_kernel_thread(host->root);
}

bool acdr_guest_wait_late_thread(const struct acdr_host *host, const struct acdr_guest *g)
{
    long long end = acdr_clock_ms() + BORN_MAX_MS;
    bool late = acdr_guest_has_late_thread(host, g);

    if (late || !expects_helper(host, g))
        return late;
    while (!late && acdr_clock_ms() < end) {
        acdr_clock_nap(BORN_STEP_MS);
        late = acdr_guest_has_late_thread(host, g);
    }
    return late;
}
