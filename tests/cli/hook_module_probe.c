/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A libacdr for the hook module's tests, whose behaviour the guest's name asks for: "fails" fails,
 * "hangs" outlasts its deadline, "talks" logs at each priority, "caps" prints what a process in the
 * event may do; so does PROBE_CAPS for the time of parsing. With PROBE_CLOSED in the environment
 * the host cannot be opened; PROBE_XML says whether there is a document to print. The operation
 * "may" may fail.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <acdr/acdr.h>

#include "hook.h"

struct acdr {
    acdr_log_fn *fn;
    void *arg;
};

int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    if (root || getenv("PROBE_CLOSED")) {
        e->code = EINVAL;
        snprintf(e->text, sizeof(e->text), "root: cannot be opened");
        return -EINVAL;
    }
    *ret = calloc(1, sizeof(**ret));
    return 0;
}

void acdr_close(struct acdr *a)
{
    free(a);
}

void acdr_log_to(struct acdr *a, acdr_log_fn *fn, void *arg)
{
    a->fn = fn;
    a->arg = arg;
}

int acdr_deadline(const struct acdr *a)
{
    (void)a;
    return 1;
}

struct acdr_request {
    struct acdr *a;
};

static void print_caps(const char *when)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "Cap", 3) == 0 || strncmp(line, "NoNewPrivs", 10) == 0)
            fprintf(stderr, "%s %s", when, line);
    if (f)
        fclose(f);
}

int acdr_request_new(struct acdr *a, const char *xml, size_t len, const char *class_name,
                     struct acdr_request **ret, struct acdr_err *e)
{
    (void)len;
    if (getenv("PROBE_CAPS"))
        print_caps("parse");
    if (getenv("PROBE_SLOW"))
        for (;;)
            pause();
    if (class_name || strcmp(xml, "bad") == 0) {
        e->code = EBADMSG;
        snprintf(e->text, sizeof(e->text), "XML: no domain");
        return -EBADMSG;
    }
    *ret = calloc(1, sizeof(**ret));
    (*ret)->a = a;
    return 0;
}

void acdr_request_free(struct acdr_request *q)
{
    free(q);
}

int acdr_request_may_fail(struct acdr_request *q, const char *name, const char *op)
{
    (void)q;
    (void)name;
    return strcmp(op, "may") == 0;
}

int acdr_event_may_fail(struct acdr *a, const char *name, const char *op, const char *xml,
                        size_t len)
{
    (void)a;
    (void)name;
    (void)xml;
    (void)len;
    return strcmp(op, "may") == 0;
}

int acdr_request_event(struct acdr_request *q, const char *name, const char *op, const char *subop,
                       struct acdr_item **verdict, struct acdr_err *e)
{
    struct acdr *a = q->a;

    (void)op;
    (void)subop;
    if (verdict)
        abort();
    if (strcmp(name, "hangs") == 0)
        for (;;)
            pause();
    if (strcmp(name, "talks") == 0) {
        a->fn(a->arg, LOG_WARNING, "a warning");
        a->fn(a->arg, LOG_INFO, "a detail");
    }
    if (strcmp(name, "caps") == 0) {
        print_caps("work");
        fprintf(stderr, "umask %03o\n", (unsigned)umask(0));
    }
    if (strcmp(name, "fails") != 0)
        return 0;
    e->code = EBUSY;
    snprintf(e->text, sizeof(e->text), "vcpus: no core is free");
    return -EBUSY;
}

/* A report, of which the hook takes one text. */
struct acdr_item {
    const char *text;
};

/* More than a pipe holds. */
int acdr_request_event_xml(struct acdr_request *q, const char *op, struct acdr_item **ret,
                           struct acdr_err *e)
{
    static char large[200000];
    static struct acdr_item item = { large };
    const char *name = getenv("PROBE_XML");
    (void)q;
    if (strcmp(op, "migrate") != 0 && strcmp(op, "restore") != 0)
        abort();
    if (name && strcmp(name, "fails") == 0) {
        e->code = ENOSPC;
        snprintf(e->text, sizeof(e->text), "no place");
        return -ENOSPC;
    }
    if (!name)
        return 1;
    memset(large, 'x', sizeof(large) - 1);
    *ret = &item;
    return 0;
}

const struct acdr_item *acdr_item_find(const struct acdr_item *i, const char *name)
{
    return strcmp(name, "xml") == 0 ? i : NULL;
}

const char *acdr_item_text(const struct acdr_item *i)
{
    return i ? i->text : "";
}

void acdr_item_free(struct acdr_item *i)
{
    (void)i;
}

int acdr_settle(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    (void)a;
    if (ret)
        abort();
    e->code = EBADMSG;
    snprintf(e->text, sizeof(e->text), "journal: damaged");
    return -EBADMSG;
}

static long long now(void)
{
    struct timespec t = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 99;
    struct acdr_hook_call c = { .name = argv[1],
                                .op = argv[2],
                                .subop = "begin",
                                .xml = getenv("PROBE_BAD") ? "bad" : "",
                                .daemon = strcmp(argv[1], "-") == 0,
                                .tagged = !getenv("PROBE_UNTAGGED"),
                                .began = now() };
    return acdr_hook_run(&c);
}
