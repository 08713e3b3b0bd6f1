/*
 * Open vSwitch: its bridges' ports, which datapath they have, and the CPUs that its userspace
 * datapath polls on. Asks the database by its socket (RFC 7047), once, for a fraction of a second
 * at the most: a database that does not answer is none. Changes nothing there.
 */
#include "host.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "err.h"
#include "json.h"
#include "text.h"

#define SOCKET "/run/openvswitch/db.sock"

enum { WAIT_MS = 500, ANSWER_MAX = 8 << 20, UUID = 40 };

#define SELECT(table, columns)                                                                     \
    "{\"op\":\"select\",\"table\":\"" table "\",\"where\":[],\"columns\":[" columns "]}"

static const char question[] =
    "{\"method\":\"transact\",\"id\":0,\"params\":[\"Open_vSwitch\","
    SELECT("Open_vSwitch", "\"other_config\"") ","
    SELECT("Bridge", "\"name\",\"ports\",\"datapath_type\"") ","
    SELECT("Port", "\"_uuid\",\"name\"") "]}";

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

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

/* More of the answer; false at its end, at the deadline, or where it is too long. */
static bool receive(int fd, struct acdr_text *t, long long deadline)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    long long left = deadline - now_ms();
    char buf[16384];
    ssize_t n;

    if (left <= 0 || poll(&p, 1, (int)left) <= 0)
        return false;
    n = recv(fd, buf, sizeof(buf), 0);
    if (n <= 0 || memchr(buf, '\0', (size_t)n))
        return false;
    acdr_text_addn(t, buf, (size_t)n);
    return !t->bad && t->len < ANSWER_MAX;
}

/* True where the brackets of the text are closed: asked after each part, so it begins where the
 * last part ended. */
struct progress {
    size_t at;
    int depth;
    bool string, escape;
};

static bool is_whole(struct progress *p, const struct acdr_text *t)
{
    for (; p->at < t->len; p->at++) {
        char c = t->s[p->at];

        if (p->escape)
            p->escape = false;
        else if (p->string && c == '\\')
            p->escape = true;
        else if (c == '"')
            p->string = !p->string;
        else if (!p->string)
            p->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (p->depth == 0 && c == '}')
            return true;
    }
    return false;
}

/* The whole answer, the caller frees it; NULL where there was none. */
static char *ask(const char *root)
{
    acdr_auto(close) int fd = dial(root);
    acdr_auto(text) struct acdr_text t = { 0 };
    struct progress p = { 0 };
    long long deadline = now_ms() + WAIT_MS;

    if (fd < 0 || send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) !=
                      (ssize_t)sizeof(question) - 1)
        return NULL;
    while (receive(fd, &t, deadline))
        if (is_whole(&p, &t))
            return acdr_text_take(&t);
    return NULL;
}

/* A port's uuid and the row of its bridge. */
struct part {
    char uuid[UUID];
    const char *bridge;
};

struct parts {
    struct part *v;
    size_t n;
};

static int by_uuid(const void *a, const void *b)
{
    return strcmp(((const struct part *)a)->uuid, ((const struct part *)b)->uuid);
}

static int add_part(struct parts *l, const char *uuid, const char *bridge)
{
    struct part *v = realloc(l->v, (l->n + 1) * sizeof(*v));

    if (!v)
        return -ENOMEM;
    l->v = v;
    v[l->n].bridge = bridge;
    acdr_json_text(acdr_json_item(uuid, 1), v[l->n++].uuid, UUID);
    return 0;
}

/* One is ["uuid","..."], several are ["set",[["uuid","..."],...]]. */
static int add_parts(struct parts *l, const char *bridge)
{
    const char *ports = acdr_json_member(bridge, "ports");
    int err = 0;

    if (acdr_json_is(acdr_json_first(ports), "uuid"))
        return add_part(l, ports, bridge);
    ports = acdr_json_first(acdr_json_item(ports, 1));
    for (; ports && err == 0; ports = acdr_json_next(ports))
        err = add_part(l, ports, bridge);
    return err;
}

static int add_port(struct acdr_host *h, const struct parts *l, const char *row)
{
    struct part key = { 0 };
    const struct part *found;
    struct acdr_ovs_port *v;

    acdr_json_text(acdr_json_item(acdr_json_member(row, "_uuid"), 1), key.uuid, UUID);
    found = l->n ? bsearch(&key, l->v, l->n, sizeof(*l->v), by_uuid) : NULL;
    if (!found)
        return 0;
    v = realloc(h->ovs, (h->n_ovs + 1) * sizeof(*v));
    if (!v)
        return -ENOMEM;
    h->ovs = v;
    v += h->n_ovs++;
    acdr_json_text(acdr_json_member(row, "name"), v->name, sizeof(v->name));
    acdr_json_text(acdr_json_member(found->bridge, "name"), v->bridge, sizeof(v->bridge));
    v->userspace = acdr_json_is(acdr_json_member(found->bridge, "datapath_type"), "netdev");
    return 0;
}

static const char *rows(const char *result, size_t table)
{
    return acdr_json_first(acdr_json_member(acdr_json_item(result, table), "rows"));
}

/* other_config is ["map",[["pmd-cpu-mask","0x6"],...]]. */
static void read_pmd(struct acdr_host *h, const char *row)
{
    const char *pair = acdr_json_first(acdr_json_item(acdr_json_member(row, "other_config"), 1));
    char mask[4096];
    const char *s = mask;

    for (; pair; pair = acdr_json_next(pair))
        if (acdr_json_is(acdr_json_first(pair), "pmd-cpu-mask"))
            break;
    acdr_json_text(acdr_json_item(pair, 1), mask, sizeof(mask));
    if (!strncmp(s, "0x", 2) || !strncmp(s, "0X", 2))
        s += 2;
    for (int bit = 0, i = (int)strlen(s) - 1; i >= 0; i--, bit += 4) {
        const char digit[2] = { s[i] };
        long value = strtol(digit, NULL, 16);

        for (int k = 0; k < 4; k++)
            if (value & 1L << k)
                acdr_cpus_add(&h->pmd, bit + k);
    }
}

static int read_answer(struct acdr_host *h, const char *answer)
{
    const char *result = acdr_json_member(acdr_json_start(answer), "result");
    struct parts l = { 0 };
    int err = 0;

    h->has_ovs = result && *result == '[';
    read_pmd(h, rows(result, 0));
    for (const char *r = rows(result, 1); r && err == 0; r = acdr_json_next(r))
        err = add_parts(&l, r);
    if (l.n)
        qsort(l.v, l.n, sizeof(*l.v), by_uuid);
    for (const char *r = rows(result, 2); r && err == 0; r = acdr_json_next(r))
        err = add_port(h, &l, r);
    free(l.v);
    return err;
}

int acdr_host_ovs_read(struct acdr_host *h, struct acdr_err *e)
{
    acdr_auto(free) char *answer = ask(acdr_root_path(h->root));

    return answer && read_answer(h, answer) < 0 ? acdr_err_nomem(e) : 0;
}
