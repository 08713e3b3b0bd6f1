/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * resctrl:GROUP and l3:ID, the part of a cache and of memory bandwidth for a group of CPUs. Knows
 * that a group is a folder that is made and removed with all its files, that a write to schemata
 * changes only the named resource and cache, and that the bits of a mask must be contiguous (unless
 * info/L3/sparse_masks is 1): of ways with a gap the longest run is written.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "bitmap.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define RESCTRL "/sys/fs/resctrl"

/* A separate file has the kernel's reason for a failure. */
static int put(struct acdr_root *r, const char *path, const char *text, struct acdr_err *e)
{
    struct acdr_err local = { 0 };
    char status[200] = "";
    int rc = acdr_value_write(r, path, text, &local);
    if (rc == 0)
        return 0;
    acdr_root_get(r, status, sizeof(status), RESCTRL "/info/last_cmd_status");
    return acdr_err_set(e, -rc, "%s%s%s", local.text, status[0] ? ": " : "", status);
}

static int read_file(struct acdr_root *r, const char *group, const char *name, char **ret,
                     struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format(RESCTRL "%s%s/%s", *group ? "/" : "", group,
                                                  name);
    return path ? acdr_value_read(r, path, ret, e) : acdr_err_nomem(e);
}

/* The line of a resource, " L3:0=00ff;1=00ff" as " L3:0=ff;1=ff": blanks and leading zeros are
 * ignored. */
static void add_line(struct acdr_strbuf *t, const char *schemata, const char *resource)
{
    const char *line = strstr(schemata, resource);
    bool begins = false; /* a value does here */
    acdr_strbuf_add(t, line ? " " : "");
    for (const char *p = line; p && *p && *p != '\n'; p++) {
        if (*p == ' ' || (begins && *p == '0' && acdr_is_xdigit(p[1])))
            continue;
        begins = *p == '=';
        acdr_strbuf_addn(t, p, 1);
    }
}

static int read_group(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(free) char *cpus = NULL;
    acdr_auto(free) char *schemata = NULL;
    if (acdr_no(acdr_root_has(r, RESCTRL "/%s", rest))) {
        *ret = strdup("");
        return *ret ? 0 : acdr_err_nomem(e);
    }
    int rc = read_file(r, rest, "cpus_list", &cpus, e);
    if (rc == 0)
        rc = read_file(r, rest, "schemata", &schemata, e);
    if (rc < 0)
        return rc;
    acdr_strbuf_add(&t, acdr_text_trim(cpus));
    add_line(&t, schemata, "L3:");
    add_line(&t, schemata, "MB:");
    *ret = acdr_strbuf_take(&t);
    return *ret ? 0 : acdr_err_nomem(e);
}

/* The first word is the CPUs, each other one a line of schemata. CPUs come last: until then the
 * group is empty. */
static int fill_group(struct acdr_root *r, const char *dir, char *words, struct acdr_err *e)
{
    acdr_auto(free) char *schemata = acdr_text_format("%s/schemata", dir);
    acdr_auto(free) char *list = acdr_text_format("%s/cpus_list", dir);
    const char *cpus = strsep(&words, " ");
    int rc = 0;
    if (!schemata || !list)
        return acdr_err_nomem(e);
    for (char *line; rc == 0 && (line = strsep(&words, " "));)
        rc = put(r, schemata, line, e);
    return rc < 0 ? rc : put(r, list, cpus, e);
}

static int write_group(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    acdr_auto(free) char *dir = acdr_text_format(RESCTRL "/%s", rest);
    acdr_auto(free) char *words = strdup(want);
    (void)now;
    if (!dir || !words)
        return acdr_err_nomem(e);
    int rc = *want ? acdr_root_mkdir(r, dir) : acdr_root_rmdir(r, dir);
    if (rc == -ENOSPC)
        return acdr_err_set(e, ENOSPC, "%s: this CPU has no more groups", dir);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "%s", dir);
    return *want ? fill_group(r, dir, words, e) : 0;
}

/* A half-filled or changed group of our name is still ours: treating it as foreign would leave it
 * forever, and CPUs support only a few. */
static bool group_is_ours(struct acdr_root *r, const char *rest, const char *now)
{
    (void)r;
    (void)now;
    return strncmp(rest, "acdr-", 5) == 0;
}

const struct acdr_knob_kind acdr_resctrl_group = {
    .prefix = "resctrl",
    .read = read_group,
    .write = write_group,
    .is_ours = group_is_ours,
};

static int read_ways(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) char *schemata = NULL;
    struct acdr_bitmap ways;
    char mask[64];
    int rc = read_file(r, "", "schemata", &schemata, e);
    if (rc < 0)
        return rc;
    char *line = strstr(schemata, "L3:");
    if (line)
        line[strcspn(line, "\n")] = '\0';
    for (char *p = line; p; p = strchr(p + 1, ';')) {
        char *id = p + (*p == ';' ? 1 : 3);
        size_t len = strcspn(id, "=");
        if (len != strlen(rest) || strncmp(id, rest, len) != 0)
            continue;
        snprintf(mask, sizeof(mask), "%.*s", (int)strcspn(id + len + 1, ";"), id + len + 1);
        if (acdr_bitmap_parse_mask(&ways, mask) == 0)
            return acdr_value_print(&ways, ret, e);
    }
    return acdr_err_set(e, EOPNOTSUPP, RESCTRL "/schemata: no L3 cache %s", rest);
}

static void longest_row(const struct acdr_bitmap *ways, struct acdr_bitmap *ret)
{
    struct acdr_bitmap row = { 0 };
    int last = -2;
    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(n, ways) {
        if (n != last + 1)
            acdr_bitmap_zero(&row);
        acdr_bitmap_add(&row, n);
        if (acdr_bitmap_weight(&row) > acdr_bitmap_weight(ret))
            *ret = row;
        last = n;
    }
}

static int write_ways(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct acdr_bitmap ways, row;
    long long sparse = 0;
    (void)now;
    int rc = acdr_value_parse(&ways, want, rest, e);
    if (rc < 0)
        return rc;
    row = ways;
    /* unknown: one row of ways is right on every CPU */
    if (acdr_root_get_num(r, &sparse, RESCTRL "/info/L3/sparse_masks") < 0 || sparse != 1)
        longest_row(&ways, &row);
    acdr_auto(free) char *mask = acdr_bitmap_print_mask(&row);
    acdr_auto(free) char *line = mask ? acdr_text_format("L3:%s=%s", rest, mask) : NULL;
    return line ? put(r, RESCTRL "/schemata", line, e) : acdr_err_nomem(e);
}

static bool matches_row(const char *now, const char *want)
{
    struct acdr_bitmap a, b, row;
    if (acdr_bitmap_parse_list(&a, now) < 0 || acdr_bitmap_parse_list(&b, want) < 0)
        return false;
    longest_row(&b, &row);
    return acdr_bitmap_equal(&a, &b) || acdr_bitmap_equal(&a, &row);
}

const struct acdr_knob_kind acdr_resctrl_ways = {
    .prefix = "l3",
    .form = ACDR_KNOB_SET,
    .read = read_ways,
    .write = write_ways,
    .matches = matches_row,
};
