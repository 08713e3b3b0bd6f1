/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section [observe]: its keys, the available figures, and limits as text; see limit.h. */
#include "limit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "decimal.h"
#include "text.h"

#define MIB (1.0 / 1048576)

/* Softirqs of timers, RCU and the scheduler always occur and are no disturbance. */
#define WORK "NET_RX|NET_TX|BLOCK|IRQ_POLL|TASKLET|HI"

/* In rows, as each figure is also a key. */
#define FIGURES(X)                                                                                 \
    X("run-delay", "ms/s", "time that a vCPU waited for a CPU", "cpu",                             \
      "acdr_thread_run_delay_seconds", NULL, 1000, 0)                                              \
    X("preempted", "/s", "times that a vCPU was preempted by another task", "cpu",                 \
      "acdr_thread_switches", "involuntary", 1, 0)                                                 \
    X("steal", "ms/s", "time that a hypervisor below took from a CPU of the guest", "cpu",         \
      "acdr_cpu_seconds", "steal", 1000, 0)                                                        \
    X("interrupts", "/s", "interrupts of devices on a CPU of the guest", "irq",                    \
      "acdr_cpu_interrupts", NULL, 1, 0)                                                           \
    X("shootdowns", "/s", "TLB shootdowns on a CPU of the guest", "irq",                           \
      "acdr_cpu_kernel_interrupts", "TLB", 1, 0)                                                   \
    X("softirqs", "/s", "soft interrupts for packets, disks and tasklets on a CPU of the guest",   \
      "softirq", "acdr_cpu_softirqs", WORK, 1, 0)                                                  \
    X("exits", "/s", "exits from guest mode", "kvm", "acdr_guest_kvm_exits", "all", 1, 0)          \
    X("drops", "/s", "packets that an interface of the guest dropped", "net",                      \
      "acdr_interface_drops", NULL, 1, 0)                                                          \
    X("disk-wait", "ms/s", "time that the guest's threads waited for the host's disks", "block",   \
      "acdr_guest_disk_wait_seconds", NULL, 1000, 0)                                               \
    X("throttled", "ms/s", "time that a bandwidth limit throttled a control group", "cgroup",      \
      "acdr_cgroup_throttled_seconds", NULL, 1000, 0)                                              \
    X("stall-cpu", "ms/s", "time that some task of the guest waited for a CPU", "psi",             \
      "acdr_guest_pressure_stall_seconds", "cpu-some", 1000, 0)                                    \
    X("stall-memory", "ms/s", "time that some task of the guest waited for memory", "psi",         \
      "acdr_guest_pressure_stall_seconds", "memory-some", 1000, 0)                                 \
    X("stall-io", "ms/s", "time that some task of the guest waited for disks", "psi",              \
      "acdr_guest_pressure_stall_seconds", "io-some", 1000, 0)                                     \
    X("remote-memory", "%", "share of the memory that is on other nodes", "memory",                \
      "acdr_guest_memory_local_ratio", NULL, -100, 100)                                            \
    X("swapped", "MiB", "memory that was swapped out", "memory", "acdr_guest_memory_swap_bytes",   \
      NULL, MIB, 0)                                                                                \
    X("merged", "MiB", "memory that was merged by KSM", "memory", "acdr_guest_memory_ksm_bytes",   \
      NULL, MIB, 0)                                                                                \
    X("drifted", "", "settings that are not as claimed", "acdr", "acdr_guest_drifted", NULL, 1, 0)

#define FIGURE(...) { __VA_ARGS__ },
const struct acdr_figure acdr_figures[] = { FIGURES(FIGURE){ 0 } };

#define KEY(name, unit, help, ...) { name, ACDR_KEY_LIMIT, "auto|none", "auto", help },
const struct acdr_key acdr_observe_keys[] = {
    { "probes", ACDR_KEY_WORDS,
      "auto|cpu|softirq|irq|pmu|kvm|exits|net|queue|block|cgroup|psi|sched|map|memory|acdr", "auto",
      "the probes to run; auto: by the kind of guest" },
    { "interval", ACDR_KEY_SECONDS, "auto", "auto", "how often" },
    FIGURES(KEY){ 0 },
};

const struct acdr_figure *acdr_figure_find(const char *name)
{
    for (const struct acdr_figure *f = acdr_figures; f->name; f++)
        if (!strcmp(f->name, name))
            return f;
    return NULL;
}

bool acdr_limit_has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *s = list; *s; s += strcspn(s, ", \t")) {
        s += strspn(s, ", \t");
        if (len && strcspn(s, ", \t") == len && !strncmp(s, word, len))
            return true;
    }
    return false;
}

int acdr_limit_seconds(const char *text)
{
    static const char units[] = "smh";
    static const int worth[] = { 1, 60, 3600 };
    char *end;
    long n = acdr_is_digit(*text) ? strtol(text, &end, 10) : 0;
    const char *unit;

    if (n < 1 || n > 3600)
        return -1;
    unit = *end ? strchr(units, *end) : units;
    if (!unit || (*end && end[1]))
        return -1;
    n *= worth[unit - units];
    return n <= 3600 ? (int)n : -1;
}

static int no_figure(const char *name, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf all = { 0 };

    for (const struct acdr_figure *f = acdr_figures; f->name; f++)
        acdr_strbuf_addf(&all, "%s%s", f == acdr_figures ? "" : ", ", f->name);
    return acdr_err_set(e, EINVAL, "unknown figure \"%s\"; use one of: %s", name,
                        all.s ? all.s : "");
}

/* Find the figure at the start of TEXT; TEXT advances past the '>'. */
static int take_figure(char **text, const struct acdr_figure **ret, struct acdr_err *e)
{
    char *name = *text;
    size_t len = strcspn(name, "> \t");
    char *rest = name + len + strspn(name + len, " \t");
    bool above = *rest == '>';

    name[len] = '\0';
    *ret = acdr_figure_find(name);
    if (!*ret)
        return no_figure(name, e);
    if (!above)
        return acdr_err_set(e, EINVAL, "\"%s\" has no limit; write %s > 5%s%s", name, name,
                            (*ret)->unit[0] ? " " : "", (*ret)->unit);
    *text = rest + 1;
    return 0;
}

/* Parse "5 ms/s"; TEXT advances past it. Another unit is not converted to this one. */
static int take_most(const char **text, struct acdr_limit *l, struct acdr_err *e)
{
    const struct acdr_figure *f = l->figure;
    size_t len = strlen(f->unit);
    const char *s = *text + strspn(*text, " \t");
    char *end = NULL;

    if (acdr_is_digit(*s))
        l->most = acdr_decimal_parse(s, &end);
    if (!end || !isfinite(l->most))
        return acdr_err_set(e, EINVAL,
                            "%s: \"%s\" does not begin with a number; write 5%s%s for 3, or only 5",
                            f->name, s, len ? " " : "", f->unit);
    s = end + strspn(end, " \t");
    if (len && !strncmp(s, f->unit, len) && (!s[len] || strchr(" \t", s[len])))
        s += len;
    *text = s + strspn(s, " \t");
    return 0;
}

/* The optional rest: "for N". */
static int take_times(const char *text, struct acdr_limit *l, struct acdr_err *e)
{
    long long n = 1;

    if (*text &&
        (strncmp(text, "for ", 4) || acdr_text_parse_num(text + 4, &n) < 0 || n < 1 || n > 1000))
        return acdr_err_set(e, EINVAL,
                            "%s: \"%s\" is not valid; its unit is \"%s\", and \"for 3\" requires "
                            "that many consecutive samples (1 to 1000)",
                            l->figure->name, text, l->figure->unit);
    l->times = (int)n;
    return 0;
}

int acdr_limit_parse(const struct acdr_figure *f, const char *text, struct acdr_limit *ret,
                     struct acdr_err *e)
{
    int err;

    *ret = (struct acdr_limit){ .figure = f };
    err = take_most(&text, ret, e);
    return err < 0 ? err : take_times(text, ret, e);
}

static int parse_one(char *text, struct acdr_limit *l, struct acdr_err *e)
{
    const struct acdr_figure *f;
    int err = take_figure(&text, &f, e);

    return err < 0 ? err : acdr_limit_parse(f, text, l, e);
}

static size_t count_parts(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == ',';
    return n;
}

int acdr_limits_parse(const char *text, struct acdr_limit **ret, size_t *n, struct acdr_err *e)
{
    acdr_auto(free) char *copy = strdup(text);
    acdr_auto(free) struct acdr_limit *v = calloc(count_parts(text), sizeof(*v));
    char *next = copy;
    size_t count = 0;

    if (!copy || !v)
        return acdr_err_nomem(e);
    if (strcmp(text, "none") != 0) {
        for (char *part = strsep(&next, ","); part; part = strsep(&next, ",")) {
            int err = parse_one(acdr_text_trim(part), &v[count], e);

            if (err < 0)
                return err;
            count++;
        }
    }
    *n = count;
    *ret = count ? acdr_take(v) : NULL;
    return 0;
}
