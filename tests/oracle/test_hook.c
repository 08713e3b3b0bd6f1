/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recorded domain XMLs through the built hook, at every phase of a guest's life, on trees of files:
 *
 *     test_hook HOOK MODULE FOLDER...      all *.xml of the folders; HOOK works in its own folder
 *
 * Each document goes through as it is, tagged with a class that insists, and tagged with one that
 * does not while a QEMU of its name is in the tree. Untagged: nothing is said, loaded or written.
 * Tagged: only prepare may be refused, and a guest that fits is not; what a phase says is one line
 * for this guest each; and after stopped and release nothing is left. A sanitizer's report is a
 * line of another form, and its exit status one that no phase has.
 * Exit status: 0 as told, 1 not so, 2 cannot tell.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook_run.h"
#include "host_tree.h"

#define UUID "<uuid>6695eb01-f6a4-4304-8a45-11a8a2e5b8a8</uuid>"

/* Of host_tree_fill(): two nodes alike, and on each one core is for housekeeping. */
enum { NODE_CPUS = 6, ALL_CPUS = 12, NODE_KB = 4000000, WORKERS = 2 };

/* --- the tag ----------------------------------------------------------------------------- */

/* Behind the markup that begins at S with "<": a comment, CDATA, or a tag with quoted ">". */
static const char *behind(const char *s)
{
    const char *end;
    char quote = 0;

    if (!strncmp(s, "<!--", 4))
        return (end = strstr(s + 4, "-->")) ? end + 3 : s + strlen(s);
    if (!strncmp(s, "<![CDATA[", 9))
        return (end = strstr(s, "]]>")) ? end + 3 : s + strlen(s);
    for (end = s; *end && (quote || *end != '>'); end++) {
        if (quote ? *end == quote : *end == '"' || *end == '\'')
            quote = quote ? 0 : *end;
    }
    return *end ? end + 1 : end;
}

static bool is_open(const char *s, const char *name)
{
    size_t len = strlen(name);

    return !strncmp(s + 1, name, len) && s[1 + len] && strchr(" \t\r\n/>", s[1 + len]);
}

/* The opening tag NAME from S on, at DEPTH below S, or at any for -1; NULL where there is none. */
static const char *find_open(const char *s, const char *name, int depth)
{
    int at = 0;

    for (s = strchr(s, '<'); s; s = strchr(behind(s), '<')) {
        if (s[1] == '!' || s[1] == '?')
            continue;
        if (s[1] == '/') {
            at--;
            continue;
        }
        if (is_open(s, name) && (depth < 0 || at == depth))
            return s;
        at += behind(s)[-2] != '/';
    }
    return NULL;
}

/* XML with ACDR's tag for CLASS in its domain's <metadata>, in front where there is no domain; and
 * with a UUID if there is none, as libvirt does before it calls a hook. */
static char *add_tag(const char *xml, const char *class_name)
{
    const char *domain = find_open(xml, "domain", -1);
    const char *at = domain ? behind(domain) : xml;
    const char *metadata = domain ? find_open(at, "metadata", 0) : NULL;
    const char *uuid = find_open(at, "uuid", 0) || !domain ? "" : UUID;
    const char *rest = metadata ? behind(metadata) : at;
    bool open = metadata && rest[-2] != '/';
    const char *begin = open ? metadata : "<metadata>";
    size_t len = open ? (size_t)(rest - metadata) : strlen(begin);

    at = metadata ? metadata : at;
    return acdr_text_format("%.*s%s%.*s"
                            "<acdr:class xmlns:acdr='urn:libacdr:domain:1' name='%s'/>%s%s",
                            (int)(at - xml), xml, uuid, (int)len, begin, class_name,
                            open ? "" : "</metadata>", rest);
}

static void forget_tag(struct document *d)
{
    free(d->tagged);
    free(d->name);
    free(d->why);
    acdr_domain_free(d->domain);
    *d = (struct document){ .file = d->file, .xml = d->xml };
}

static int tag(struct run *r, struct document *d, const char *class_name)
{
    struct acdr_err e = { 0 };

    forget_tag(d);
    d->tagged = add_tag(d->xml, class_name);
    if (acdr_domain_parse(d->tagged, strlen(d->tagged), &d->domain, &e) < 0)
        d->why = strdup(e.text);
    d->name = strdup(d->domain ? d->domain->name : "unread");
    if (!d->domain || acdr_text_same(d->domain->class_name, class_name))
        return 0;
    hook_run_fail(r, d, "the tag could not be put in: %s", d->domain->tag_error);
    return -EINVAL;
}

/* --- the lives --------------------------------------------------------------------------- */

static const char *const phases[] = { "prepare",   "start",  "started", "stopped", "release",
                                      "reconnect", "attach", "migrate", "restore", NULL };

/* The module is not there: a call that wants it says so. */
static void run_untagged(struct run *r, struct document *d)
{
    hook_run_xml(d->xml);
    for (int i = 0; phases[i]; i++) {
        hook_run(r, d, phases[i]);
        if (r->status || *r->said)
            hook_run_fail(r, d, "untagged, %s: exit status %d: %s", phases[i], r->status, r->said);
    }
    hook_run_check_left(r, d, "untagged");
}

enum answer { EITHER, FITS, DOES_NOT_FIT };

/* What is sure of a guest on this host, told from its XML alone. What numad will choose for it is
 * not known at prepare. */
static enum answer expected(const struct acdr_domain *d)
{
    bool pinned = d && acdr_domain_pinned(d); /* such a guest's memory is not asked for */

    if (!d || d->vcpus > ALL_CPUS || d->numad_cpus || (!pinned && d->start_kb > 2 * NODE_KB))
        return DOES_NOT_FIT;
    if (pinned || d->hugepages || d->has_mem_nodes || d->vcpus > NODE_CPUS || d->start_kb > NODE_KB)
        return EITHER;
    return FITS;
}

/* A refusal says what of, and for which class, or where the XML is wrong. */
static bool says_why(const struct run *r, const struct document *d)
{
    return d->why ? strstr(r->said, d->why) != NULL
                  : strstr(r->said, "class insist: step") && strstr(r->said, "the class requires");
}

static void prepare(struct run *r, const struct document *d)
{
    enum answer want = expected(d->domain);

    r->sure += want != EITHER;
    hook_run(r, d, "prepare");
    if (!hook_run_says_lines(r, d) || r->status > 1 || r->status < 0)
        hook_run_fail(r, d, "prepare: exit status %d: %s", r->status, r->said);
    else if (want != EITHER && r->status != (want == DOES_NOT_FIT))
        hook_run_fail(r, d, "prepare: %s, but exit status %d: %s",
                      want == FITS ? "it fits" : "it does not fit", r->status, r->said);
    else if (r->status && !says_why(r, d))
        hook_run_fail(r, d, "prepare is refused without a reason: %s", r->said);
    r->refused += r->status == 1;
    if (r->status)
        hook_run_check_left(r, d, "after a refused prepare");
}

static void go_on(struct run *r, const struct document *d, const char *const *ops)
{
    for (int i = 0; ops[i]; i++) {
        hook_run(r, d, ops[i]);
        if (r->status || !hook_run_says_lines(r, d))
            hook_run_fail(r, d, "%s: exit status %d: %s", ops[i], r->status, r->said);
    }
}

static void run_insisting(struct run *r, struct document *d)
{
    static const char *const lives[] = { "start",   "started", "reconnect", "attach",
                                         "migrate", "restore", NULL };
    static const char *const ends[] = { "stopped", "release", NULL };

    if (tag(r, d, "insist") < 0)
        return;
    hook_run_xml(d->tagged);
    prepare(r, d);
    if (r->status == 0) {
        acdr_auto(free) char *now = host_tree_text(".");

        if (!strcmp(now, r->first) || access("run/acdr/journal", F_OK) != 0)
            hook_run_fail(r, d, "prepare has done nothing");
        go_on(r, d, lives);
    }
    go_on(r, d, ends);
    hook_run_check_left(r, d, "after release");
}

static void run_trying(struct run *r, struct document *d)
{
    static const char *const begin[] = { "prepare", "start", NULL };
    static const char *const lives[] = { "started", "reconnect", NULL };
    static const char *const ends[] = { "stopped", "release", NULL };

    if (!d->domain || tag(r, d, "try") < 0) /* what cannot be read insists, whatever it says */
        return;
    hook_run_xml(d->tagged);
    go_on(r, d, begin);
    hook_run_put_qemu(r, d);
    go_on(r, d, lives);
    hook_run_remove_qemu(r, d);
    go_on(r, d, ends);
    hook_run_check_left(r, d, "with a QEMU, after release");
}

/* --- the documents ----------------------------------------------------------------------- */

static void run_document(struct run *r, const char *path)
{
    struct document d = { .file = strrchr(path, '/') + 1, .xml = hook_run_get(path) };

    d.name = strdup("g");
    r->documents++;
    run_untagged(r, &d);
    hook_run_module(true);
    run_insisting(r, &d);
    run_trying(r, &d);
    hook_run_module(false);
    forget_tag(&d);
    free(d.xml);
}

/* Every WORKERS-th of the documents, from number W on. */
static int work(struct run *r, char **paths, int n, int w)
{
    hook_run_begin(r);
    for (int i = w; i < n; i += WORKERS)
        run_document(r, paths[i]);
    hook_run_end(r);
    printf("%d documents in %d calls: %d refused, %d with an answer that is sure, %d times placed "
           "anew, %d wrong\n",
           r->documents, r->calls, r->refused, r->sure, r->placed, r->failures);
    return r->failures || !r->placed || !r->sure || !r->refused || r->refused == r->documents;
}

static int by_name(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return len > 4 && !strcmp(e->d_name + len - 4, ".xml");
}

static char **list(char **folders, int *n)
{
    char **paths = NULL;
    struct dirent **found;

    for (; *folders; folders++) {
        int count = scandir(*folders, &found, by_name, alphasort);

        if (count <= 0) {
            fprintf(stderr, "%s: no documents\n", *folders);
            exit(2);
        }
        paths = reallocarray(paths, (size_t)(*n + count), sizeof(*paths));
        for (int i = 0; i < count; i++) {
            paths[(*n)++] = acdr_text_format("%s/%s", *folders, found[i]->d_name);
            free(found[i]);
        }
        free(found);
    }
    return paths;
}

int main(int argc, char **argv)
{
    struct run r = { 0 };
    char **paths;
    int status, n = 0, bad = 0;

    if (argc < 4) {
        fprintf(stderr, "usage: test_hook HOOK MODULE FOLDER...\n");
        return 2;
    }
    r.hook = argv[1];
    r.module = argv[2];
    paths = list(argv + 3, &n);
    for (int w = 0; w < WORKERS; w++)
        if (fork() == 0)
            exit(work(&r, paths, n, w));
    while (wait(&status) > 0)
        bad += status != 0;
    for (int i = 0; i < n; i++)
        free(paths[i]);
    free(paths);
    return bad > 0;
}
