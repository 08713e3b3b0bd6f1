/* The kernel's habits, see fake_kernel.h. */
#include "fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"
#include "host_tree.h"

static bool ends(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);

    return n >= m && !strcmp(path + n - m, end);
}

static bool is_list(const char *path)
{
    return ends(path, "_affinity_list") || ends(path, "/watchdog_cpumask");
}

static bool is_mask(const char *path)
{
    return ends(path, "default_smp_affinity") || ends(path, "/cpumask");
}

static int judge(const char *path, const char *text)
{
    struct acdr_cpus set;

    if (strstr(path, "/proc/irq/30/"))
        return -EPERM;
    if (is_list(path) && (acdr_cpus_parse_list(&set, text) < 0 || acdr_cpus_empty(&set)))
        return -EINVAL;
    if (is_mask(path) && (acdr_cpus_parse_mask(&set, text) < 0 || acdr_cpus_empty(&set)))
        return -EINVAL;
    return 0;
}

static void rewrite(const struct fake_kernel *k, const char *path, const char *text)
{
    struct acdr_cpus set;
    char *s = NULL;

    if (is_list(path) && acdr_cpus_parse_list(&set, text) == 0)
        s = acdr_cpus_print_list(&set);
    else if (is_mask(path) && acdr_cpus_parse_mask(&set, text) == 0)
        s = acdr_cpus_print_mask(&set);
    if (s)
        host_tree_put(k->root, path, "%s\n", s);
    free(s);
}

int fake_kernel_tap(void *arg, const char *path, const char *text, bool after)
{
    struct fake_kernel *k = arg;
    bool journal = ends(path, "/run/acdr/journal");

    if (after) {
        rewrite(k, path, text);
        if (k->changes == k->exit_after)
            _exit(FAKE_KERNEL_EXIT);
        return 0;
    }
    k->changes++;
    if (k->changes == k->exit_before)
        _exit(FAKE_KERNEL_EXIT);
    if (k->changes == k->fail_at && (!journal || k->journal_too))
        return -EIO;
    return journal ? 0 : judge(path, text);
}
