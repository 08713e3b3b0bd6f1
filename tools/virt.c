/*
 * libvirt: a domain's description and its tag. Knows connections and metadata; must not know what a
 * class is or whether there is one of that name.
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

/* libvirt prints every error by itself unless it is told not to. */
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

int acdr_virt_xml(const char *domain, char **ret, struct acdr_err *e)
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

int acdr_virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e)
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
