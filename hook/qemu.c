/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that libvirt runs at each phase of every guest's life. Recognises, with libc alone
 * and in a few system calls, the calls that do not concern ACDR; hands all others to the module.
 * Must not know what conditioning is, and links no library: most guests on a host have no class,
 * and libvirtd waits while this runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "early.h"

#ifndef ACDR_HOOK_READ_SECONDS
#define ACDR_HOOK_READ_SECONDS 30 /* of reading stdin; tests have less patience */
#endif

#define XML_MAX   (16u << 20)
#define XML_FIRST (64u << 10)
#define TAG       "urn:libacdr:domain:1"

struct buffer {
    char *s;
    size_t len, cap;
};

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Enlarge a full buffer, up to XML_MAX and one byte that shows excess. */
static int grow(struct buffer *b)
{
    size_t cap = b->cap ? b->cap * 4 : XML_FIRST;
    if (cap > XML_MAX)
        cap = XML_MAX + 1;
    if (cap == b->cap)
        return -EFBIG;
    char *p = realloc(b->s, cap);
    if (!p)
        return -ENOMEM;
    b->s = p;
    b->cap = cap;
    return 0;
}

/* Read all of stdin. The caller frees b->s in any case. */
static int read_stdin(struct buffer *b)
{
    for (;;) {
        int r = b->len == b->cap ? grow(b) : 0;
        if (r < 0)
            return r;
        ssize_t n = read(STDIN_FILENO, b->s + b->len, b->cap - b->len);
        if (n == 0)
            return b->len > XML_MAX ? -EFBIG : 0;
        if (n > 0)
            b->len += (size_t)n;
        else if (errno != EINTR)
            return -errno;
    }
}

/* Does the operation ask for a guest's class? At its end a guest matters only if the journal has
 * it. */
static bool asks_for_class(const struct acdr_hook_call *c)
{
    return !is(c->op, "stopped") && !is(c->op, "release") && !is(c->op, "start");
}

/* Is there anything to do? Work that was interrupted is anybody's. */
static bool concerns_us(const struct acdr_hook_call *c)
{
    if (((c->tagged || c->mapped) && asks_for_class(c)) || acdr_early_is_unfinished())
        return true;
    /* Between prepare and started nothing is claimed, whatever the class. */
    if (is(c->op, "start"))
        return false;
    return acdr_early_has_guest(c->xml, c->len) || (is(c->op, "started") && acdr_early_is_swept());
}

/* A new guest's threads are among the tasks that are kept off clean cores, whatever its XML says.
 */
static void go_on_unread(const struct acdr_hook_call *c, const char *why)
{
    acdr_early_say(c, "its XML %s: the guest runs unconditioned", why);
    if (is(c->op, "started") && acdr_early_is_swept())
        acdr_early_hand_over(c);
}

static int run_guest(struct acdr_hook_call *c)
{
    struct buffer b = { NULL, 0, 0 };
    char why[128];
    int status = 0, r;
    c->xml = "";
    acdr_early_deadline(c, ACDR_HOOK_READ_SECONDS,
                        "its XML was not read: the guest runs unconditioned", 0);
    r = read_stdin(&b);
    if (r == 0) {
        c->xml = b.s;
        c->len = b.len;
        c->tagged = b.len && memmem(b.s, b.len, TAG, strlen(TAG));
        c->mapped = !c->tagged && asks_for_class(c) && acdr_early_is_mapped(c);
        status = concerns_us(c) ? acdr_early_hand_over(c) : 0;
    } else if (r == -EFBIG) {
        snprintf(why, sizeof(why), "is over %u MiB and was not read", XML_MAX >> 20);
        go_on_unread(c, why);
    } else {
        snprintf(why, sizeof(why), "could not be read: %s", strerrordesc_np(-r));
        go_on_unread(c, why);
    }
    free(b.s);
    return status;
}

static int run_daemon(const struct acdr_hook_call *c)
{
    if (is(c->op, "start") && (acdr_early_has_journal() || acdr_early_is_unfinished()))
        acdr_early_hand_over(c);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        dprintf(STDERR_FILENO, "acdr: libvirt's hook, called without its arguments: "
                               "qemu NAME OPERATION SUBOPERATION EXTRA <XML\n");
        return 0;
    }
    const char *slash = strrchr(argv[0], '/');
    struct acdr_hook_call c = {
        .name = argv[1], .op = argv[2], .subop = argv[3], .began = acdr_clock_ms()
    };
    /* "- start - start" in daemon.d/ under any name; a guest's suboperation is never "-". */
    c.daemon = is(slash ? slash + 1 : argv[0], "daemon") || (is(c.name, "-") && is(c.subop, "-"));
    if (c.daemon)
        return run_daemon(&c);
    if (is(c.op, "start") && !acdr_early_is_unfinished())
        return 0;
    return run_guest(&c);
}
