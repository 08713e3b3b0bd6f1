/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as what the kernel says, by the first one: a table of interrupts, numa_maps, smaps,
 * meminfo, zoneinfo, or a datagram of netlink. Parsed texts keep what their headers promise.
 */
#include <string.h>

#include "column.h"
#include "fuzz.h"
#include "interrupts.h"
#include "mapping.h"
#include "node_memory.h"
#include "qstats.h"

static void interrupts(char *text)
{
    struct acdr_interrupt *v = NULL;
    size_t n = 0;

    fuzz_require(acdr_interrupts_parse(text, &v, &n) == 0);
    for (size_t i = 0; i < n; i++) {
        fuzz_require(v[i].num >= 0 && !strchr(v[i].actions, '\n'));
        fuzz_require(i == 0 || v[i - 1].num <= v[i].num);
    }
    free(v);
}

static int row(void *arg, char *label, const struct acdr_column *c, char *rest)
{
    const struct acdr_bitmap *want = arg;

    fuzz_require(!strchr(label, '\n') && !strchr(rest, '\n'));
    for (size_t i = 0; i < c->n; i++)
        fuzz_require(acdr_bitmap_has(want, c->cpu[i]) && c->value[i] >= 0);
    return 0;
}

static void table(char *text)
{
    struct acdr_column c = { 0 };
    struct acdr_bitmap want = { 0 };

    for (int cpu = 0; cpu < 64; cpu += 3)
        acdr_bitmap_add(&want, cpu);
    acdr_column_walk(&c, text, &want, row, &want);
    acdr_column_done(&c);
}

static void numa_maps(const char *text)
{
    static struct acdr_mapping m;

    for (const char *at = text; (at = acdr_mapping_next(&m, at));) {
        fuzz_require(at > text && at <= text + strlen(text));
        fuzz_require(m.n_nodes >= 0 && m.n_nodes <= ACDR_MAPPING_NODES);
        for (int i = 0; i < m.n_nodes; i++) {
            long long own = acdr_mapping_own(&m, i);

            fuzz_require(own >= 0 && own <= m.on[i].pages);
        }
    }
}

static void smaps(const char *text)
{
    struct acdr_ram r = { 0 };

    fuzz_require(acdr_ram_parse(&r, text) == 0);
    for (size_t i = 0; i < r.n; i++)
        fuzz_require(acdr_ram_has(&r, r.ranges[i].start) || r.any);
    acdr_ram_done(&r);
}

static void memory(const char *text)
{
    char *middle = strchr(text, '%'), *meminfo = strndup(text, strcspn(text, "%"));
    char *shorter = acdr_zoneinfo_shorten(middle ? middle + 1 : text);

    fuzz_require(meminfo && shorter);
    for (int node = 0; node < 3; node++)
        fuzz_require(acdr_node_available_kb(meminfo, shorter, node) ==
                     acdr_node_available_kb(meminfo, middle ? middle + 1 : text, node));
    acdr_meminfo_kb(meminfo, "MemFree");
    free(meminfo);
    free(shorter);
}

static void queue(void *arg, const struct acdr_qstat *q)
{
    int *n = arg;

    fuzz_require(q->packets >= -1 && q->bytes >= -1);
    ++*n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int n = 0;
    char *text;

    if (!size)
        return 0;
    text = strndup((const char *)data + 1, size - 1);
    fuzz_require(text);
    switch (data[0]) {
    case 'i':
        interrupts(text);
        break;
    case 't':
        table(text);
        break;
    case 'n':
        numa_maps(text);
        break;
    case 's':
        smaps(text);
        break;
    case 'm':
        memory(text);
        break;
    case 'q':
        acdr_qstats_parse(data + 1, size - 1, queue, &n);
        fuzz_require((size_t)n <= size);
        break;
    default:
        break;
    }
    free(text);
    return 0;
}
