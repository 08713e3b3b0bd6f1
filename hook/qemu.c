/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that libvirt runs at each phase of every guest's life. Recognises, with libc alone
 * and in a few system calls, the calls that do not concern ACDR; hands all others to the module.
 * Must not know what conditioning is, and links no library: most guests on a host have no class,
 * and libvirtd waits while this runs.
 */
#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook.h"

#define XML_MAX   (16u << 20)
#define XML_FIRST (64u << 10)
#define TAG       "urn:libacdr:domain:1"
/* The kind of knob that keeps all tasks off clean cores: a new guest's threads are such tasks. */
#define ALL_TASKS "tasks:"
#define UUID_LEN  36

struct text {
    const char *s;
    size_t len;
};

struct buffer {
    char *s;
    size_t len, cap;
};

__attribute__((format(printf, 2, 3))) static void say(const struct acdr_hook_call *c,
                                                      const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    dprintf(STDERR_FILENO, "acdr: %s%s: %s\n", c->daemon ? "" : "guest ",
            c->daemon ? "daemon hook" : c->name, line);
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const char *find(const struct text *t, const char *what, size_t len)
{
    return t->len ? memmem(t->s, t->len, what, len) : NULL;
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

/*
 * Map the journal. False if there is none; an unreadable one counts as present, and as possibly
 * containing anything (s is NULL): the library reports what is wrong with it.
 */
static bool map_journal(struct text *t)
{
    *t = (struct text){ NULL, 0 };
    int fd = open(ACDR_HOOK_JOURNAL, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno != ENOENT && errno != ENOTDIR;
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p != MAP_FAILED)
            *t = (struct text){ p, (size_t)st.st_size };
    }
    close(fd);
    return true;
}

/* The guest's own UUID is the first in its XML, as libvirt prints it; false if there is none. */
static bool find_uuid(const struct text *xml, char uuid[UUID_LEN])
{
    static const char open_tag[] = "<uuid>", close_tag[] = "</uuid>";
    const char *p = find(xml, open_tag, sizeof(open_tag) - 1);
    if (!p)
        return false;
    p += sizeof(open_tag) - 1;
    size_t left = xml->len - (size_t)(p - xml->s);
    if (left < UUID_LEN + sizeof(close_tag) - 1 ||
        memcmp(p + UUID_LEN, close_tag, sizeof(close_tag) - 1) != 0)
        return false;
    for (int i = 0; i < UUID_LEN; i++)
        uuid[i] = (char)tolower((unsigned char)p[i]);
    return true;
}

/* Is there anything to do? At its end a guest matters only if the journal has it. */
static bool concerns_us(const struct acdr_hook_call *c, bool tagged)
{
    bool ends = is(c->op, "stopped") || is(c->op, "release");
    if (tagged && !ends)
        return true;
    struct text journal, xml = { c->xml, c->len };
    if (!map_journal(&journal))
        return false;
    char uuid[UUID_LEN];
    if (!journal.s || !find_uuid(&xml, uuid) || find(&journal, uuid, UUID_LEN))
        return true;
    return is(c->op, "started") && find(&journal, ALL_TASKS, strlen(ALL_TASKS));
}

/* A path from the build, never from the environment; only root may be able to write the file. */
static acdr_hook_fn *load(const struct acdr_hook_call *c)
{
    struct stat st;
    if (stat(ACDR_HOOK_MODULE, &st) < 0) {
        say(c, "%s: %s", ACDR_HOOK_MODULE, strerrordesc_np(errno));
        return NULL;
    }
    if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH))) {
        say(c, "%s: not loaded: writable by others than root", ACDR_HOOK_MODULE);
        return NULL;
    }
    void *module = dlopen(ACDR_HOOK_MODULE, RTLD_LAZY | RTLD_LOCAL);
    acdr_hook_fn *run = NULL;
    if (module)
        *(void **)&run = dlsym(module, ACDR_HOOK_ENTRY);
    if (!run)
        say(c, "%s", dlerror());
    return run;
}

/* Without the module no class can be applied: a guest that requests one may fail to start. */
static int hand_over(const struct acdr_hook_call *c, bool tagged)
{
    acdr_hook_fn *run = load(c);
    if (run)
        return run(c);
    if (tagged && is(c->op, "prepare")) {
        say(c, "not started: the guest has a class, but ACDR is not completely installed");
        return 1;
    }
    return 0;
}

static int condition(struct acdr_hook_call *c)
{
    struct text xml = { c->xml, c->len };
    bool tagged = find(&xml, TAG, strlen(TAG));
    return concerns_us(c, tagged) ? hand_over(c, tagged) : 0;
}

static int run_guest(struct acdr_hook_call *c)
{
    struct buffer b = { NULL, 0, 0 };
    int status = 0, r = read_stdin(&b);
    if (r == 0) {
        c->xml = b.s;
        c->len = b.len;
        status = condition(c);
    } else if (r == -EFBIG) {
        say(c, "its XML is over %u MiB and was not read: the guest runs unconditioned",
            XML_MAX >> 20);
    } else {
        say(c, "its XML could not be read: %s: the guest runs unconditioned", strerrordesc_np(-r));
    }
    free(b.s);
    return status;
}

static int run_daemon(const struct acdr_hook_call *c)
{
    struct text journal;
    if (is(c->op, "start") && map_journal(&journal))
        hand_over(c, false);
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
    struct acdr_hook_call c = { .name = argv[1], .op = argv[2], .subop = argv[3] };
    /* "- start - start" in daemon.d/ under any name; a guest's suboperation is never "-". */
    c.daemon = is(slash ? slash + 1 : argv[0], "daemon") || (is(c.name, "-") && is(c.subop, "-"));
    if (c.daemon)
        return run_daemon(&c);
    /* Between prepare and started nothing is claimed, whatever the class. */
    if (is(c.op, "start"))
        return 0;
    return run_guest(&c);
}
