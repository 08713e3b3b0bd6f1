/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads one libvirt network's XML. See network.h. The bridge that libvirt creates for a network
 * with its own addresses (modes nat, route, open, or none) has no device below it and is left out.
 */
#include "network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "domain_part.h"

static int add(char ***list, size_t *n, char *text, struct acdr_err *e)
{
    char **v = text ? realloc(*list, (*n + 1) * sizeof(*v)) : NULL;

    if (!v) {
        free(text);
        return acdr_err_nomem(e);
    }
    *list = v;
    v[(*n)++] = text;
    return 0;
}

/* The interface that N names. */
static int read_dev(struct acdr_network *w, const struct acdr_xml *n, struct acdr_err *e)
{
    char *text = NULL;

    if (!acdr_domain_xml_has(n, "dev"))
        return 0;
    return acdr_domain_xml_text(n, "dev", &text) ? acdr_err_nomem(e)
                                                 : add(&w->devs, &w->n_devs, text, e);
}

static int read_address(struct acdr_network *w, const struct acdr_xml *n, struct acdr_err *e)
{
    char *text = NULL;
    int err = acdr_domain_pci_read(n, &text, e);

    return err ? err : add(&w->addresses, &w->n_addresses, text, e);
}

static int read_forward(struct acdr_network *w, const struct acdr_xml *forward, struct acdr_err *e)
{
    int err;

    w->hostdev = acdr_domain_xml_is(forward, "mode", "hostdev");
    err = read_dev(w, forward, e);
    ACDR_DOMAIN_XML_FOR(n, forward, w->hostdev ? "pf" : "interface")
        err = err ? err : read_dev(w, n, e);
    ACDR_DOMAIN_XML_FOR(n, forward, "address")
        err = err || !acdr_domain_xml_is(n, "type", "pci") ? err : read_address(w, n, e);
    return err;
}

static int read_bridge(struct acdr_network *w, const struct acdr_xml *network,
                       const struct acdr_xml *forward, struct acdr_err *e)
{
    const struct acdr_xml *n = acdr_domain_xml_is(forward, "mode", "bridge")
                                   ? acdr_domain_xml_child(network, "bridge")
                                   : NULL;

    w->openvswitch = acdr_domain_xml_is(acdr_domain_xml_child(network, "virtualport"), "type",
                                        "openvswitch");
    return acdr_domain_xml_text(n, "name", &w->bridge) ? acdr_err_nomem(e) : 0;
}

static const struct acdr_xml *find_network(const struct acdr_xml *root)
{
    if (root->ns)
        return NULL;
    if (!strcmp(root->name, "network"))
        return root;
    return strcmp(root->name, "networkstatus") ? NULL : acdr_domain_xml_child(root, "network");
}

int acdr_network_parse(const char *xml, size_t len, struct acdr_network **ret, struct acdr_err *e)
{
    acdr_auto(acdr_network_free) struct acdr_network *w = calloc(1, sizeof(*w));
    acdr_auto(acdr_xml_free) struct acdr_xml_doc *doc = NULL;
    const struct acdr_xml *network, *forward;
    int err = w ? acdr_xml_read(xml, len, &acdr_xml_all, &doc, e) : acdr_err_nomem(e);

    if (err)
        return err;
    network = find_network(acdr_xml_root(doc));
    if (!network)
        return acdr_domain_xml_bad(acdr_xml_root(doc), e, "not a <network> element");
    forward = acdr_domain_xml_child(network, "forward");
    err = read_bridge(w, network, forward, e);
    if (!err)
        err = read_forward(w, forward, e);
    if (err)
        return err;
    *ret = acdr_take(w);
    return 0;
}

void acdr_network_free(struct acdr_network *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_devs; i++)
        free(w->devs[i]);
    for (size_t i = 0; i < w->n_addresses; i++)
        free(w->addresses[i]);
    free(w->devs);
    free(w->addresses);
    free(w->bridge);
    free(w);
}
