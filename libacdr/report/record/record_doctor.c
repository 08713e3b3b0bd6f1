/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the doctor alone looks at, in a recording: the speeds of network devices, which interface
 * carries storage, and SELinux. Servers get the addresses that documents may use; mounts, routes
 * and modules of others are left out.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "link_speed.h"
#include "record_part.h"
#include "selinux_module.h"
#include "storage_net.h"

/* 192.0.2.N */
#define MADE_UP(n) (0xc0000200U + (unsigned)(n))

struct storage {
    struct acdr_recorded *rec;
    struct acdr_strbuf routes, servers;
    int n;
};

static int add_server(void *arg, const char *interface, const char *what)
{
    struct storage *s = arg;
    char path[100], address[32];

    if (++s->n > 200)
        return 1;
    acdr_strbuf_addf(&s->routes, "\n%s\t%08X\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0",
                     interface, htonl(MADE_UP(s->n)));
    if (!strcmp(what, "NFS")) {
        acdr_strbuf_addf(&s->servers, "\nv4 %08x  801   1 server", MADE_UP(s->n));
        return 0;
    }
    snprintf(path, sizeof(path), "/sys/class/iscsi_connection/connection%d:0/persistent_address",
             s->n);
    snprintf(address, sizeof(address), "192.0.2.%d", s->n);
    acdr_recorded_add(s->rec, ACDR_RECORDED_FILE, path, address);
    return 0;
}

static void add_storage(struct acdr_recorded *rec, const struct acdr_host *h)
{
    struct storage s = { .rec = rec };

    acdr_strbuf_add(&s.routes, "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask");
    acdr_strbuf_add(&s.servers, "NV SERVER   PORT USE HOSTNAME");
    rec->bad |= acdr_host_storage_nics(h, add_server, &s) < 0 || s.routes.bad || s.servers.bad;
    if (s.n && !rec->bad) {
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/proc/net/route", s.routes.s);
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/proc/fs/nfsfs/servers", s.servers.s);
    }
    acdr_strbuf_done(&s.routes);
    acdr_strbuf_done(&s.servers);
}

static void add_speeds(struct acdr_recorded *rec, struct acdr_root *drivers,
                       const struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_nics; i++) {
        const struct acdr_nic *n = &h->nics[i];
        long long most = n->device && n->device[0] ? acdr_link_most(drivers, n->name) : -1;
        char path[100], speed[32];

        if (most < 0)
            continue;
        snprintf(path, sizeof(path), ACDR_LINK_SPEEDS "/%.32s", n->name);
        snprintf(speed, sizeof(speed), "%lld", most);
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, path, speed);
    }
}

/* Without the policy's own name. */
static void add_selinux(struct acdr_recorded *rec, struct acdr_root *r)
{
    char type[64] = "", path[200];
    int found;

    if (!acdr_selinux_enforces(r))
        return;
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/sys/fs/selinux/enforce", "1");
    found = acdr_selinux_has_module(r, type, sizeof(type));
    if (found < 0)
        return;
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/etc/selinux/config", "SELINUXTYPE=targeted");
    snprintf(path, sizeof(path), ACDR_SELINUX_MODULES, "targeted", "400");
    if (!found)
        snprintf(path + strlen(path) - strlen("acdr"), sizeof("acdr"), "base");
    acdr_recorded_add(rec, ACDR_RECORDED_FOLDER, path, "");
}

void acdr_recorded_add_doctor(struct acdr_recorded *rec, struct acdr_root *drivers,
                              const struct acdr_host *h)
{
    add_speeds(rec, drivers, h);
    add_storage(rec, h);
    add_selinux(rec, h->root);
}
