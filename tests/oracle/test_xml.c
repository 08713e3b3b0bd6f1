/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares what is read of recorded domain XMLs with what independent parsers made of them:
 *
 *     test_xml FOLDER domains.jsonl xml.tsv
 *
 * A field is compared with libvirt's own reading where libvirt took the document, else with a plain
 * reading by expat. UUIDs and interfaces are always compared with expat's: libvirt makes up a UUID
 * and target names when it defines a guest. Differences that xml.tsv explains are counted apart; an
 * explained one that does not occur is a failure too.
 * Exit status: 0 the same, 1 different, 2 cannot tell.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "domain.h"
#include "text.h"

struct run {
    const char *file;
    const json_t *oracle;
    const struct acdr_domain *d;
    char *explained; /* xml.tsv */
    int compared, different, known, documents;
};

static void compare(struct run *r, const char *field, const char *want, const char *got)
{
    acdr_auto(free) char *row = acdr_text_format("\n%s\t%s\t%s\t%s\t", r->file, field, want, got);

    r->compared++;
    if (!strcmp(want, got))
        return;
    if (row && strstr(r->explained, row)) {
        r->known++;
        return;
    }
    r->different++;
    printf("%s\n", row + 1);
}

static void compare_num(struct run *r, const char *field, long long want, long long got)
{
    char a[32], b[32];

    snprintf(a, sizeof(a), "%lld", want);
    snprintf(b, sizeof(b), "%lld", got);
    compare(r, field, a, b);
}

static void compare_set(struct run *r, const char *field, const char *want, bool has,
                        const struct acdr_bitmap *got)
{
    acdr_auto(free) char *text = has ? acdr_bitmap_print_list(got) : strdup("-");

    compare(r, field, want && *want ? want : "-", text);
}

/* NULL where the field says nothing. */
static const json_t *wanted(const struct run *r, const char *field)
{
    const json_t *libvirt = json_object_get(json_object_get(r->oracle, "differ"), field);
    const json_t *v = libvirt;

    if (!v || !strcmp(field, "uuid") || !strcmp(field, "interfaces"))
        v = json_object_get(json_object_get(r->oracle, "expat"), field);
    return json_is_null(v) ? NULL : v;
}

static const char *text_of(const json_t *v, const char *other)
{
    return json_is_string(v) ? json_string_value(v) : other;
}

/* --- the fields -------------------------------------------------------------------------- */

static void check_identity(struct run *r)
{
    char uuid[40] = "";
    size_t n = 0;

    for (const char *p = r->d->uuid; *p; p++)
        if (*p != '-')
            uuid[n++] = *p;
    compare(r, "name", text_of(wanted(r, "name"), ""), r->d->name);
    compare(r, "uuid", text_of(wanted(r, "uuid"), ""), uuid);
    compare(r, "type", text_of(json_object_get(r->oracle, "type"), ""), r->d->type);
}

static void check_vcpus(struct run *r)
{
    const json_t *max = wanted(r, "vcpus_max"), *current = wanted(r, "vcpus_current");

    compare_num(r, "vcpus_max", max ? json_integer_value(max) : 1, r->d->vcpus_max);
    compare_num(r, "vcpus_current", current ? json_integer_value(current) : 1, r->d->vcpus);
    compare_num(r, "iothreads", json_integer_value(wanted(r, "iothreads")), r->d->iothreads);
}

static void check_pins(struct run *r)
{
    const char *all = text_of(wanted(r, "vcpu_cpuset"), NULL);

    if (!strcmp(text_of(wanted(r, "vcpu_placement"), ""), "auto"))
        all = NULL;
    for (int i = 0; i < r->d->vcpus_max; i++) {
        char key[32];

        snprintf(key, sizeof(key), "%d", i);
        compare_set(r, "vcpupin", text_of(json_object_get(wanted(r, "vcpupin"), key), all),
                    r->d->pin[i], r->d->pin[i]);
    }
    compare_set(r, "emulatorpin", text_of(wanted(r, "emulatorpin"), NULL), r->d->has_emulatorpin,
                &r->d->emulatorpin);
}

static const struct acdr_cell *find_cell(const struct acdr_domain *d, long long id)
{
    for (size_t i = 0; i < d->n_cells; i++)
        if (d->cells[i].id == id)
            return &d->cells[i];
    return NULL;
}

static void check_cells(struct run *r)
{
    const json_t *cells = wanted(r, "cells"), *want;
    size_t i;

    compare_num(r, "cells", (long long)json_array_size(cells), (long long)r->d->n_cells);
    json_array_foreach(cells, i, want)
    {
        long long id = json_integer_value(json_object_get(want, "id"));
        const struct acdr_cell *got = find_cell(r->d, id);

        compare_num(r, "cell", id, got ? got->id : -1);
        if (!got)
            continue;
        compare_set(r, "cell cpus", text_of(json_object_get(want, "cpus"), NULL),
                    !acdr_bitmap_empty(&got->vcpus), &got->vcpus);
        compare_num(r, "cell memory", json_integer_value(json_object_get(want, "memory_kib")),
                    got->memory_kb);
    }
}

static void check_numatune(struct run *r)
{
    const json_t *tune = wanted(r, "numatune"), *nodes = wanted(r, "memnodes"), *want;
    size_t i;

    compare(r, "numatune mode", text_of(json_object_get(tune, "mode"), tune ? "strict" : ""),
            r->d->mem_mode);
    compare_set(r, "numatune nodeset", text_of(json_object_get(tune, "nodeset"), NULL),
                r->d->has_mem_nodes, &r->d->mem_nodes);
    json_array_foreach(nodes, i, want)
    {
        long long id = json_integer_value(json_object_get(want, "cellid"));
        const struct acdr_cell *got = find_cell(r->d, id);

        compare_num(r, "memnode", id, got ? got->id : -1);
        if (got)
            compare_set(r, "memnode nodeset", text_of(json_object_get(want, "nodeset"), NULL),
                        got->has_nodes, &got->nodes);
    }
}

static void check_memory(struct run *r)
{
    const json_t *huge = wanted(r, "hugepages"), *page = json_array_get(huge, 0);

    compare_num(r, "memory_kib", json_integer_value(wanted(r, "memory_kib")), r->d->memory_kb);
    if (wanted(r, "current_memory_kib"))
        compare_num(r, "current_memory_kib", json_integer_value(wanted(r, "current_memory_kib")),
                    r->d->current_kb);
    compare_num(r, "hugepages", huge != NULL, r->d->hugepages);
    compare_num(r, "page size", json_integer_value(json_object_get(page, "size_kib")),
                r->d->hugepage_kb);
}

/* The N-th device of bus pci; NULL where there are fewer. */
static const char *nth_pci(const struct run *r, size_t n)
{
    for (size_t i = 0; i < r->d->n_devices; i++)
        if (!strcmp(r->d->devices[i].bus, "pci") && n-- == 0)
            return r->d->devices[i].name;
    return NULL;
}

/* The oracle has addresses as they are written: 0x0000:0x3b:0x00:0x1, or decimal. */
static void check_hostdevs(struct run *r)
{
    const json_t *devs = wanted(r, "hostdev_pci"), *want;
    size_t i, n = 0;

    while (nth_pci(r, n))
        n++;
    compare_num(r, "hostdevs", (long long)json_array_size(devs), (long long)n);
    json_array_foreach(devs, i, want)
    {
        int a, b, c, f;
        char text[64];

        if (i >= n)
            break;
        if (sscanf(json_string_value(want), "%i:%i:%i:%i", &a, &b, &c, &f) != 4)
            snprintf(text, sizeof(text), "(%s)", json_string_value(want));
        else
            snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", (unsigned)a, (unsigned)b, (unsigned)c,
                     (unsigned)f);
        compare(r, "hostdev", text, nth_pci(r, i));
    }
}

static void check_nics(struct run *r)
{
    const json_t *nics = wanted(r, "interfaces"), *want;
    size_t i;

    compare_num(r, "interfaces", (long long)json_array_size(nics), (long long)r->d->n_nics);
    json_array_foreach(nics, i, want)
    {
        const struct acdr_domain_nic *got = &r->d->nics[i];

        if (i >= r->d->n_nics)
            break;
        compare(r, "interface type", text_of(json_object_get(want, "type"), ""), got->type);
        compare(r, "interface target", text_of(json_object_get(want, "target"), ""), got->target);
        compare_num(r, "queues", json_integer_value(json_object_get(want, "queues")), got->queues);
    }
}

/* --- the documents ----------------------------------------------------------------------- */

static int load(const char *path, char **ret, size_t *len)
{
    FILE *f = fopen(path, "rb");
    size_t n = 0, cap = 1 << 20;
    char *text = f ? malloc(cap + 1) : NULL;

    while (text && !feof(f) && !ferror(f)) {
        if (n == cap)
            text = realloc(text, (cap *= 2) + 1);
        if (text)
            n += fread(text + n, 1, cap - n, f);
    }
    if (f)
        fclose(f);
    if (!text)
        return -EIO;
    text[n] = '\0';
    *ret = text;
    *len = n;
    return 0;
}

static void check_document(struct run *r, const char *xml, size_t len)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    bool good = json_is_true(json_object_get(r->oracle, "wellformed"));
    struct acdr_err e = { 0 };
    int err = acdr_domain_parse(xml, len, &d, &e);

    r->documents++;
    compare(r, "parse", good ? "read" : "refused", err ? "refused" : "read");
    if (err && (err != -EBADMSG || !strstr(e.text, "line "))) {
        printf("%s: %d: an error without a line: %s\n", r->file, err, e.text);
        r->different++;
    }
    if (err)
        return;
    r->d = d;
    check_identity(r);
    check_vcpus(r);
    check_pins(r);
    check_cells(r);
    check_numatune(r);
    check_memory(r);
    check_hostdevs(r);
    check_nics(r);
}

static int check_line(struct run *r, const char *folder, const char *line)
{
    json_t *oracle = json_loads(line, 0, NULL);
    acdr_auto(free) char *path = NULL;
    acdr_auto(free) char *xml = NULL;
    size_t len = 0;
    int err = 0;

    r->oracle = oracle;
    r->file = text_of(json_object_get(oracle, "file"), "");
    path = acdr_text_format("%s/%s", folder, r->file);
    if (!path || !*r->file || load(path, &xml, &len)) {
        printf("%s: cannot be read\n", path ? path : "?");
        err = -EIO;
    } else {
        check_document(r, xml, len);
    }
    json_decref(oracle);
    return err;
}

static int count_rows(const char *tsv)
{
    int rows = 0;

    for (const char *p = tsv; *p; p = strchr(p, '\n') + 1)
        rows += *p != '#';
    return rows;
}

int main(int argc, char **argv)
{
    acdr_auto(free) char *lines = NULL;
    acdr_auto(free) char *tsv = NULL;
    struct run r = { 0 };
    size_t len;

    if (argc != 4 || load(argv[2], &lines, &len) || load(argv[3], &tsv, &len)) {
        fprintf(stderr, "usage: test_xml FOLDER domains.jsonl xml.tsv\n");
        return 2;
    }
    r.explained = tsv;
    for (char *rest = lines, *line; (line = strsep(&rest, "\n"));)
        if (*line && check_line(&r, argv[1], line))
            return 2;
    printf("%d documents, %d values: %d differ, %d differ as explained\n", r.documents, r.compared,
           r.different, r.known);
    if (r.known != count_rows(tsv))
        printf("xml.tsv has %d rows, but %d of them occur\n", count_rows(tsv), r.known);
    return r.different || r.known != count_rows(tsv) || r.documents == 0;
}
