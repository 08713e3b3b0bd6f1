/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt: a domain's description, its tag, its start. Knows connections and metadata; must not
 * know what a class is or whether one exists.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "virt.h"

#define URI     "qemu:///system"
#define TAG_NS  "urn:libacdr:domain:1"
#define TAG_KEY "acdr"

/* By default libvirt prints every error itself. */
static void be_silent(void *arg, virErrorPtr error)
{
    (void)arg;
    (void)error;
}

static int failed(struct acdr_err *e, int code, const char *what)
{
    virErrorPtr v = virGetLastError();
    if (v && (v->code == VIR_ERR_AUTH_FAILED || v->code == VIR_ERR_AUTH_UNAVAILABLE ||
              v->code == VIR_ERR_OPERATION_DENIED || v->code == VIR_ERR_ACCESS_DENIED))
        code = EACCES;
    snprintf(e->text, sizeof(e->text), "%s: %s", what, virGetLastErrorMessage());
    e->code = code;
    return -code;
}

static int open_domain(const char *name, bool write, virConnectPtr *conn, virDomainPtr *ret,
                       struct acdr_err *e)
{
    virSetErrorFunc(NULL, be_silent);
    *conn = write ? virConnectOpen(URI) : virConnectOpenReadOnly(URI);
    if (!*conn)
        return failed(e, EIO, URI);
    *ret = virDomainLookupByName(*conn, name);
    if (!*ret)
        *ret = virDomainLookupByUUIDString(*conn, name);
    if (*ret)
        return 0;
    virConnectClose(*conn);
    snprintf(e->text, sizeof(e->text), "%s: no domain has the name or UUID '%s'", URI, name);
    e->code = ENOENT;
    return -ENOENT;
}

void *virt_listen(void)
{
    virSetErrorFunc(NULL, be_silent);
    return virConnectOpenReadOnly(URI);
}

int virt_xml(const char *domain, char **ret, struct acdr_err *e)
{
    virConnectPtr conn;
    virDomainPtr d;
    int r = open_domain(domain, false, &conn, &d, e);
    if (r < 0)
        return r;
    char *xml = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_INACTIVE);
    if (xml)
        *ret = xml;
    else
        r = failed(e, EIO, domain);
    virDomainFree(d);
    virConnectClose(conn);
    return r;
}

static int read_definition(virDomainPtr d, const char *domain, char **ret, bool *saved,
                           struct acdr_err *e)
{
    int active = virDomainIsActive(d), has_save = virDomainHasManagedSaveImage(d, 0);
    if (active < 0 || has_save < 0)
        return failed(e, EIO, domain);
    if (active) {
        snprintf(e->text, sizeof(e->text), "%s: it runs already", domain);
        e->code = EBUSY;
        return -EBUSY;
    }
    *saved = has_save;
    *ret = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
    return *ret ? 0 : failed(e, EIO, domain);
}

int virt_definition(const char *domain, char **ret, bool *saved, struct acdr_err *e)
{
    virConnectPtr conn;
    virDomainPtr d;
    int r = open_domain(domain, true, &conn, &d, e);
    if (r < 0)
        return r;
    r = read_definition(d, domain, ret, saved, e);
    virDomainFree(d);
    virConnectClose(conn);
    return r;
}

/* libvirt starts a defined guest from other XML of its name and UUID; the definition stays. */
int virt_start(const char *domain, const char *xml, struct acdr_err *e)
{
    virConnectPtr conn;
    virDomainPtr d, started = NULL;
    int r = open_domain(domain, true, &conn, &d, e);
    if (r < 0)
        return r;
    if (xml)
        started = virDomainCreateXML(conn, xml, 0);
    if (xml ? !started : virDomainCreate(d) < 0)
        r = failed(e, EIO, domain);
    if (started)
        virDomainFree(started);
    virDomainFree(d);
    virConnectClose(conn);
    return r;
}

/* A transient guest has no configuration to write to, only its running self. */
static int set_tag(virDomainPtr d, const char *element, bool *running)
{
    int active = virDomainIsActive(d), persistent = virDomainIsPersistent(d);
    unsigned flags = 0;
    if (active < 0 || persistent < 0)
        return -1;
    if (persistent)
        flags |= VIR_DOMAIN_AFFECT_CONFIG;
    if (active)
        flags |= VIR_DOMAIN_AFFECT_LIVE;
    *running = active;
    return virDomainSetMetadata(d, VIR_DOMAIN_METADATA_ELEMENT, element, element ? TAG_KEY : NULL,
                                TAG_NS, flags);
}

int virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e)
{
    virConnectPtr conn;
    virDomainPtr d;
    char element[256];
    int r = open_domain(domain, true, &conn, &d, e);
    if (r < 0)
        return r;
    snprintf(element, sizeof(element), "<class name='%s'/>", class_name ? class_name : "");
    if (set_tag(d, class_name ? element : NULL, running) < 0)
        r = failed(e, EIO, domain);
    virDomainFree(d);
    virConnectClose(conn);
    return r;
}
