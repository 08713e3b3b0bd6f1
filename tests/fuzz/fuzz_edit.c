/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a domain that is placed again, as at a migration: what comes out is a domain, with
 * the name and the vCPUs of the one that went in, and a second time nothing changes.
 */
#include <string.h>

#include "acdr/acdr.h"
#include "domain.h"
#include "fuzz.h"
#include "host_tree.h"

static struct acdr *host;
static struct acdr_snapshot *snapshot;
static char *root;

static void remove_root(void)
{
    acdr_snapshot_free(snapshot);
    acdr_close(host);
    host_tree_remove(root);
}

static void make_host(void)
{
    root = host_tree_new();
    host_tree_fill(root);
    host_tree_put(root, "/etc/acdr/classes/all.conf",
                  "[vcpus]\n[emulator]\n[strict-numa]\n[hugepages]\n[sched]\nvcpus = fifo\n");
    atexit(remove_root);
    fuzz_require(acdr_open(root, &host, NULL) == 0);
    fuzz_require(acdr_snapshot_new(host, &snapshot, NULL) == 0);
}

static char *rewrite(const char *xml, size_t len, unsigned what)
{
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    char *text = NULL;

    if (acdr_request_new(host, xml, len, "all", &q, &e) < 0) {
        fuzz_require(e.text[0] && !strchr(e.text, '\n'));
        return NULL;
    }
    if (acdr_request_xml(q, snapshot, what, &report, &e) == 0)
        text = strdup(acdr_item_text(acdr_item_find(report, "xml")));
    else
        fuzz_require(e.text[0] && !strchr(e.text, '\n'));
    acdr_item_free(report);
    acdr_request_free(q);
    return text;
}

/* A class may give it guest NUMA cells; a place alone does not. */
static void compare(const struct acdr_domain *before, const struct acdr_domain *after,
                    unsigned what)
{
    fuzz_require(!strcmp(before->name, after->name) && !strcmp(before->uuid, after->uuid));
    fuzz_require(before->vcpus == after->vcpus && before->vcpus_max == after->vcpus_max);
    fuzz_require(before->memory_kb == after->memory_kb);
    fuzz_require(what & ACDR_XML_CLASS ||
                 (before->n_cells == after->n_cells && before->start_kb == after->start_kb));
    for (int i = 0; i < after->vcpus_max; i++)
        fuzz_require(!after->pin[i] || !acdr_bitmap_empty(after->pin[i]));
}

/* But for blanks: text between the elements, which libvirt does not write, keeps some of them. */
static bool same(const char *a, const char *b)
{
    for (; *a || *b; a++, b++) {
        a += strspn(a, " \n");
        b += strspn(b, " \n");
        if (*a != *b)
            return false;
        if (!*a)
            break;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acdr_domain *before = NULL, *after = NULL;
    struct acdr_err e = { 0 };
    unsigned what = ACDR_XML_PLACE | (size % 2 ? ACDR_XML_CLASS : 0);
    char *once, *twice;

    if (!host)
        make_host();
    once = size ? rewrite((const char *)data, size, what) : NULL;
    if (!once)
        return 0;
    fuzz_require(acdr_domain_parse((const char *)data, size, &before, NULL) == 0);
    if (acdr_domain_parse(once, strlen(once), &after, &e) < 0) {
        fprintf(stderr, "%s:\n%s\n", e.text, once);
        abort();
    }
    compare(before, after, what);
    twice = rewrite(once, strlen(once), what);
    fuzz_require(twice && same(once, twice));
    acdr_domain_free(before);
    acdr_domain_free(after);
    free(once);
    free(twice);
    return 0;
}
