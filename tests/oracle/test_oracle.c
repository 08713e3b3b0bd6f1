/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares the snapshot of one recorded machine with what independent programs made of it:
 *
 *     test_oracle ROOT ORACLE.json README.md            a recorded machine
 *     test_oracle INTERRUPTS ORACLE.json README.md      a sample of /proc/interrupts
 *
 * Every value that the oracle vouches for is compared, and each difference is printed. Differences
 * that the table in README.md explains are counted apart; an explained one that does not occur is a
 * failure too. Exit status: 0 the same, 1 different, 2 cannot tell.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "host.h"
#include "interrupts.h"
#include "root.h"

struct run {
    const struct acdr_host *host;
    const char *id;
    char *explained; /* the text of README.md */
    int compared, different, known;
};

static void differ(struct run *r, const char *field, int at, const char *want, const char *got)
{
    char line[512];

    snprintf(line, sizeof(line), "| %s | %s | %d | %s | %s |", r->id, field, at, want, got);
    if (strstr(r->explained, line)) {
        r->known++;
        return;
    }
    r->different++;
    printf("%s\n", line);
}

static void check_num(struct run *r, const char *field, int at, const json_t *want, long long got)
{
    char a[32];
    char b[32];

    if (!json_is_integer(want) && !json_is_boolean(want))
        return;
    r->compared++;
    if (json_is_boolean(want) ? json_is_true(want) == (got != 0) : json_integer_value(want) == got)
        return;
    snprintf(a, sizeof(a), "%lld",
             json_is_boolean(want) ? (long long)json_is_true(want) : json_integer_value(want));
    snprintf(b, sizeof(b), "%lld", got);
    differ(r, field, at, a, b);
}

static void check_text(struct run *r, const char *field, int at, const json_t *want,
                       const char *got)
{
    if (!json_is_string(want))
        return;
    r->compared++;
    if (strcmp(json_string_value(want), got) != 0)
        differ(r, field, at, json_string_value(want), got);
}

/* Sets are compared as sets: "0,1" and "0-1" are the same. */
static void check_set(struct run *r, const char *field, int at, const json_t *want,
                      const struct acdr_bitmap *got)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(got);
    struct acdr_bitmap set;

    if (!json_is_string(want) || !text)
        return;
    r->compared++;
    if (acdr_bitmap_parse_list(&set, json_string_value(want)) < 0 || !acdr_bitmap_equal(&set, got))
        differ(r, field, at, json_string_value(want), text);
}

static void check_cpus(struct run *r, const json_t *cpus)
{
    size_t i;
    json_t *want;
    const struct acdr_cpu *c;
    int cpu;

    json_array_foreach(cpus, i, want)
    {
        cpu = (int)json_integer_value(json_object_get(want, "cpu"));
        c = acdr_host_cpu(r->host, cpu);
        r->compared++;
        if (!c) {
            differ(r, "cpu", cpu, "there", "missing");
            continue;
        }
        check_num(r, "online", cpu, json_object_get(want, "online"), c->online);
        check_num(r, "node", cpu, json_object_get(want, "node"), c->node);
        check_num(r, "package", cpu, json_object_get(want, "package"), c->package);
        check_num(r, "die", cpu, json_object_get(want, "die"), c->die);
        check_num(r, "core", cpu, json_object_get(want, "core"), c->core);
        check_num(r, "l3", cpu, json_object_get(want, "l3"), c->l3);
    }
    r->compared++;
    if (json_array_size(cpus) != r->host->n_cpus)
        differ(r, "cpus", (int)r->host->n_cpus, "another number", "of CPUs");
}

static void check_pools(struct run *r, const struct acdr_node *n, json_t *pools)
{
    const char *size;
    json_t *want;
    long long total;

    json_object_foreach(pools, size, want)
    {
        total = -1;
        for (size_t i = 0; i < n->n_pools; i++) {
            if (n->pools[i].size_kb == atoll(size))
                total = n->pools[i].total;
        }
        check_num(r, "node.hugepages", n->id, want, total);
    }
    if (!json_is_object(pools))
        return;
    r->compared++;
    if (json_object_size(pools) != n->n_pools)
        differ(r, "node.pools", n->id, "another number", "of pools");
}

static void check_node(struct run *r, json_t *want)
{
    int id = (int)json_integer_value(json_object_get(want, "id"));
    const struct acdr_node *n = acdr_host_node(r->host, id);
    const char *to;
    json_t *d;

    r->compared++;
    if (!n) {
        differ(r, "node.id", id, "there", "missing");
        return;
    }
    check_set(r, "node.cpus", id, json_object_get(want, "cpus"), &n->cpus);
    check_num(r, "node.memtotal_kb", id, json_object_get(want, "memtotal_kb"), n->memtotal_kb);
    json_object_foreach(json_object_get(want, "distances"), to, d)
        check_num(r, "node.distance", id, d, acdr_host_distance(r->host, id, atoi(to)));
    check_pools(r, n, json_object_get(want, "hugepages"));
}

static void check_nodes(struct run *r, const json_t *nodes)
{
    size_t i;
    json_t *want;

    json_array_foreach(nodes, i, want) check_node(r, want);
    r->compared++;
    if (json_array_size(nodes) != r->host->n_nodes &&
        !(json_array_size(nodes) == 0 && r->host->n_nodes == 1))
        differ(r, "nodes", (int)r->host->n_nodes, "another number", "of nodes");
}

static void check_nics(struct run *r, const json_t *nics)
{
    size_t i;
    json_t *want;
    const struct acdr_nic *n;
    const char *name;

    json_array_foreach(nics, i, want)
    {
        name = json_string_value(json_object_get(want, "name"));
        n = NULL;
        for (size_t k = 0; name && k < r->host->n_nics; k++) {
            if (!strcmp(r->host->nics[k].name, name))
                n = &r->host->nics[k];
        }
        r->compared++;
        if (!name || (!n && strcmp(name, "lo") != 0))
            differ(r, "nic", (int)i, name ? name : "", "missing");
        if (!n)
            continue;
        check_text(r, "nic.device", (int)i, json_object_get(want, "device"), n->device);
        check_num(r, "nic.node", (int)i, json_object_get(want, "numa_node"), n->node);
    }
}

/* True where REST, of LEN characters, is what stands before the names: the interrupt chip, or words
 * that end in how it is triggered ("IO-APIC 2-edge", "ITS-MSI 65536 Edge"). */
static bool is_chip(const char *rest, size_t len)
{
    static const char *const triggers[] = { "edge", "level", "fasteoi" };
    size_t n;

    while (len && rest[len - 1] == ' ')
        len--;
    for (size_t i = 0; i < sizeof(triggers) / sizeof(*triggers); i++) {
        n = strlen(triggers[i]);
        if (len > n && !strncasecmp(rest + len - n, triggers[i], n))
            return true;
    }
    return len && !memchr(rest, ' ', len);
}

/* The oracle's text is the whole tail of the line in /proc/interrupts, ours the actions alone; it
 * writes several actions with ", " in between. */
static void check_actions(struct run *r, int num, const json_t *want, const char *actions)
{
    char got[512] = "";
    size_t len = 0;
    const char *tail = json_string_value(want);
    size_t at;

    if (!tail)
        return;
    for (const char *p = actions; *p && len + 3 < sizeof(got); p++) {
        got[len++] = *p;
        if (*p == ',')
            got[len++] = ' ';
    }
    got[len] = '\0';
    r->compared++;
    at = strlen(tail) >= len ? strlen(tail) - len : 0;
    if (strcmp(tail + at, got) != 0 || (*tail && !is_chip(tail, at)))
        differ(r, "irq.actions", num, tail, actions);
}

static void check_irqs(struct run *r, const json_t *irqs)
{
    const struct acdr_irq *irq;
    const char *number;
    size_t i;
    json_t *want;

    json_array_foreach(irqs, i, want)
    {
        number = json_string_value(json_object_get(want, "irq"));
        if (!number || number[strspn(number, "0123456789")])
            continue;
        irq = NULL;
        for (size_t k = 0; k < r->host->n_irqs; k++) {
            if (r->host->irqs[k].num == atoi(number))
                irq = &r->host->irqs[k];
        }
        r->compared++;
        if (!irq) {
            differ(r, "irq", atoi(number), "there", "missing");
            continue;
        }
        check_actions(r, irq->num, json_object_get(want, "name"), irq->actions);
        check_set(r, "irq.affinity", irq->num, json_object_get(want, "smp_affinity_list"),
                  &irq->affinity);
    }
}

/* --- where the oracles differ --- */

/* What libacdr says of the same value; NULL where it does not read it. */
static json_t *our_value(const struct run *r, const char *field, int at)
{
    const struct acdr_cpu *c = acdr_host_cpu(r->host, at);
    const struct acdr_node *n = acdr_host_node(r->host, at);
    acdr_auto(free) char *cpus = n ? acdr_bitmap_print_list(&n->cpus) : NULL;

    if (!strcmp(field, "node.cpus"))
        return cpus ? json_string(cpus) : json_null();
    if (c && !strcmp(field, "online"))
        return json_boolean(c->online);
    if (c && !strcmp(field, "package"))
        return json_integer(c->package);
    if (c && !strcmp(field, "die"))
        return json_integer(c->die);
    return c && !strcmp(field, "core") ? json_integer(c->core) : NULL;
}

/* The row of README.md for a field of this machine, where it begins to say who is right. */
static const char *find_dispute(const struct run *r, const char *field, int count)
{
    char row[256];
    const char *at;

    snprintf(row, sizeof(row), "\n| %s | %s | %d | ", field, r->id, count);
    at = strstr(r->explained, row);
    return at ? at + strlen(row) : NULL;
}

/* What RIGHT ("lscpu", "hwloc") says is what libacdr says; "-": libacdr does not read the field. */
static void check_dispute(struct run *r, const char *field, const char *right, json_t *example)
{
    int at = (int)json_integer_value(json_object_get(example, "at"));
    json_t *got = our_value(r, field, at);
    const json_t *want = json_object_get(example, right);
    char *a = want ? json_dumps(want, JSON_ENCODE_ANY) : NULL;
    char *b = got ? json_dumps(got, JSON_ENCODE_ANY) : NULL;

    r->compared++;
    if (!strcmp(right, "-") ? got != NULL : !a || !b || strcmp(a, b) != 0)
        differ(r, field, at, a ? a : right, b ? b : "not read");
    free(a);
    free(b);
    json_decref(got);
}

static void check_disputes(struct run *r, const json_t *disputes)
{
    const char *field, *row;
    char right[16];
    size_t i, k;
    json_t *d, *example;
    int count;

    json_array_foreach(disputes, i, d)
    {
        field = json_string_value(json_object_get(d, "field"));
        count = (int)json_integer_value(json_object_get(d, "count"));
        row = find_dispute(r, field, count);
        if (!row || sscanf(row, "%15s", right) != 1) {
            differ(r, field, count, "a row in README.md", "none");
            continue;
        }
        json_array_foreach(json_object_get(d, "examples"), k, example)
            check_dispute(r, field, right, example);
    }
}

/* Rows "| field | machine |" are those of differences between the oracles. */
static size_t count_dispute_rows(const struct run *r)
{
    char cell[256];
    size_t n = 0;

    snprintf(cell, sizeof(cell), " | %s | ", r->id);
    for (const char *p = r->explained; (p = strstr(p, cell)); p++)
        n++;
    return n;
}

static void check_all(struct run *r, const json_t *oracle)
{
    const json_t *disputes = json_object_get(oracle, "disputes");
    const json_t *global = json_object_get(oracle, "global");
    const json_t *isolated = json_object_get(global, "isolated");

    check_set(r, "online", -1, json_object_get(global, "online"), &r->host->online);
    check_set(r, "isolated", -1, isolated, &r->host->isolated);
    check_set(r, "nohz_full", -1, json_object_get(global, "nohz_full"), &r->host->nohz_full);
    check_cpus(r, json_object_get(oracle, "cpus"));
    check_nodes(r, json_object_get(oracle, "nodes"));
    check_nics(r, json_object_get(json_object_get(oracle, "nics"), "file"));
    check_irqs(r, json_object_get(oracle, "irqs_lsirq"));
    check_disputes(r, disputes);
    if (count_dispute_rows(r) != json_array_size(disputes))
        differ(r, "disputes", (int)json_array_size(disputes), "another number", "of rows");
}

/* Rows of the table that begin with this machine's name. */
static int count_rows(const struct run *r)
{
    char row[256];
    int n = 0;

    snprintf(row, sizeof(row), "\n| %s |", r->id);
    for (const char *p = r->explained; (p = strstr(p, row)); p++)
        n++;
    return n;
}

static char *read_text(const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t cap = 0;

    if (!f)
        return NULL;
    if (getdelim(&text, &cap, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    fclose(f);
    return text;
}

/* What holds for both kinds: differences that are known, the last line, the exit status. */
static int finish(struct run *r)
{
    if (r->known != count_rows(r)) {
        printf("%s: README.md explains %d differences, %d occur\n", r->id, count_rows(r), r->known);
        r->different++;
    }
    printf("%s: %d values compared, %d differ, %d explained\n", r->id, r->compared, r->different,
           r->known);
    return r->different ? 1 : 0;
}

static int compare_interrupts(const char *path, const json_t *oracle, const char *readme)
{
    acdr_auto(free) char *explained = read_text(readme);
    acdr_auto(free) char *text = read_text(path);
    acdr_auto(free) struct acdr_interrupt *list = NULL;
    struct run r = { .explained = explained };
    const char *number;
    size_t n = 0;
    size_t at = 0;
    size_t i;
    json_t *want;

    r.id = json_string_value(json_object_get(oracle, "file"));
    if (!r.id || !text || !explained || acdr_interrupts_parse(text, &list, &n) < 0)
        return 2;
    json_array_foreach(json_object_get(oracle, "irqs"), i, want)
    {
        number = json_string_value(json_object_get(want, "irq"));
        if (!number || number[strspn(number, "0123456789")])
            continue;
        for (at = 0; at < n && list[at].num != atoi(number); at++)
            ;
        r.compared++;
        if (at == n)
            differ(&r, "irq", atoi(number), "there", "missing");
        else
            check_actions(&r, list[at].num, json_object_get(want, "file_tail"), list[at].actions);
    }
    return finish(&r);
}

static int compare(const char *path, const json_t *oracle, const char *readme)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *host = NULL;
    acdr_auto(free) char *explained = read_text(readme);
    struct acdr_err e = { 0 };
    struct run r = { .explained = explained };

    r.id = json_string_value(json_object_get(oracle, "id"));
    if (!r.id || !explained || acdr_root_open(path, &root, &e) < 0 ||
        acdr_host_read(root, ACDR_HOST_USUAL, &host, &e) < 0) {
        printf("%s: cannot compare: %s\n", path, e.text);
        return 2;
    }
    r.host = host;
    check_all(&r, oracle);
    return finish(&r);
}

int main(int argc, char **argv)
{
    json_error_t je;
    json_t *oracle;
    int status;

    if (argc != 4) {
        fprintf(stderr, "usage: test_oracle ROOT ORACLE.json README.md\n");
        return 2;
    }
    oracle = json_load_file(argv[2], JSON_ALLOW_NUL, &je);
    if (!oracle) {
        fprintf(stderr, "%s: %s\n", argv[2], je.text);
        return 2;
    }
    if (json_object_get(oracle, "file"))
        status = compare_interrupts(argv[1], oracle, argv[3]);
    else
        status = compare(argv[1], oracle, argv[3]);
    json_decref(oracle);
    return status;
}
