/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory of each node that is available to a new program, estimated as the kernel estimates
 * MemAvailable (si_mem_available() in mm/page_alloc.c), but for one node: free pages, page cache
 * and reclaimable slab, less what the kernel keeps for itself. It keeps all reserves of its zones,
 * and of cache and slab as much as the zones' low watermarks, at most half.
 *
 * Knows meminfo and /proc/zoneinfo. A part that the kernel does not show counts as 0; without
 * MemFree the estimate is unknown.
 */
#include "node_memory.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

#define ZONEINFO_MAX ((size_t)64 << 20) /* it has several lines for each CPU and zone */

long long acdr_meminfo_kb(const char *meminfo, const char *key)
{
    const char *at = strstr(meminfo, key);
    long long kb;

    return at && sscanf(at + strlen(key), "%lld", &kb) == 1 && kb >= 0 ? kb : -1;
}

/* Pages of one zone, or of all zones of a node. */
struct reserves {
    long long managed, low, kept;
};

/* The largest number of a line "protection: (0, 2990, 11985)": what the zone reserves against
 * requests that other zones could serve. */
static long long largest(const char *numbers)
{
    long long most = 0, n;
    int len;

    while (sscanf(numbers, " %*1[(,] %lld%n", &n, &len) == 1) {
        most = n > most ? n : most;
        numbers += len;
    }
    return most;
}

static void end_zone(struct reserves *sum, struct reserves *zone)
{
    sum->managed += zone->managed;
    sum->low += zone->low;
    sum->kept += zone->kept < zone->managed ? zone->kept : zone->managed;
    *zone = (struct reserves){ 0 };
}

/* For the zones of NODE. Lines of other parts, such as those of each CPU, have other names. */
static void read_zones(const char *zoneinfo, int node, struct reserves *sum)
{
    struct reserves zone = { 0 };
    const char *line = zoneinfo;
    bool ours = false;
    long long n;
    int id;

    for (; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (sscanf(line, "Node %d, zone", &id) == 1) {
            end_zone(sum, &zone);
            ours = id == node;
        } else if (ours && sscanf(line, " managed %lld", &n) == 1) {
            zone.managed = n;
        } else if (ours && sscanf(line, " low %lld", &n) == 1) {
            zone.low = n;
        } else if (ours && sscanf(line, " high %lld", &n) == 1) {
            zone.kept += n;
        } else if (ours && !strncmp(line + strspn(line, " "), "protection:", 11)) {
            zone.kept += largest(strchr(line, ':') + 1);
        }
    }
    end_zone(sum, &zone);
}

/* Cache or slab that the kernel can reclaim: all but KEEP, or half of it. */
static long long reclaimable(long long kb, long long keep)
{
    if (kb <= 0)
        return 0;
    return kb - (kb / 2 < keep ? kb / 2 : keep);
}

static long long cache_kb(const char *meminfo)
{
    long long active = acdr_meminfo_kb(meminfo, "Active(file):");
    long long inactive = acdr_meminfo_kb(meminfo, "Inactive(file):");

    return (active > 0 ? active : 0) + (inactive > 0 ? inactive : 0);
}

/* KReclaimable, in kernels since 4.20, includes SReclaimable. */
static long long slab_kb(const char *meminfo)
{
    long long kb = acdr_meminfo_kb(meminfo, "KReclaimable:");

    return kb >= 0 ? kb : acdr_meminfo_kb(meminfo, "SReclaimable:");
}

long long acdr_node_available_kb(const char *meminfo, const char *zoneinfo, int node)
{
    long long total = acdr_meminfo_kb(meminfo, "MemTotal:");
    long long free_kb = acdr_meminfo_kb(meminfo, "MemFree:");
    struct reserves r = { 0 };
    double kb_per_page = 0;
    long long low, sum;

    if (free_kb < 0)
        return -1;
    if (zoneinfo)
        read_zones(zoneinfo, node, &r);
    /* MemTotal is the managed pages: this gives the page size, also of a recorded machine. */
    if (r.managed > 0 && total > 0)
        kb_per_page = (double)total / (double)r.managed;
    low = (long long)((double)r.low * kb_per_page);
    sum = free_kb - (long long)((double)r.kept * kb_per_page) +
          reclaimable(cache_kb(meminfo), low) + reclaimable(slab_kb(meminfo), low);
    return sum > 0 ? sum : 0;
}

char *acdr_zoneinfo_shorten(const char *zoneinfo)
{
    static const char *const keys[] = { "low ", "high ", "managed ", "protection:" };
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    for (const char *line = zoneinfo; *line;) {
        size_t len = strcspn(line, "\n");
        const char *word = line + strspn(line, " ");
        bool keep = !strncmp(line, "Node ", 5);

        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
            keep |= word > line && !strncmp(word, keys[i], strlen(keys[i]));
        if (keep) {
            acdr_strbuf_addn(&t, line, len);
            acdr_strbuf_add(&t, "\n");
        }
        line += len + (line[len] == '\n');
    }
    return acdr_strbuf_take(&t);
}

char *acdr_zoneinfo_read(struct acdr_root *root)
{
    acdr_auto(free) char *text = NULL;

    if (acdr_root_read(root, "/proc/zoneinfo", ZONEINFO_MAX, &text, NULL) < 0)
        return NULL;
    return acdr_zoneinfo_shorten(text);
}
