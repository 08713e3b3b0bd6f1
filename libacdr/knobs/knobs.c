/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of all kinds of knob, and the functions common to all. Knows no setting itself: each
 * kind has its file.
 */
#include <errno.h>
#include <string.h>

#include "bitmap.h"
#include "fold.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

const struct acdr_knob_kind *const acdr_knob_kinds[] = {
    &acdr_file_list,      &acdr_file_mask,           &acdr_file_num,
    &acdr_file_word,      &acdr_irq_affinity,        &acdr_irq_family,
    &acdr_workqueue_mask, &acdr_thread_guest,        &acdr_thread_task,
    &acdr_tasks_user,     &acdr_tasks_kernel,        &acdr_mems_group,
    &acdr_cgroup_thread,  &acdr_partition_exclusive, &acdr_partition_isolated,
    &acdr_memory_pages,   &acdr_irqbalance_ban,      &acdr_unit_cpus,
    &acdr_hugepages_pool, &acdr_sched_slice,         &acdr_sched_policy,
    &acdr_iosched_queue,  &acdr_resctrl_group,       &acdr_resctrl_ways,
    &acdr_rss_queues,     &acdr_flow_rule,           &acdr_nic_feature,
    &acdr_nic_ring,       &acdr_nic_coalesce,        &acdr_nic_pause,
    &acdr_napi_threads,   &acdr_interval_debug,      NULL,
};

const struct acdr_knob_kind *acdr_knob_find(const char *name, const char **rest)
{
    size_t len = strcspn(name, ":");
    if (name[len] != ':')
        return NULL;
    for (size_t i = 0; acdr_knob_kinds[i]; i++) {
        const char *prefix = acdr_knob_kinds[i]->prefix;
        if (strlen(prefix) == len && memcmp(prefix, name, len) == 0) {
            if (rest)
                *rest = name + len + 1;
            return acdr_knob_kinds[i];
        }
    }
    return NULL;
}

static int read_unknown(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    (void)r;
    (void)ret;
    return acdr_err_set(e, EOPNOTSUPP, "%s: unknown kind of setting", rest);
}

static int write_unknown(struct acdr_root *r, const char *rest, const char *now, const char *want,
                         struct acdr_err *e)
{
    (void)now;
    (void)want;
    return read_unknown(r, rest, NULL, e);
}

/* For a name without a kind: from a damaged journal or another version. */
static const struct acdr_knob_kind unknown = {
    .prefix = "",
    .read = read_unknown,
    .write = write_unknown,
};

struct acdr_knob acdr_knob_of(const char *name)
{
    struct acdr_knob k = { .rest = name };
    k.kind = acdr_knob_find(name, &k.rest);
    if (!k.kind)
        k.kind = &unknown;
    return k;
}

int acdr_knob_read(struct acdr_root *r, struct acdr_knob k, char **ret, struct acdr_err *e)
{
    return k.kind->read(r, k.rest, ret, e);
}

int acdr_knob_read_back(struct acdr_root *r, struct acdr_knob k, char **ret, struct acdr_err *e)
{
    return (k.kind->read_back ? k.kind->read_back : k.kind->read)(r, k.rest, ret, e);
}

int acdr_knob_write(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want,
                    struct acdr_err *e)
{
    return k.kind->write(r, k.rest, now, want, e);
}

int acdr_knob_write_seen(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want,
                         struct acdr_err *e)
{
    return (k.kind->write_seen ? k.kind->write_seen : k.kind->write)(r, k.rest, now, want, e);
}

bool acdr_knob_may_come(struct acdr_root *r, struct acdr_knob k)
{
    return k.kind->may_come && k.kind->may_come(r, k.rest);
}

/* By a path below its folder, or "IF" and "IF/..." for what ethtool(8) sets. */
bool acdr_knob_of_interface(struct acdr_knob k, const char *name)
{
    static const char dir[] = "/sys/class/net/";
    const char *rest = k.rest;
    size_t len = strlen(name);

    if (!strncmp(rest, dir, sizeof(dir) - 1))
        rest += sizeof(dir) - 1;
    else if (*rest == '/')
        return false;
    return !strncmp(rest, name, len) && (!rest[len] || rest[len] == '/');
}

char *acdr_knob_note(struct acdr_root *r, struct acdr_knob k, const char *want)
{
    char *note = NULL;
    if (!k.kind->note || k.kind->note(r, k.rest, want, &note) == 0)
        return note;
    free(note);
    return NULL;
}

static bool same_set(const char *a, const char *b)
{
    struct acdr_bitmap x, y;
    if (acdr_bitmap_parse_list(&x, a) < 0 || acdr_bitmap_parse_list(&y, b) < 0)
        return strcmp(a, b) == 0;
    return acdr_bitmap_equal(&x, &y);
}

static bool same_num(const char *a, const char *b)
{
    long long x, y;
    if (acdr_text_parse_num(a, &x) < 0 || acdr_text_parse_num(b, &y) < 0)
        return strcmp(a, b) == 0;
    return x == y;
}

bool acdr_knob_same(struct acdr_knob k, const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    if (k.kind->form == ACDR_KNOB_SET)
        return same_set(a, b);
    return k.kind->form == ACDR_KNOB_NUM ? same_num(a, b) : acdr_value_same_word(a, b);
}

/* A set as visible while some CPUs are offline. */
static int online_part(struct acdr_root *r, const char *list, struct acdr_bitmap *ret)
{
    struct acdr_bitmap online;
    int rc = acdr_value_read_set(r, "/sys/devices/system/cpu/online", &online, NULL);
    if (rc == 0)
        rc = acdr_bitmap_parse_list(ret, list);
    acdr_bitmap_and(ret, &online);
    return rc;
}

/* As acdr_knob_same(), or equal except for offline CPUs. */
static bool shows(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want)
{
    struct acdr_bitmap a, b;
    if (acdr_knob_same(k, now, want))
        return true;
    return (k.kind->per_task || k.kind->bulk) && now && want && online_part(r, now, &a) == 0 &&
           online_part(r, want, &b) == 0 && acdr_bitmap_equal(&a, &b);
}

bool acdr_knob_matches(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want)
{
    if (k.kind->matches && now && want)
        return k.kind->matches(now, want);
    return shows(r, k, now, want);
}

/* A partial grant (huge pages) leaves a number between was and want. */
static bool between(const char *now, const char *const *values, size_t n)
{
    long long x, v, low = 0, high = 0;
    bool any = false;
    if (!now || acdr_text_parse_num(now, &x) < 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!values[i] || acdr_text_parse_num(values[i], &v) < 0)
            continue;
        low = any && low < v ? low : v;
        high = any && high > v ? high : v;
        any = true;
    }
    return any && low <= x && x <= high;
}

bool acdr_knob_is_ours(struct acdr_root *r, struct acdr_knob k, const char *now, const char *base,
                       const char *was, const char *want)
{
    const char *const values[] = { base, was, want };
    if (k.kind == &unknown || !now)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (values[i] &&
            (shows(r, k, now, values[i]) || (k.kind->matches && k.kind->matches(now, values[i]))))
            return true;
    if (k.kind->counted)
        return between(now, values + 1, 2);
    if (k.kind->form == ACDR_KNOB_NUM && between(now, values, 3))
        return true;
    return k.kind->is_ours && k.kind->is_ours(r, k.rest, now);
}

int acdr_knob_fold(struct acdr_knob k, const char *base, const struct acdr_knob_claim *claims,
                   size_t n, char **ret)
{
    return k.kind == &unknown ? -EOPNOTSUPP : acdr_fold_claims(k.kind->form, base, claims, n, ret);
}
