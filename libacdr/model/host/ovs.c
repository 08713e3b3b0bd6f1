/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Open vSwitch: its bridges' ports, their datapath, and the CPUs that its userspace datapath polls
 * on. Queries the database by its socket (RFC 7047), once, for at most a fraction of a second: a
 * database that does not answer counts as none. Changes nothing there.
 */
#include "host.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "clock.h"
#include "err.h"
#include "root.h"

#define SOCKET "/run/openvswitch/db.sock"

enum { WAIT_MS = 500, ANSWER_MAX = 8 << 20 };

#define SELECT(table, columns)                                                                     \
    "{\"op\":\"select\",\"table\":\"" table "\",\"where\":[],\"columns\":[" columns "]}"

static const char question[] =
    "{\"method\":\"transact\",\"id\":0,\"params\":[\"Open_vSwitch\"," SELECT(
        "Open_vSwitch", "\"other_config\"") "," SELECT("Bridge",
                                                       "\"name\",\"ports\",\"datapath_"
                                                       "type\"") "," SELECT("Port", "\"_uuid\","
                                                                                    "\"name\"") "]"
                                                                                                "}";

static int dial(const char *root)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd;

    if (snprintf(addr.sun_path, sizeof(addr.sun_path), "%s" SOCKET,
                 strcmp(root, "/") ? root : "") >= (int)sizeof(addr.sun_path))
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The remaining query, and its deadline. */
struct answer {
    int fd;
    long long deadline;
    size_t left;
};

/* The next part of the answer for jansson, which stops at the end of the value; the end if the
 * database closes, is too slow or sends too much. */
static size_t receive(void *buffer, size_t size, void *data)
{
    struct answer *a = data;
    struct pollfd p = { .fd = a->fd, .events = POLLIN };
    long long wait = a->deadline - acdr_clock_ms();
    ssize_t n;

    if (size > a->left)
        size = a->left;
    if (wait <= 0 || size == 0 || poll(&p, 1, (int)wait) <= 0)
        return (size_t)-1;
    n = recv(a->fd, buffer, size, 0);
    if (n <= 0)
        return (size_t)-1;
    a->left -= (size_t)n;
    return (size_t)n;
}

/* The whole answer, which the caller releases; NULL if there was none. */
static json_t *ask(const char *root)
{
    acdr_auto(close) int fd = dial(root);
    struct answer a = { fd, acdr_clock_ms() + WAIT_MS, ANSWER_MAX };

    if (fd < 0 ||
        send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(question) - 1)
        return NULL;
    return json_load_callback(receive, &a, JSON_DISABLE_EOF_CHECK, NULL);
}

/* The text of the I-th element of an array, "" if there is none. */
static const char *text_at(const json_t *array, size_t i)
{
    const char *s = json_string_value(json_array_get(array, i));

    return s ? s : "";
}

static const char *text_of(const json_t *row, const char *column)
{
    const char *s = json_string_value(json_object_get(row, column));

    return s ? s : "";
}

/* A port's uuid and the row of its bridge, both within the answer. */
struct part {
    const char *uuid;
    const json_t *bridge;
};

struct parts {
    struct part *v;
    size_t n;
};

static int by_uuid(const void *a, const void *b)
{
    return strcmp(((const struct part *)a)->uuid, ((const struct part *)b)->uuid);
}

static int add_part(struct parts *l, const json_t *uuid, const json_t *bridge)
{
    struct part *v = realloc(l->v, (l->n + 1) * sizeof(*v));

    if (!v)
        return -ENOMEM;
    l->v = v;
    v[l->n++] = (struct part){ text_at(uuid, 1), bridge };
    return 0;
}

/* One is ["uuid","..."], several are ["set",[["uuid","..."],...]]. */
static int add_parts(struct parts *l, const json_t *bridge)
{
    const json_t *ports = json_object_get(bridge, "ports");
    const json_t *set = json_array_get(ports, 1);
    int err = 0;

    if (!strcmp(text_at(ports, 0), "uuid"))
        return add_part(l, ports, bridge);
    for (size_t i = 0; i < json_array_size(set) && err == 0; i++)
        err = add_part(l, json_array_get(set, i), bridge);
    return err;
}

static int add_port(struct acdr_host *h, const struct parts *l, const json_t *row)
{
    struct part key = { text_at(json_object_get(row, "_uuid"), 1), NULL };
    const struct part *found = l->n ? bsearch(&key, l->v, l->n, sizeof(*l->v), by_uuid) : NULL;
    struct acdr_ovs_port *v;

    if (!found)
        return 0;
    v = realloc(h->ovs, (h->n_ovs + 1) * sizeof(*v));
    if (!v)
        return -ENOMEM;
    h->ovs = v;
    v += h->n_ovs++;
    snprintf(v->name, sizeof(v->name), "%s", text_of(row, "name"));
    snprintf(v->bridge, sizeof(v->bridge), "%s", text_of(found->bridge, "name"));
    v->userspace = !strcmp(text_of(found->bridge, "datapath_type"), "netdev");
    return 0;
}

static const json_t *rows(const json_t *result, size_t table)
{
    return json_object_get(json_array_get(result, table), "rows");
}

/* other_config is ["map",[["pmd-cpu-mask","0x6"],...]]. */
static const char *pmd_mask(const json_t *row)
{
    const json_t *map = json_array_get(json_object_get(row, "other_config"), 1);

    for (size_t i = 0; i < json_array_size(map); i++)
        if (!strcmp(text_at(json_array_get(map, i), 0), "pmd-cpu-mask"))
            return text_at(json_array_get(map, i), 1);
    return "";
}

static void read_pmd(struct acdr_host *h, const char *mask)
{
    if (!strncmp(mask, "0x", 2) || !strncmp(mask, "0X", 2))
        mask += 2;
    for (int bit = 0, i = (int)strlen(mask) - 1; i >= 0; i--, bit += 4) {
        const char digit[2] = { mask[i] };
        long value = strtol(digit, NULL, 16);

        for (int k = 0; k < 4; k++)
            if (value & 1L << k)
                acdr_bitmap_add(&h->pmd, bit + k);
    }
}

static int read_answer(struct acdr_host *h, const json_t *answer)
{
    const json_t *result = json_object_get(answer, "result");
    const json_t *bridges = rows(result, 1), *ports = rows(result, 2);
    struct parts l = { 0 };
    int err = 0;

    h->has_ovs = json_is_array(result);
    read_pmd(h, pmd_mask(json_array_get(rows(result, 0), 0)));
    for (size_t i = 0; i < json_array_size(bridges) && err == 0; i++)
        err = add_parts(&l, json_array_get(bridges, i));
    if (l.n)
        qsort(l.v, l.n, sizeof(*l.v), by_uuid);
    for (size_t i = 0; i < json_array_size(ports) && err == 0; i++)
        err = add_port(h, &l, json_array_get(ports, i));
    free(l.v);
    return err;
}

int acdr_host_ovs_read(struct acdr_host *h, struct acdr_err *e)
{
    json_t *answer = ask(acdr_root_path(h->root));
    int err = answer && read_answer(h, answer) < 0 ? acdr_err_nomem(e) : 0;

    json_decref(answer);
    return err;
}
