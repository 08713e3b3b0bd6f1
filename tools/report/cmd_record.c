/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr record: record samples at an interval into a file until stopped. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recorder.h"
#include "stop.h"

struct job {
    struct tool *t;
    struct acdr_watch *watch;
    struct record_file record;
    FILE *f;
    int interval, seconds; /* seconds: 0 until it is stopped */
    long long most;        /* bytes */
};

/* On a terminal only: it is useless in a log. */
static void print_progress(const struct job *j, bool last)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%ld samples, %zu figures in the latest%s", j->record.samples,
                acdr_watch_count(j->watch), last ? "\n" : " ");
}

/* Wait until the next interval; times do not drift with the duration of a sample. */
static void wait_until(struct timespec *next, int seconds)
{
    next->tv_sec += seconds;
    while (!tool_stopped && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) == EINTR)
        ;
}

/* Why it ended; NULL if it failed, E says why. */
static const char *run_job(struct job *j, struct acdr_err *e)
{
    struct timespec next;
    long left = j->seconds ? j->seconds / j->interval : -1;

    clock_gettime(CLOCK_MONOTONIC, &next);
    while (!tool_stopped) {
        if (acdr_watch_take(j->watch, e) < 0)
            return NULL;
        if (record_sample(&j->record, j->watch) < 0) {
            e->code = errno ? errno : EIO;
            snprintf(e->text, sizeof(e->text), "the recording cannot be written: %s",
                     strerrordesc_np(e->code));
            return NULL;
        }
        if (j->record.samples == 1 && j->record.guest && !j->record.met)
            fprintf(stderr, "acdr: guest %s: does not run; it is recorded from its start on\n",
                    j->record.guest);
        print_progress(j, false);
        if (ftello(j->f) > j->most)
            return "size";
        if (left-- == 0)
            return "time";
        wait_until(&next, j->interval);
    }
    return "stopped";
}

/* A recording whose host cannot be read is one all the same. */
static void record_origin(struct job *j)
{
    char name[TOOL_HOST_NAME];
    struct acdr_item *host = NULL;
    struct acdr_err e = { 0 };
    const struct acdr_item *kernel = NULL;

    if (acdr_host(j->t->a, &host, &e) == 0)
        kernel = acdr_item_find(host, "kernel");
    record_host(&j->record, tool_host_name(j->t, name), kernel ? acdr_item_text(kernel) : "");
    acdr_item_free(host);
}

static int record(struct job *j)
{
    struct acdr_err e = { 0 };
    const char *why;

    if (acdr_watch_open(j->t->a, j->t->arg[0], j->t->probes, &j->watch, &e) < 0)
        return tool_fail(&e);
    record_begin(&j->record, j->f, j->t->csv, j->interval);
    record_origin(j);
    j->record.guest = j->t->arg[0];
    why = run_job(j, &e);
    print_progress(j, true);
    if (record_end(&j->record, why ? why : "failed") < 0 && why) {
        why = NULL;
        e.code = errno ? errno : EIO;
    }
    acdr_watch_close(j->watch);
    if (why && j->record.guest && !j->record.met) {
        why = NULL;
        e.code = ESRCH;
        snprintf(e.text, sizeof(e.text),
                 "guest %.64s: did not run, the recording has nothing of it; see virsh list",
                 j->record.guest);
    }
    return why ? 0 : tool_fail(&e);
}

static int run(struct tool *t)
{
    struct job j = { .t = t, .interval = 5, .most = 1LL << 30 };
    bool to_file = t->output && strcmp(t->output, "-") != 0;
    struct acdr_err e = { 0 };
    int status, mib = 0;

    if (t->interval && tool_seconds(t->interval, &j.interval) < 0)
        return tool_usage(t, "--interval takes seconds, or 30s, 5m");
    if (t->seconds && tool_seconds(t->seconds, &j.seconds) < 0)
        return tool_usage(t, "--for takes seconds, or 30s, 5m");
    if (t->max && (sscanf(t->max, "%d", &mib) != 1 || mib < 1))
        return tool_usage(t, "--max takes a number of MiB");
    if (mib)
        j.most = (long long)mib << 20;
    if (to_file && tool_spare_recording(t->output, &e) < 0)
        return tool_fail(&e);
    j.f = to_file ? fopen(t->output, "we") : stdout;
    if (!j.f) {
        e.code = errno;
        snprintf(e.text, sizeof(e.text), "%.900s: %s", t->output, strerrordesc_np(errno));
        return tool_fail(&e);
    }
    tool_stop_listen(0);
    status = record(&j);
    if (to_file && fclose(j.f) && status == 0)
        status = 1;
    return status;
}

const struct tool_command cmd_record = {
    .name = "record",
    .args = "[GUEST] [-i TIME] [-o FILE] [--for TIME] [--max MIB] [--probes NAMES] [--csv]",
    .help = "Write figures to a file at an interval until it is stopped",
    .about = "The default interval is 5 seconds, the default of --max is 1024 MiB, and of --for: "
             "until a signal comes. A guest that does not run yet is recorded from its start on; "
             "the exit status is 1 if it did not run at all. A file that holds a recording is not "
             "written over.",
    .example = "acdr record web1 -i 5 --for 10m -o before.rec",
    .options = "root interval output for max probes csv",
    .max = 1,
    .run = run,
};
