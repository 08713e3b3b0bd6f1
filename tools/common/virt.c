/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt: a domain's description, its tag, its start. Knows connections and metadata; must not
 * know what a class is or whether one exists.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt.h"
#include "virt_calls.h"

#define URI     "qemu:///system"
#define TAG_NS  "urn:libacdr:domain:1"
#define TAG_KEY "acdr"

/* A connection and one of its domains. */
struct open_domain {
    const struct virt_calls *v;
    virConnectPtr conn;
    virDomainPtr d;
};

/* By default libvirt prints every error itself. */
static void be_silent(void *arg, virErrorPtr error)
{
    (void)arg;
    (void)error;
}

static int failed(const struct virt_calls *v, struct acdr_err *e, int code, const char *what)
{
    virErrorPtr last = v->virGetLastError();
    if (last && (last->code == VIR_ERR_AUTH_FAILED || last->code == VIR_ERR_AUTH_UNAVAILABLE ||
                 last->code == VIR_ERR_OPERATION_DENIED || last->code == VIR_ERR_ACCESS_DENIED))
        code = EACCES;
    snprintf(e->text, sizeof(e->text), "%s: %s", what, v->virGetLastErrorMessage());
    e->code = code;
    return -code;
}

/* Most often its daemon does not run. */
static int not_connected(const struct virt_calls *v, struct acdr_err *e)
{
    size_t len;
    int r = failed(v, e, EIO, URI);

    len = strlen(e->text);
    if (r != -EACCES)
        snprintf(e->text + len, sizeof(e->text) - len,
                 "; if no daemon of libvirt runs: systemctl start libvirtd, or virtqemud.socket");
    return r;
}

static void close_domain(struct open_domain *o)
{
    if (o->d)
        o->v->virDomainFree(o->d);
    if (o->conn)
        o->v->virConnectClose(o->conn);
}

/* O always needs close_domain(). */
static int open_domain(const char *name, bool write, struct open_domain *o, struct acdr_err *e)
{
    const struct virt_calls *v = virt_load(e);

    *o = (struct open_domain){ .v = v };
    if (!v)
        return -e->code;
    v->virSetErrorFunc(NULL, be_silent);
    o->conn = write ? v->virConnectOpen(URI) : v->virConnectOpenReadOnly(URI);
    if (!o->conn)
        return not_connected(v, e);
    o->d = v->virDomainLookupByName(o->conn, name);
    if (!o->d)
        o->d = v->virDomainLookupByUUIDString(o->conn, name);
    if (o->d)
        return 0;
    snprintf(e->text, sizeof(e->text), "%s: no domain has the name or UUID '%s'", URI, name);
    e->code = ENOENT;
    return -ENOENT;
}

void *virt_listen(struct acdr_err *e)
{
    const struct virt_calls *v = virt_load(e);
    virConnectPtr conn;

    if (!v)
        return NULL;
    v->virSetErrorFunc(NULL, be_silent);
    conn = v->virConnectOpenReadOnly(URI);
    if (!conn)
        not_connected(v, e);
    return conn;
}

int virt_xml(const char *domain, char **ret, struct acdr_err *e)
{
    struct open_domain o;
    int r = open_domain(domain, false, &o, e);

    if (r == 0) {
        *ret = o.v->virDomainGetXMLDesc(o.d, VIR_DOMAIN_XML_INACTIVE);
        r = *ret ? 0 : failed(o.v, e, EIO, domain);
    }
    close_domain(&o);
    return r;
}

static int read_definition(const struct open_domain *o, const char *domain, char **ret, bool *saved,
                           struct acdr_err *e)
{
    int active = o->v->virDomainIsActive(o->d);
    int has_save = o->v->virDomainHasManagedSaveImage(o->d, 0);

    if (active < 0 || has_save < 0)
        return failed(o->v, e, EIO, domain);
    if (active) {
        snprintf(e->text, sizeof(e->text), "%s: it runs already", domain);
        e->code = EBUSY;
        return -EBUSY;
    }
    *saved = has_save;
    *ret = o->v->virDomainGetXMLDesc(o->d, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
    return *ret ? 0 : failed(o->v, e, EIO, domain);
}

int virt_definition(const char *domain, char **ret, bool *saved, struct acdr_err *e)
{
    struct open_domain o;
    int r = open_domain(domain, true, &o, e);

    if (r == 0)
        r = read_definition(&o, domain, ret, saved, e);
    close_domain(&o);
    return r;
}

/* libvirt starts a defined guest from other XML of its name and UUID; the definition stays. */
int virt_start(const char *domain, const char *xml, struct acdr_err *e)
{
    struct open_domain o;
    virDomainPtr started = NULL;
    int r = open_domain(domain, true, &o, e);

    if (r == 0 && xml)
        started = o.v->virDomainCreateXML(o.conn, xml, 0);
    if (r == 0 && (xml ? !started : o.v->virDomainCreate(o.d) < 0))
        r = failed(o.v, e, EIO, domain);
    if (started)
        o.v->virDomainFree(started);
    close_domain(&o);
    return r;
}

/* A transient guest has no configuration to write to, only its running self. */
static int set_tag(const struct open_domain *o, const char *element, bool *running)
{
    int active = o->v->virDomainIsActive(o->d), persistent = o->v->virDomainIsPersistent(o->d);
    unsigned flags = 0;

    if (active < 0 || persistent < 0)
        return -1;
    if (persistent)
        flags |= VIR_DOMAIN_AFFECT_CONFIG;
    if (active)
        flags |= VIR_DOMAIN_AFFECT_LIVE;
    *running = active;
    return o->v->virDomainSetMetadata(o->d, VIR_DOMAIN_METADATA_ELEMENT, element,
                                      element ? TAG_KEY : NULL, TAG_NS, flags);
}

int virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e)
{
    struct open_domain o;
    char element[256];
    int r = open_domain(domain, true, &o, e);

    snprintf(element, sizeof(element), "<class name='%s'/>", class_name ? class_name : "");
    if (r == 0 && set_tag(&o, class_name ? element : NULL, running) < 0)
        r = failed(o.v, e, EIO, domain);
    close_domain(&o);
    return r;
}
