/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads one guest's XML: finds the <domain>, reads its identity, and calls cpu.c, mem.c, dev.c,
 * device.c, amount.c, tag.c and label.c for the parts. Knows nothing of the host.
 */
#include "domain.h"

#include <errno.h>
#include <string.h>

#include "ascii.h"
#include "domain_part.h"
#include "label.h"
#include "text.h"

#define XML_MAX_BYTES ((size_t)16 << 20)

/* libvirt accepts hyphens anywhere between the 32 digits, or none at all. */
static int read_uuid(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    char uuid[37] = "";
    size_t at = 0;

    if (acdr_domain_xml_text(n, NULL, &text))
        return acdr_err_nomem(e);
    for (const char *p = acdr_text_trim(text); *p; p++) {
        if (*p == '-')
            continue;
        if (at == 36 || !acdr_is_xdigit(*p))
            return acdr_domain_xml_bad(n, e, "not a UUID");
        uuid[at++] = acdr_lower(*p);
        if (at == 8 || at == 13 || at == 18 || at == 23)
            uuid[at++] = '-';
    }
    if (at != 0 && at != 36)
        return acdr_domain_xml_bad(n, e, "not a UUID");
    d->uuid = strdup(uuid);
    return d->uuid ? 0 : acdr_err_nomem(e);
}

/* The name becomes part of file names (libvirt's pid and status files), so this refuses the same
 * names as libvirt. */
static int read_name(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *n = acdr_domain_xml_child(dom, "name");

    if (acdr_domain_xml_text(n, NULL, &d->name))
        return acdr_err_nomem(e);
    if (strpbrk(d->name, "/\n"))
        return acdr_domain_xml_bad(n, e, "its text has a slash or a line break");
    return 0;
}

static int read_identity(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *resource = acdr_domain_xml_child(dom, "resource");
    int err = read_name(d, dom, e);

    if (!err)
        err = read_uuid(d, acdr_domain_xml_child(dom, "uuid"), e);
    if (err)
        return err;
    if (acdr_domain_xml_text(dom, "type", &d->type))
        return acdr_err_nomem(e);
    if (acdr_domain_xml_text(acdr_domain_xml_child(resource, "partition"), NULL, &d->partition))
        return acdr_err_nomem(e);
    d->id = -1;
    /* libvirt reads the id of running guests only, and ignores others. */
    acdr_domain_xml_int(dom, "id", &d->id, NULL);
    return 0;
}

/* <vcpu> and <numatune> each inherit the other's placement='auto', unless they set their own. */
static void read_numad(struct acdr_domain *d)
{
    bool pins = acdr_domain_pinned(d) || d->has_emulatorpin || d->n_iothreadpins;

    d->numad_memory |= d->numad_cpus && !d->has_mem_nodes;
    d->numad_cpus |= d->numad_memory && !pins;
}

static int read_domain(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    static int (*const parts[])(struct acdr_domain * d, const struct acdr_xml *dom,
                                struct acdr_err *e) = {
        read_identity,
        acdr_domain_cpu_read,
        acdr_domain_mem_read,
        acdr_domain_dev_read,
        acdr_domain_device_read,
        acdr_domain_amount_read,
        acdr_domain_qemu_args_read,
        acdr_domain_tag_read,
        acdr_domain_labels_read,
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        int err = parts[i](d, dom, e);

        if (err)
            return err;
    }
    read_numad(d);
    return 0;
}

static const struct acdr_xml *find_domain(const struct acdr_xml *root)
{
    if (root->ns)
        return NULL;
    if (!strcmp(root->name, "domain"))
        return root;
    if (!strcmp(root->name, "domstatus"))
        return acdr_domain_xml_child(root, "domain");
    return NULL;
}

int acdr_domain_parse_part(const char *xml, size_t len, const struct acdr_xml_limits *limits,
                           struct acdr_domain **ret, struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(acdr_xml_free) struct acdr_xml_doc *doc = NULL;
    const struct acdr_xml *dom;
    int err;

    if (len > XML_MAX_BYTES)
        return acdr_err_set(e, E2BIG, "domain XML: it is longer than 16 MiB");
    err = acdr_xml_read(xml, len, limits, &doc, e);
    if (err)
        return err;
    dom = find_domain(acdr_xml_root(doc));
    if (!dom)
        return acdr_domain_xml_bad(acdr_xml_root(doc), e, "not a <domain> element");
    d = calloc(1, sizeof(*d));
    if (!d)
        return acdr_err_nomem(e);
    err = read_domain(d, dom, e);
    if (err)
        return err;
    *ret = acdr_take(d);
    return 0;
}

int acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret, struct acdr_err *e)
{
    return acdr_domain_parse_part(xml, len, &acdr_xml_all, ret, e);
}

static void free_nics(struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_nics; i++) {
        struct acdr_domain_nic *nic = &d->nics[i];

        free(nic->type);
        free(nic->target);
        free(nic->mac);
        free(nic->model);
        free(nic->source);
        free(nic->driver);
        free(nic->ip);
        free(nic->via);
    }
    free(d->nics);
}

static void free_disks(struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_disks; i++) {
        free(d->disks[i].type);
        free(d->disks[i].source);
        free(d->disks[i].target);
        free(d->disks[i].bus);
    }
    free(d->disks);
}

int acdr_domain_vcpu(const struct acdr_domain *d, int id)
{
    for (int i = 0; i < d->vcpus; i++)
        if (d->vcpu_id[i] == id)
            return i;
    return -1;
}

const struct acdr_bitmap *acdr_domain_emulator_set(const struct acdr_domain *d)
{
    if (d->has_emulatorpin)
        return &d->emulatorpin;
    return d->has_cpuset ? &d->cpuset : NULL;
}

const struct acdr_bitmap *acdr_domain_iothread_set(const struct acdr_domain *d, int id)
{
    for (size_t i = 0; i < d->n_iothreadpins; i++)
        if (d->iothreadpins[i].id == id)
            return &d->iothreadpins[i].cpus;
    return d->has_cpuset ? &d->cpuset : NULL;
}

bool acdr_domain_has_memnodes(const struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_cells; i++)
        if (d->cells[i].has_nodes)
            return true;
    return false;
}

bool acdr_domain_confines_memory(const struct acdr_domain *d)
{
    return d->has_mem_nodes &&
           (!strcmp(d->mem_mode, "strict") || !strcmp(d->mem_mode, "restrictive"));
}

bool acdr_domain_placed(const struct acdr_domain *d)
{
    return acdr_domain_has_memnodes(d) || acdr_domain_pinned(d) || d->has_emulatorpin ||
           d->n_iothreadpins || d->has_mem_nodes || d->mem_mode[0];
}

void acdr_domain_unpin(struct acdr_domain *d)
{
    for (int i = 0; i < d->vcpus_max; i++) {
        free(d->pin[i]);
        d->pin[i] = NULL;
    }
    for (size_t i = 0; i < d->n_cells; i++)
        d->cells[i].has_nodes = false;
    d->has_cpuset = d->has_emulatorpin = d->has_mem_nodes = false;
    d->numad_cpus = d->numad_memory = false;
    d->n_iothreadpins = 0;
    d->mem_mode[0] = '\0';
}

void acdr_domain_free(struct acdr_domain *d)
{
    if (!d)
        return;
    for (int i = 0; d->pin && i < d->vcpus_max; i++)
        free(d->pin[i]);
    free(d->pin);
    free(d->iothreadpins);
    free(d->partition);
    free(d->vcpu_id);
    for (size_t i = 0; i < d->n_devices; i++)
        free(d->devices[i].name);
    free(d->devices);
    free(d->launch_security);
    free(d->fixed_by);
    free_nics(d);
    free_disks(d);
    free(d->memory_source);
    free(d->allocation);
    free(d->cells);
    free(d->pages);
    free(d->name);
    free(d->uuid);
    free(d->type);
    free(d->one_thread);
    free(d->class_name);
    free(d->class_by);
    acdr_domain_labels_free(d);
    free(d->tag_error);
    free(d->mem_mode);
    free(d->balloon);
    free(d);
}
