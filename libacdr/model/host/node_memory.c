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

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "text.h"

/* No host has as much: sums and products of such numbers do not overflow. */
#define KB_MAX    (1LL << 50)
#define PAGES_MAX (1LL << 46)

#define ZONEINFO_MAX ((size_t)64 << 20) /* it has several lines for each CPU and zone */

long long acdr_meminfo_kb(const char *meminfo, const char *key)
{
    const char *at = strstr(meminfo, key);
    long long kb;

    return at && sscanf(at + strlen(key), "%lld", &kb) == 1 && kb >= 0 && kb <= KB_MAX ? kb : -1;
}

/* Pages of one zone, or of all zones of a node. */
struct reserves {
    long long managed, low, kept;
};

/* The number at the start of TEXT, on its line; false if there is none that a zone can have. */
static bool has_number(const char *text, long long *n, char **end)
{
    text += strspn(text, " ");
    if (!acdr_is_digit(*text))
        return false;
    *n = strtoll(text, end, 10);
    return *n <= PAGES_MAX;
}

/* The largest number of a line "protection: (0, 2990, 11985)": what the zone reserves against
 * requests that other zones could serve. */
static long long largest(const char *numbers)
{
    long long most = 0, n;
    char *end;

    for (;; numbers = end) {
        numbers += strspn(numbers, " ");
        if ((*numbers != '(' && *numbers != ',') || !has_number(numbers + 1, &n, &end))
            return most;
        most = n > most ? n : most;
    }
}

static void end_zone(struct reserves *sum, struct reserves *zone)
{
    if (sum->managed < PAGES_MAX) {
        sum->managed += zone->managed;
        sum->low += zone->low < zone->managed ? zone->low : zone->managed;
        sum->kept += zone->kept < zone->managed ? zone->kept : zone->managed;
    }
    *zone = (struct reserves){ 0 };
}

/* The word of a zone's line, which begins with blanks. */
static const char *word_of(const char *line)
{
    const char *word = line + strspn(line, " ");

    return word > line ? word : "";
}

static bool has_pages(const char *line, const char *key, long long *n)
{
    const char *word = word_of(line);
    char *end;

    return !strncmp(word, key, strlen(key)) && has_number(word + strlen(key), n, &end);
}

/* "Node 1, zone   Normal" */
static bool is_zone(const char *line, int *id)
{
    char *end;
    long long n;

    if (strncmp(line, "Node ", 5) != 0 || !has_number(line + 5, &n, &end) || n > INT_MAX)
        return false;
    *id = (int)n;
    return !strncmp(end, ", zone", 6);
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
        if (is_zone(line, &id)) {
            end_zone(sum, &zone);
            ours = id == node;
        } else if (ours && has_pages(line, "managed ", &n)) {
            zone.managed = n;
        } else if (ours && has_pages(line, "low ", &n)) {
            zone.low = n;
        } else if (ours && has_pages(line, "high ", &n)) {
            zone.kept += n;
        } else if (ours && !strncmp(word_of(line), "protection:", 11)) {
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
