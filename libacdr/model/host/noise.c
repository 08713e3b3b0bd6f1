/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's own work on all cores: where its watchdog and writeback run, how often it counts and
 * polls, and which cores offload RCU callbacks since boot. Reads it; a step decides what is too
 * much.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"

#define CHECK_DIR "/sys/devices/system/machinecheck"

static void read_check_interval(struct acdr_host *h)
{
    struct acdr_noise *n = &h->noise;

    n->check_cpu = acdr_bitmap_next(&h->online, -1);
    if (acdr_root_get_num(h->root, &n->check_interval, CHECK_DIR "/machinecheck%d/check_interval",
                          n->check_cpu) < 0)
        n->check_interval = -1;
}

/* "all", or a list in which N is the last CPU. */
static void add_boot_list(struct acdr_host *h, const char *text)
{
    struct acdr_bitmap set;
    char list[512];
    size_t len = 0;
    int last = -1;

    ACDR_BITMAP_FOR(cpu, &h->all)
        last = cpu;
    if (!strcmp(text, "all"))
        acdr_bitmap_or(&h->noise.nocb, &h->all);
    for (; *text && len + 12 < sizeof(list); text++) {
        if (*text == 'N')
            len += (size_t)snprintf(list + len, sizeof(list) - len, "%d", last);
        else
            list[len++] = *text;
    }
    list[len] = '\0';
    if (acdr_bitmap_parse_list(&set, list) == 0)
        acdr_bitmap_or(&h->noise.nocb, &set);
}

/* rcu_nocbs alone means all CPUs; nohz_full implies its CPUs. */
static int read_boot(struct acdr_host *h)
{
    acdr_auto(free) char *text = NULL;
    int err = acdr_root_read(h->root, "/proc/cmdline", 0, &text, NULL);
    char *next = text;
    char *word;

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    h->noise.knows_boot = true;
    h->noise.nocb = h->nohz_full;
    while ((word = strsep(&next, " \n"))) {
        if (!strncmp(word, "rcu_nocbs=", 10) || !strncmp(word, "nohz_full=", 10))
            add_boot_list(h, word + 10);
        else if (!strcmp(word, "rcu_nocbs"))
            acdr_bitmap_or(&h->noise.nocb, &h->all);
    }
    return 0;
}

int acdr_host_noise_read(struct acdr_host *h, struct acdr_err *e)
{
    struct acdr_noise *n = &h->noise;

    n->has_watchdog = acdr_hostfile_list(h->root, "/proc/sys/kernel", "watchdog_cpumask",
                                         &n->watchdog) == 0;
    n->has_writeback = acdr_hostfile_mask(h->root, "/sys/bus/workqueue/devices/writeback",
                                          "cpumask", &n->writeback) == 0;
    if (acdr_hostfile_mask(h->root, "/sys/devices/virtual/workqueue", "cpumask", &n->unbound) < 0)
        n->unbound = h->online;
    if (acdr_root_get_num(h->root, &n->timer_migration, "/proc/sys/kernel/timer_migration") < 0)
        n->timer_migration = -1;
    if (acdr_root_get_num(h->root, &n->stat_interval, "/proc/sys/vm/stat_interval") < 0)
        n->stat_interval = -1;
    read_check_interval(h);
    return read_boot(h) < 0 ? acdr_err_nomem(e) : 0;
}
