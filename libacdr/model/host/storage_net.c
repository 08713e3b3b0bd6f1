/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Storage over the network. Knows the kernel's lists of NFS servers and iSCSI connections and its
 * IPv4 routing table; what a server is used for is nobody's business here.
 */
#include "storage_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "root.h"

#define ISCSI_DIR "/sys/class/iscsi_connection"

enum { RTF_IS_UP = 1, DEPTH = 8 };

struct walk {
    const struct acdr_host *h;
    int (*fn)(void *arg, const char *interface, const char *what);
    void *arg;
    char *routes;
};

/* The next line of *AT, cut off; NULL at the end. */
static char *next_line(char **at)
{
    char *line = *at;
    size_t len;

    if (!line || !*line)
        return NULL;
    len = strcspn(line, "\n");
    *at = line[len] ? line + len + 1 : line + len;
    line[len] = '\0';
    return line;
}

/* The interface of the narrowest route to ADDRESS (as in the table: a number in the byte order of
 * the network, printed in that of the host). False if there is none. */
static bool route_to(const struct walk *w, unsigned address, char ret[16])
{
    acdr_auto(free) char *copy = strdup(w->routes);
    char *at = copy, *line;
    bool found = false;
    unsigned best = 0;

    while ((line = next_line(&at))) {
        unsigned to, flags, mask;
        char name[16];

        if (sscanf(line, "%15s %x %*x %x %*d %*d %*d %x", name, &to, &flags, &mask) != 4 ||
            !(flags & RTF_IS_UP) || (address & mask) != to || (found && ntohl(mask) <= best))
            continue;
        memcpy(ret, name, sizeof(name));
        best = ntohl(mask);
        found = true;
    }
    return found;
}

static int see(struct walk *w, unsigned address, const char *what)
{
    char name[16];

    return route_to(w, address, name) ? w->fn(w->arg, name, what) : 0;
}

/* "v4 c0a80001  801   1 server", under a line of headings. */
static int see_nfs(struct walk *w)
{
    acdr_auto(free) char *text = NULL;
    char *at, *line;
    int r = 0;

    if (acdr_root_read(w->h->root, "/proc/fs/nfsfs/servers", 0, &text, NULL) < 0)
        return 0;
    for (at = text; r == 0 && (line = next_line(&at));) {
        char address[64];
        unsigned n;

        if (sscanf(line, "v%*d %63s", address) == 1 && strlen(address) == 8 &&
            sscanf(address, "%x", &n) == 1)
            r = see(w, htonl(n), "NFS");
    }
    return r;
}

static int see_iscsi(void *arg, const char *name)
{
    struct walk *w = arg;
    struct in_addr address;
    char text[64];

    if (acdr_root_get(w->h->root, text, sizeof(text), ISCSI_DIR "/%s/persistent_address", name) <
            0 ||
        inet_pton(AF_INET, text, &address) != 1)
        return 0;
    return see(w, address.s_addr, "iSCSI");
}

int acdr_host_storage_nics(const struct acdr_host *h,
                           int (*fn)(void *arg, const char *interface, const char *what), void *arg)
{
    acdr_auto(free) char *routes = NULL;
    struct walk w = { .h = h, .fn = fn, .arg = arg };
    int r = acdr_root_read(h->root, "/proc/net/route", 0, &routes, NULL);

    if (r < 0)
        return r == -ENOMEM ? r : 0;
    w.routes = routes;
    r = see_nfs(&w);
    if (r == 0)
        r = acdr_root_list(h->root, ISCSI_DIR, see_iscsi, &w);
    return r < 0 && r != -ENOMEM ? 0 : r;
}

static bool lies_on(const struct acdr_host *h, const char *interface, const struct acdr_nic *nic,
                    int depth)
{
    const struct acdr_nic *n = acdr_host_nic(h, interface);
    const char *at;

    if (!strcmp(interface, nic->name))
        return true;
    if (!n || !n->lower || depth >= DEPTH)
        return false;
    for (at = n->lower + strspn(n->lower, " "); *at; at += strspn(at, " ")) {
        char name[64];
        size_t len = strcspn(at, " ");

        snprintf(name, sizeof(name), "%.*s", (int)len, at);
        if (lies_on(h, name, nic, depth + 1))
            return true;
        at += len;
    }
    return false;
}

bool acdr_host_lies_on(const struct acdr_host *h, const char *interface, const struct acdr_nic *nic)
{
    return lies_on(h, interface, nic, 0);
}
