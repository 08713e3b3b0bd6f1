/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The CPUs and who shares what as one text that is kept beside the journal: the kernel has some
 * files for each core, thousands on a large host. It begins with the values of all files on which
 * the answer depends within a boot, and counts only as long as they are the same; so a CPU that was
 * added, removed or taken offline is noticed. What may change without them (nodes and their memory,
 * speeds, isolated CPUs) is not part of it.
 *
 *     acdr-topology TAB 1
 *     FILE TAB VALUE                     each of the files, "-" if there is none
 *     all TAB CPULIST
 *     PACKAGE TAB DIE TAB CORE TAB L3    of each online CPU, as in struct acdr_cpu
 *     end TAB CHECKSUM
 */
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ascii.h"
#include "host.h"
#include "kernel_file.h"
#include "root.h"
#include "text.h"

#define CPU_DIR "/sys/devices/system/cpu"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define MAGIC   "acdr-topology\t1\n"
#define ALL     "all\t"

/* TEXT_MAX: more than the longest such text. */
enum { TEXT_MAX = 1 << 20, VALUE_MAX = 32768 };

int acdr_topology_make_cpus(struct acdr_host *h)
{
    struct acdr_cpu *c;

    h->cpus = calloc((size_t)acdr_bitmap_weight(&h->all), sizeof(*h->cpus));
    if (!h->cpus)
        return -ENOMEM;
    ACDR_BITMAP_FOR(cpu, &h->all) {
        c = &h->cpus[h->n_cpus++];
        *c = (struct acdr_cpu){ cpu, acdr_bitmap_has(&h->online, cpu), -1, -1, -1, -1, -1, 0 };
    }
    return 0;
}

static int *label(struct acdr_cpu *c, int level)
{
    int *const labels[] = { &c->package, &c->die, &c->core, &c->l3 };

    return labels[level];
}

enum { LEVELS = 4 };

/* s390 and POWER change the topology of a running system, with no CPU coming or going. */
static bool is_fixed(struct acdr_root *r)
{
    return acdr_no(acdr_root_has(r, CPU_DIR "/dispatching")) &&
           acdr_no(acdr_root_has(r, "/proc/powerpc"));
}

/* -errno if the value is unknown. Only a host made of files may lack the id of its boot. */
static int add_value(struct acdr_root *r, struct acdr_strbuf *t, const char *path)
{
    char value[VALUE_MAX];
    ssize_t n = acdr_root_get(r, value, sizeof(value), "%s", path);

    if (n < 0 && (n != -ENOENT || (acdr_root_live(r) && !strcmp(path, BOOT_ID))))
        return (int)n;
    acdr_strbuf_addf(t, "%s\t", path);
    acdr_strbuf_add_field(t, n < 0 ? "-" : value);
    acdr_strbuf_add(t, "\n");
    return 0;
}

/* What the topology depends on; NULL if that is not known, or too little. */
static char *read_key(struct acdr_root *r, const struct acdr_bitmap *online)
{
    static const char *const files[] = { BOOT_ID, CPU_DIR "/present", CPU_DIR "/possible",
                                         CPU_DIR "/enabled", CPU_DIR "/smt/control" };
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(free) char *list = acdr_bitmap_print_list(online);

    if (!list || !is_fixed(r))
        return NULL;
    acdr_strbuf_addf(&t, MAGIC CPU_DIR "/online\t%s\n", list);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (add_value(r, &t, files[i]) < 0)
            return NULL;
    return acdr_strbuf_take(&t);
}

/* A writer of the file decides where guests are placed. */
static bool is_ours(struct acdr_root *r)
{
    uid_t uid = 0;
    mode_t mode = 0;

    return acdr_root_stat(r, ACDR_TOPOLOGY_FILE, &uid, &mode) == 0 && S_ISREG(mode) &&
           (!acdr_root_live(r) || (uid == 0 && !(mode & 022)));
}

/* The text without its last line; NULL if it is damaged. */
static char *read_text(struct acdr_root *r)
{
    acdr_auto(free) char *text = NULL;
    char end[32];
    size_t len = 0, last;

    if (!is_ours(r) || acdr_root_read(r, ACDR_TOPOLOGY_FILE, TEXT_MAX, &text, &len) < 0)
        return NULL;
    last = len - (len < sizeof("end\t00000000") ? len : sizeof("end\t00000000"));
    snprintf(end, sizeof(end), "end\t%08x\n", acdr_text_sum(text, last));
    if (strlen(text) != len || strcmp(text + last, end) != 0)
        return NULL;
    text[last] = '\0';
    return acdr_take(text);
}

/* A number and AFTER it; NULL if that is not at S. */
static const char *parse_number(const char *s, int *ret, char after)
{
    bool minus = *s == '-';
    int n = 0;

    s += minus;
    if (!acdr_is_digit(*s))
        return NULL;
    for (; acdr_is_digit(*s) && n < ACDR_BITMAP_MAX; s++)
        n = n * 10 + (*s - '0');
    *ret = minus ? -n : n;
    return *s == after ? s + 1 : NULL;
}

/* Each is the lowest CPU that shares: one that is online and not above, or -1. */
static bool parse_rows(struct acdr_host *h, const char *s)
{
    int n;

    for (size_t i = 0; i < h->n_cpus; i++) {
        for (int level = 0; h->cpus[i].online && level < LEVELS; level++) {
            s = parse_number(s, &n, level + 1 < LEVELS ? '\t' : '\n');
            if (!s || n > h->cpus[i].id || (n != -1 && !acdr_bitmap_has(&h->online, n)))
                return false;
            *label(&h->cpus[i], level) = n;
        }
    }
    return !*s;
}

/* BODY: the text after the key. */
static bool parse_body(struct acdr_host *h, char *body)
{
    char *rows = strchr(body, '\n');

    if (strncmp(body, ALL, strlen(ALL)) != 0 || !rows)
        return false;
    *rows++ = '\0';
    return acdr_bitmap_parse_list(&h->all, body + strlen(ALL)) == 0 &&
           acdr_bitmap_subset(&h->online, &h->all) && acdr_topology_make_cpus(h) == 0 &&
           parse_rows(h, rows);
}

bool acdr_topology_take(struct acdr_host *h, int least)
{
    acdr_auto(free) char *text = NULL;
    size_t len;

    /* A recording is of what the kernel says. */
    if (acdr_bitmap_weight(&h->online) < least || acdr_root_traced(h->root))
        return false;
    h->topology_key = read_key(h->root, &h->online);
    text = h->topology_key ? read_text(h->root) : NULL;
    len = text ? strlen(h->topology_key) : 0;
    if (!text || strncmp(text, h->topology_key, len) != 0)
        return false;
    if (parse_body(h, text + len)) {
        free(h->topology_key);
        h->topology_key = NULL;
        return true;
    }
    free(h->cpus);
    h->cpus = NULL;
    h->n_cpus = 0;
    acdr_bitmap_zero(&h->all);
    return false;
}

static void add_rows(struct acdr_strbuf *t, const struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_cpus; i++) {
        const struct acdr_cpu *c = &h->cpus[i];

        if (c->online)
            acdr_strbuf_addf(t, "%d\t%d\t%d\t%d\n", c->package, c->die, c->core, c->l3);
    }
}

void acdr_topology_doubt(struct acdr_host *h)
{
    free(h->topology_key);
    h->topology_key = NULL;
}

/* A CPU that comes or goes is online while its files are missing: then some CPUs have a level that
 * others lack. */
static bool is_even(const struct acdr_host *h)
{
    size_t n = 0, packages = 0, dies = 0, cores = 0, l3 = 0;

    for (size_t i = 0; i < h->n_cpus; i++) {
        const struct acdr_cpu *c = &h->cpus[i];

        n += c->online;
        packages += c->online && c->package >= 0;
        dies += c->online && c->die >= 0;
        cores += c->online && c->core >= 0;
        l3 += c->online && c->l3 >= 0;
    }
    return n && packages % n == 0 && dies % n == 0 && cores % n == 0 && l3 % n == 0;
}

/* The key is read again, because a CPU may have come or gone while the files were read. */
char *acdr_host_topology_text(const struct acdr_host *h)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(free) char *all = acdr_bitmap_print_list(&h->all);
    acdr_auto(free) char *key = NULL;
    struct acdr_bitmap online;

    if (!h->topology_key || !all || !is_even(h) ||
        acdr_hostfile_list(h->root, CPU_DIR, "online", &online) < 0)
        return NULL;
    key = read_key(h->root, &online);
    if (!key || strcmp(key, h->topology_key) != 0)
        return NULL;
    acdr_strbuf_addf(&t, "%s" ALL "%s\n", key, all);
    add_rows(&t, h);
    acdr_strbuf_addf(&t, "end\t%08x\n", acdr_text_sum(t.s ? t.s : "", t.len));
    return acdr_strbuf_take(&t);
}
