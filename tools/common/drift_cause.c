/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The usual other writers, by kind of knob. A guess from the name of the setting: nobody records
 * who wrote it. */
#include "drift_cause.h"

#include <stdio.h>
#include <string.h>

#include "out.h"

static const struct {
    const char *knob, *cause;
} causes[] = {
    { "started:", "its start was cut off, at the hook's deadline or by a kill" },
    { "ended:", "the process that waits for the command's end was killed" },
    { "thread:", "libvirt or taskset changed the pin: virsh vcpupin, virsh emulatorpin" },
    { "sched:", "chrt or virsh schedinfo changed it" },
    { "slice:", "another program changed the scheduling of the thread" },
    { "group:", "another program moved the thread to another cgroup" },
    { "mems:", "virsh numatune, or another program, changed the nodes" },
    { "pages:", "memory was moved or allocated elsewhere: numad, or NUMA balancing" },
    { "excl:", "another program, such as systemd, changed the cgroup" },
    { "part:", "another program, such as systemd, changed the cgroup" },
    { "unit:", "systemctl set-property, or a reload of systemd, changed the unit" },
    { "tasks:", "a task was started or moved there: taskset, a service with CPUAffinity=" },
    { "kthreads:", "a kernel thread was moved there" },
    { "task:", "the task's affinity was changed: taskset, or the program itself" },
    { "irq:", "irqbalance, or a driver that set its interrupts up anew" },
    { "irqbalance:", "irqbalance was restarted" },
    { "wq:", "a profile of tuned, or a script, changed the workqueues" },
    { "huge:", "vm.nr_hugepages or virsh allocpages changed the pool" },
    { "iosched:", "a rule of udev or a profile of tuned" },
    { "rss:", "ethtool -X or -L, or the driver when the link came up" },
    { "flow:", "ethtool -N, or the driver when the link came up" },
    { "feature:", "ethtool -K, or the driver when the link came up" },
    { "ring:", "ethtool -G, or the driver when the link came up" },
    { "word:/sys/kernel/mm/ksm", "ksmtuned, or a profile of tuned" },
    { "num:/sys/kernel/mm/ksm", "ksmtuned, or a profile of tuned" },
    { "num:/proc/sys", "sysctl, or a profile of tuned" },
};

const char *drift_cause(const struct acdr_item *drift)
{
    const char *knob = acdr_item_text(acdr_item_find(drift, "knob"));

    if (acdr_item_kind(acdr_item_find(drift, "now")) != ACDR_ITEM_TEXT)
        return NULL;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        if (strncmp(knob, causes[i].knob, strlen(causes[i].knob)) == 0)
            return causes[i].cause;
    return "another program changed it";
}

const char *drift_remedy(const struct acdr_item *drift, char *buf, size_t size)
{
    const char *knob = acdr_item_text(acdr_item_find(drift, "knob"));

    if (strncmp(knob, "started:", 8) == 0)
        snprintf(buf, size, "acdr condition %s", out_text_of(drift, "domain"));
    else
        snprintf(buf, size, "acdr settle");
    return buf;
}
