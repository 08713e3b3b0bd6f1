/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A domain's vCPUs and iothreads, and where the XML itself pins them. Knows that part of libvirt's
 * format, and what libvirt refuses in it.
 */
#include <errno.h>
#include <stdlib.h>

#include "domain_part.h"

static int read_count(struct acdr_domain *d, const struct acdr_xml *vcpu, struct acdr_err *e)
{
    int r;

    d->vcpus_max = 1;
    r = acdr_domain_xml_int(vcpu, NULL, &d->vcpus_max, e);
    if (r < 0)
        return r;
    if (d->vcpus_max < 1 || d->vcpus_max > ACDR_BITMAP_MAX)
        return acdr_domain_xml_bad(vcpu, e, "it must be from 1 to 8192");
    d->vcpus = d->vcpus_max;
    r = acdr_domain_xml_int(vcpu, "current", &d->vcpus, e);
    if (r < 0)
        return r;
    if (d->vcpus < 1 || d->vcpus > d->vcpus_max)
        return acdr_domain_xml_bad(vcpu, e, "current must be from 1 to the number of vCPUs");
    return 0;
}

static int number_vcpus(struct acdr_domain *d)
{
    d->vcpu_id = calloc((size_t)d->vcpus_max + 1, sizeof(*d->vcpu_id));
    for (int i = 0; d->vcpu_id && i < d->vcpus; i++)
        d->vcpu_id[i] = i;
    return d->vcpu_id ? 0 : -ENOMEM;
}

static void list_ids(struct acdr_domain *d, const struct acdr_bitmap *ids)
{
    int n = 0;

    ACDR_BITMAP_FOR(id, ids)
        d->vcpu_id[n++] = id;
    d->vcpus = n;
}

/* If <vcpus> lists them one by one, it says which are online at start. */
static int read_enabled(struct acdr_domain *d, const struct acdr_xml *vcpus, struct acdr_err *e)
{
    struct acdr_bitmap ids = { 0 };
    bool any = false;

    ACDR_DOMAIN_XML_FOR(n, vcpus, "vcpu") {
        int id = -1;
        int r = acdr_domain_xml_int(n, "id", &id, e);

        if (r < 0)
            return r;
        if (id < 0 || id >= d->vcpus_max)
            return acdr_domain_xml_bad(n, e, "no vCPU has that id");
        any = true;
        if (acdr_domain_xml_is(n, "enabled", "yes"))
            acdr_bitmap_add(&ids, id);
    }
    if (!any)
        return 0;
    if (acdr_bitmap_empty(&ids))
        return acdr_domain_xml_bad(vcpus, e, "the number of enabled vCPUs is not consistent");
    list_ids(d, &ids);
    return 0;
}

static int set_pin(struct acdr_bitmap **pin, const struct acdr_bitmap *set)
{
    *pin = malloc(sizeof(**pin));
    if (!*pin)
        return -ENOMEM;
    **pin = *set;
    return 0;
}

/* libvirt ignores pins of vCPUs that do not exist. */
static int read_pin(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    struct acdr_bitmap set;
    int vcpu = -1;
    int r = acdr_domain_xml_int(n, "vcpu", &vcpu, e);

    if (r < 0)
        return r;
    r = acdr_domain_xml_cpus(n, "cpuset", &set, e);
    if (r < 0)
        return r;
    if (vcpu < 0 || r == 0)
        return acdr_domain_xml_bad(n, e, "it needs both vcpu and cpuset");
    if (vcpu >= d->vcpus_max)
        return 0;
    if (d->pin[vcpu])
        return acdr_domain_xml_bad(n, e, "that vCPU is pinned twice");
    return set_pin(&d->pin[vcpu], &set) ? acdr_err_nomem(e) : 0;
}

static int read_emulatorpin(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    int r = acdr_domain_xml_cpus(n, "cpuset", &d->emulatorpin, e);

    d->has_emulatorpin = r > 0;
    if (n && r == 0)
        return acdr_domain_xml_bad(n, e, "it needs a cpuset");
    return r < 0 ? r : 0;
}

/* <vcpu cpuset=> pins every thread without its own pin, unless numad provides the set. */
static int fill_pins(struct acdr_domain *d, const struct acdr_xml *vcpu, struct acdr_err *e)
{
    int r = 0;

    d->numad_cpus = acdr_domain_xml_is(vcpu, "placement", "auto");
    if (!d->numad_cpus)
        r = acdr_domain_xml_cpus(vcpu, "cpuset", &d->cpuset, e);
    d->has_cpuset = r > 0;
    if (r <= 0)
        return r;
    for (int i = 0; i < d->vcpus_max; i++)
        if (!d->pin[i] && set_pin(&d->pin[i], &d->cpuset))
            return acdr_err_nomem(e);
    return 0;
}

/* Each pin has a set of its own, so this limits what a document can make us allocate. */
enum { IOTHREAD_PINS_MAX = 4096 };

/* libvirt ignores pins of iothreads that do not exist. */
static int read_iothreadpin(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    struct acdr_domain_pin *pins = realloc(d->iothreadpins,
                                           (d->n_iothreadpins + 1) * sizeof(*pins));
    struct acdr_domain_pin *pin;
    int r;

    if (!pins)
        return acdr_err_nomem(e);
    d->iothreadpins = pins;
    if (d->n_iothreadpins == IOTHREAD_PINS_MAX)
        return acdr_domain_xml_bad(n, e, "there are more than 4096 of them");
    pin = &pins[d->n_iothreadpins];
    pin->id = 0;
    r = acdr_domain_xml_int(n, "iothread", &pin->id, e);
    if (r < 0)
        return r;
    r = acdr_domain_xml_cpus(n, "cpuset", &pin->cpus, e);
    if (r < 0)
        return r;
    if (pin->id < 1 || r == 0)
        return acdr_domain_xml_bad(n, e, "it needs both iothread and cpuset");
    d->n_iothreadpins++;
    return 0;
}

enum { PERIOD_US = 100000 }; /* libvirt's default */

/* libvirt refuses a value that is not a number; 0 or less means no limit. */
static long long read_us(const struct acdr_xml *tune, const char *name)
{
    acdr_auto(free) char *text = NULL;

    if (acdr_domain_xml_text(acdr_domain_xml_child(tune, name), NULL, &text))
        return 0;
    return strtoll(text, NULL, 10);
}

static struct acdr_bandwidth read_limit(const struct acdr_xml *tune, const char *quota,
                                        const char *period)
{
    long long q = read_us(tune, quota), p = read_us(tune, period);

    return (struct acdr_bandwidth){ q > 0 ? q : 0, p > 0 ? p : PERIOD_US };
}

static void read_limits(struct acdr_domain *d, const struct acdr_xml *tune)
{
    d->vcpu_limit = read_limit(tune, "quota", "period");
    d->emulator_limit = read_limit(tune, "emulator_quota", "emulator_period");
    d->iothread_limit = read_limit(tune, "iothread_quota", "iothread_period");
    d->global_limit = read_limit(tune, "global_quota", "global_period");
}

static int read_vcpusched(struct acdr_domain *d, const struct acdr_xml *tune, struct acdr_err *e)
{
    ACDR_DOMAIN_XML_FOR(n, tune, "vcpusched") {
        struct acdr_bitmap vcpus;
        int r = acdr_domain_xml_cpus(n, "vcpus", &vcpus, e);

        if (r < 0)
            return r;
        if (r > 0)
            acdr_bitmap_or(&d->vcpusched, &vcpus);
    }
    return 0;
}

static int read_pins(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *tune = acdr_domain_xml_child(dom, "cputune");
    int err;

    d->cachetune = acdr_domain_xml_child(tune, "cachetune") ||
                   acdr_domain_xml_child(tune, "memorytune");
    read_limits(d, tune);
    d->pin = calloc((size_t)d->vcpus_max, sizeof(*d->pin));
    if (!d->pin)
        return acdr_err_nomem(e);
    ACDR_DOMAIN_XML_FOR(n, tune, "vcpupin") {
        err = read_pin(d, n, e);
        if (err)
            return err;
    }
    err = read_vcpusched(d, tune, e);
    if (err)
        return err;
    ACDR_DOMAIN_XML_FOR(n, tune, "iothreadpin") {
        err = read_iothreadpin(d, n, e);
        if (err)
            return err;
    }
    err = read_emulatorpin(d, acdr_domain_xml_child(tune, "emulatorpin"), e);
    return err ? err : fill_pins(d, acdr_domain_xml_child(dom, "vcpu"), e);
}

/* libvirt gives iothreads without a number the lowest free ids. */
static void number_iothreads(struct acdr_domain *d, int named)
{
    int left = d->iothreads - named;

    for (int id = 1; left > 0 && id < ACDR_BITMAP_MAX; id++)
        if (!acdr_bitmap_has(&d->iothread_ids, id)) {
            acdr_bitmap_add(&d->iothread_ids, id);
            left--;
        }
}

static int read_iothreads(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *ids = acdr_domain_xml_child(dom, "iothreadids");
    int r = acdr_domain_xml_int(acdr_domain_xml_child(dom, "iothreads"), NULL, &d->iothreads, e);
    int named = 0;

    if (r < 0)
        return r;
    ACDR_DOMAIN_XML_FOR(n, ids, "iothread") {
        int id = 0;

        if (acdr_domain_xml_int(n, "id", &id, NULL) > 0 && id > 0 && id < ACDR_BITMAP_MAX)
            acdr_bitmap_add(&d->iothread_ids, id);
        named++;
    }
    if (named > d->iothreads)
        d->iothreads = named;
    number_iothreads(d, named);
    return 0;
}

/* libvirt refuses a value that is not a number; placement does not depend on it. */
static void read_topology(struct acdr_domain *d, const struct acdr_xml *dom)
{
    const struct acdr_xml *cpu = acdr_domain_xml_child(dom, "cpu");
    const struct acdr_xml *topology = acdr_domain_xml_child(cpu, "topology");

    acdr_domain_xml_int(topology, "sockets", &d->sockets, NULL);
    acdr_domain_xml_int(topology, "threads", &d->threads, NULL);
    d->cpu_is_host = acdr_domain_xml_is(cpu, "mode", "host-passthrough");
    ACDR_DOMAIN_XML_FOR(n, cpu, "feature")
        d->has_topoext |= acdr_domain_xml_is(n, "name", "topoext");
}

int acdr_domain_cpu_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    int err = read_count(d, acdr_domain_xml_child(dom, "vcpu"), e);

    if (!err && number_vcpus(d))
        err = acdr_err_nomem(e);
    if (!err)
        err = read_enabled(d, acdr_domain_xml_child(dom, "vcpus"), e);
    if (!err)
        err = read_pins(d, dom, e);
    read_topology(d, dom);
    return err ? err : read_iothreads(d, dom, e);
}

bool acdr_domain_pinned(const struct acdr_domain *d)
{
    for (int i = 0; i < d->vcpus; i++)
        if (d->pin[d->vcpu_id[i]])
            return true;
    return false;
}
