/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads HOST PROFILE: the thread rule of acdr/base.h, under ThreadSanitizer: several threads,
 * each with handles of its own, call what a program would at one time, and get the same answers.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acdr/acdr.h>

enum { THREADS = 4, ROUNDS = 2 };

static const char xml[] =
    "<domain type='kvm'><name>g1</name><uuid>00000000-0000-0000-0000-000000000001</uuid>"
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='tried'/></metadata>"
    "<memory unit='MiB'>512</memory><vcpu>2</vcpu></domain>";

struct job {
    pthread_t thread;
    const char *recording;
    FILE *out;
    char *text;
    size_t size;
    int failed;
};

static void tell(struct job *j, const char *what, int r, struct acdr_item *report,
                 struct acdr_err *e)
{
    fprintf(j->out, "%s: %d\n", what, r);
    if (r < 0) {
        fprintf(stderr, "%s: %s\n", what, e->text);
        j->failed = 1;
    } else {
        acdr_item_print_json(report, j->out);
        acdr_item_free(report);
    }
    e->code = 0;
}

static void hear(void *arg, int priority, const char *text)
{
    struct job *j = arg;

    fprintf(j->out, "<%d>%s\n", priority, text);
}

static void ask(struct job *j, struct acdr *a, struct acdr_request *q)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;
    struct acdr_snapshot *s = NULL;

    if (acdr_snapshot_new(a, &s, &e) < 0)
        j->failed = 1;
    tell(j, "plan", acdr_request_plan(q, s, &r, &e), r, &e);
    tell(j, "explain", acdr_request_explain(q, s, &r, &e), r, &e);
    tell(j, "advise", acdr_request_advise(q, NULL, &r, &e), r, &e);
    tell(j, "doctor", acdr_doctor(a, NULL, &r, &e), r, &e);
    acdr_snapshot_free(s);
}

static void act(struct job *j, struct acdr *a, struct acdr_request *q)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;
    struct acdr_watch *w = NULL;

    tell(j, "prepare", acdr_request_event(q, "g1", "prepare", "begin", &r, &e), r, &e);
    tell(j, "status", acdr_status(a, NULL, &r, &e), r, &e);
    if (acdr_watch_open(a, NULL, NULL, &w, &e) < 0 || acdr_watch_take(w, &e) < 0 ||
        acdr_watch_take(w, &e) < 0)
        j->failed = 1;
    fprintf(j->out, "%zu readings\n", w ? acdr_watch_count(w) : 0);
    acdr_watch_close(w);
    tell(j, "release", acdr_request_event(q, "g1", "release", "end", &r, &e), r, &e);
}

static void *run(void *arg)
{
    struct job *j = arg;
    struct acdr_err e = { 0 };

    j->out = open_memstream(&j->text, &j->size);
    for (int i = 0; i < ROUNDS && j->out; i++) {
        struct acdr *a = NULL;
        struct acdr_request *q = NULL;

        if (acdr_open_recording(j->recording, strlen(j->recording), &a, &e) < 0 ||
            acdr_request_new(a, xml, strlen(xml), NULL, &q, &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            j->failed = 1;
        } else {
            acdr_log_to(a, hear, j);
            ask(j, a, q);
            act(j, a, q);
        }
        acdr_request_free(q);
        acdr_close(a);
    }
    if (!j->out || fclose(j->out) != 0)
        j->failed = 1;
    return NULL;
}

/* The lines of PATH, each behind BEFORE. */
static void copy(FILE *to, const char *path, const char *before)
{
    FILE *f = fopen(path, "r");
    char line[4096];

    if (!f) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof(line), f))
        fprintf(to, "%s%s", before, line);
    fclose(f);
}

int main(int argc, char **argv)
{
    struct job jobs[THREADS];
    char *recording = NULL;
    size_t size;
    FILE *f = argc == 3 ? open_memstream(&recording, &size) : NULL;
    int failed = 0;

    if (!f)
        return 2;
    copy(f, argv[1], "");
    copy(f, argv[2], "/etc/acdr/classes/tried.conf\t");
    fclose(f);
    memset(jobs, 0, sizeof(jobs));
    for (int i = 0; i < THREADS; i++) {
        jobs[i].recording = recording;
        pthread_create(&jobs[i].thread, NULL, run, &jobs[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(jobs[i].thread, NULL);
        failed |= jobs[i].failed;
        if (!jobs[i].text || strcmp(jobs[i].text, jobs[0].text) != 0) {
            fprintf(stderr, "thread %d has another answer than the first one\n", i);
            failed = 1;
        }
    }
    for (int i = 0; i < THREADS; i++)
        free(jobs[i].text);
    free(recording);
    return failed;
}
