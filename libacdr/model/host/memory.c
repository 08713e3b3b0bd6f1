/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel does with memory on its own: merging pages (KSM), and moving them between nodes
 * (NUMA balancing). */
#include "host.h"
#include "root.h"

void acdr_host_memory_read(struct acdr_host *h)
{
    if (acdr_root_get_num(h->root, &h->ksm_run, "/sys/kernel/mm/ksm/run") < 0)
        h->ksm_run = -1;
    if (acdr_root_get_num(h->root, &h->numa_balancing, "/proc/sys/kernel/numa_balancing") < 0)
        h->numa_balancing = -1;
}
