/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's habits, see fake_kernel.h. */
#include "fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bitmap.h"
#include "fake_groups.h"
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

/* The number in the file NAME beside PATH. */
static long long beside(const struct fake_kernel *k, const char *path, const char *name)
{
    char full[1024];
    long long n = 0;
    FILE *f;

    snprintf(full, sizeof(full), "%s%.*s%s", k->root, (int)(strrchr(path, '/') - path + 1), path,
             name);
    f = fopen(full, "r");
    if (f && fscanf(f, "%lld", &n) != 1)
        n = 0;
    if (f)
        fclose(f);
    return n;
}

static void put_number(const struct fake_kernel *k, const char *path, const char *name, long long n)
{
    char full[1024];

    snprintf(full, sizeof(full), "%.*s%s", (int)(strrchr(path, '/') - path + 1), path, name);
    host_tree_put(k->root, full, "%lld\n", n);
}

static void fill_pool(const struct fake_kernel *k, const char *path, const char *text)
{
    long long want = strtoll(text, NULL, 10);
    long long n = want > FAKE_KERNEL_PAGES ? FAKE_KERNEL_PAGES : want;

    if (n < k->used)
        n = k->used;
    put_number(k, path, "nr_hugepages", n);
    put_number(k, path, "free_hugepages", n - k->used);
    put_number(k, path, "surplus_hugepages", want < k->used ? k->used - want : 0);
}

/* "always [madvise] never" */
static void pick(const struct fake_kernel *k, const char *path, const char *text)
{
    static const char *const words[] = { "always", "madvise", "never" };
    char list[64] = "";
    size_t len = 0;

    for (int i = 0; i < 3; i++)
        len += (size_t)snprintf(list + len, sizeof(list) - len,
                                strcmp(words[i], text) ? "%s%s" : "%s[%s]", i ? " " : "", words[i]);
    host_tree_put(k->root, path, "%s\n", list);
}

#define GOVERNOR "scaling_governor"
#define ENERGY   "energy_performance_preference"

/* TEXT into the file NAME beside that of PATH, where there is one. */
static void put_beside(const struct fake_kernel *k, const char *path, const char *name,
                       const char *text)
{
    char other[512], full[1024];

    snprintf(other, sizeof(other), "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
    snprintf(full, sizeof(full), "%s%s", k->root, other);
    if (access(full, F_OK) == 0)
        host_tree_put(k->root, other, "%s\n", text);
}

/* Is "performance" in the file NAME beside that of PATH, below the root? */
static bool is_performance(const struct fake_kernel *k, const char *path, const char *name)
{
    char full[1024], text[64] = "";
    FILE *f;

    snprintf(full, sizeof(full), "%s%.*s%s", k->root, (int)(strrchr(path, '/') + 1 - path), path,
             name);
    f = fopen(full, "r");
    if (f && !fgets(text, sizeof(text), f))
        text[0] = '\0';
    if (f)
        fclose(f);
    return !strcmp(text, "performance\n");
}

static int judge(const struct fake_kernel *k, const char *path, const char *text)
{
    struct acdr_bitmap set;

    if (ends(path, ENERGY) && is_performance(k, path, GOVERNOR))
        return -EBUSY;

    if (strstr(path, "/proc/irq/30/"))
        return -EPERM;
    if (is_list(path) && (acdr_bitmap_parse_list(&set, text) < 0 || acdr_bitmap_empty(&set)))
        return -EINVAL;
    if (is_mask(path) && (acdr_bitmap_parse_mask(&set, text) < 0 || acdr_bitmap_empty(&set)))
        return -EINVAL;
    return 0;
}

static void rewrite(const struct fake_kernel *k, const char *path, const char *text)
{
    struct acdr_bitmap set;
    char *s = NULL;

    if (is_list(path) && acdr_bitmap_parse_list(&set, text) == 0)
        s = acdr_bitmap_print_list(&set);
    else if (is_mask(path) && acdr_bitmap_parse_mask(&set, text) == 0)
        s = acdr_bitmap_print_mask(&set);
    if (ends(path, GOVERNOR) && is_performance(k, path, GOVERNOR))
        put_beside(k, path, ENERGY, "performance");
    if (ends(path, "/queue/scheduler"))
        put_beside(k, path, "nr_requests", strcmp(text, "none") ? "64" : "32");
    if (s)
        host_tree_put(k->root, path, "%s\n", s);
    free(s);
}

/* What the kernel makes of a change that was made. */
static void follow(struct fake_kernel *k, const char *path, const char *text)
{
    fake_resctrl_tap(&k->resctrl, k->root, path, text, true);
    fake_groups_tap(k->root, path, text, true);
    if (!text)
        return;
    rewrite(k, path, text);
    if (ends(path, "/transparent_hugepage/enabled"))
        pick(k, path, text);
    if (ends(path, "/nr_hugepages"))
        fill_pool(k, path, text);
}

int fake_kernel_tap(void *arg, const char *path, const char *text, bool after)
{
    struct fake_kernel *k = arg;
    bool journal = ends(path, "/run/acdr/journal");
    int err;

    if (after) {
        follow(k, path, text);
        if (k->changes == k->exit_after)
            _exit(FAKE_KERNEL_EXIT);
        return 0;
    }
    k->changes++;
    if (ends(path, "/nr_hugepages"))
        k->used = beside(k, path, "nr_hugepages") - beside(k, path, "free_hugepages");
    if (k->changes == k->exit_before)
        _exit(FAKE_KERNEL_EXIT);
    if (k->changes == k->fail_at && (!journal || k->journal_too)) {
        k->failed = true;
        return -EIO;
    }
    if (journal)
        return 0;
    err = fake_resctrl_tap(&k->resctrl, k->root, path, text, false);
    if (err == 0)
        err = fake_groups_tap(k->root, path, text, false);
    return err < 0 || !text ? err : judge(k, path, text);
}
