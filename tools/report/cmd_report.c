/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr report: recordings side by side as one page with pictures. Knows files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_report.h"
#include "tool.h"

static int failed(struct acdr_err *e, const char *path)
{
    e->code = errno ? errno : EIO;
    snprintf(e->text, sizeof(e->text), "%.800s: %s", path, strerrordesc_np(e->code));
    return -e->code;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The name of a recording in the report: files of the same name also get their folders. Free it. */
static char *make_name(const char *const *paths, const char *path)
{
    int same = 0;
    char *name;

    for (; *paths; paths++)
        same += strcmp(last_part(*paths), last_part(path)) == 0;
    name = strdup(same > 1 ? path : last_part(path));
    if (name)
        recording_clean(name);
    return name;
}

static int read_run(struct report_run *run, const char *path, struct acdr_err *e)
{
    FILE *f = fopen(path, "re");
    int err;

    if (!f)
        return failed(e, path);
    err = recording_read(f, path, report_wants, &run->rec, e);
    fclose(f);
    if (err == 0) {
        err = report_find_guests(run);
        e->code = -err;
    }
    return err;
}

static int write_to(FILE *f, const char *path, const char *page, size_t len, struct acdr_err *e)
{
    int err = fwrite(page, 1, len, f) == len ? 0 : failed(e, path);

    return fclose(f) && err == 0 ? failed(e, path) : err;
}

/* Write a temporary file beside PATH, which replaces it when complete. */
static int replace(const char *path, const char *page, size_t len, struct acdr_err *e)
{
    char *tmp = NULL;
    FILE *f;
    int err;

    if (asprintf(&tmp, "%s.%ld", path, (long)getpid()) < 0)
        return -(e->code = ENOMEM);
    f = fopen(tmp, "wxe");
    if (!f) {
        err = failed(e, tmp);
        free(tmp);
        return err;
    }
    err = write_to(f, tmp, page, len, e);
    if (err == 0 && rename(tmp, path) < 0)
        err = failed(e, path);
    if (err < 0)
        unlink(tmp);
    free(tmp);
    return err;
}

/* Anything but a regular file (a device, a pipe) is written directly. */
static int write_page(const char *path, const char *page, size_t len, struct acdr_err *e)
{
    struct stat st;
    FILE *f;

    if (!path || strcmp(path, "-") == 0) {
        fwrite(page, 1, len, stdout); /* its failures are main's */
        return 0;
    }
    if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
        return replace(path, page, len, e);
    f = fopen(path, "we");
    return f ? write_to(f, path, page, len, e) : failed(e, path);
}

static int read_all(const struct tool *t, struct report *r, struct acdr_err *e)
{
    int err = 0;

    for (; t->arg[r->n_runs] && err == 0; r->n_runs++) {
        struct report_run *run = &r->runs[r->n_runs];

        run->name = make_name(t->arg, t->arg[r->n_runs]);
        err = run->name ? read_run(run, t->arg[r->n_runs], e) : -(e->code = ENOMEM);
    }
    return err;
}

static int draw(const struct tool *t, const struct report *r, struct acdr_err *e)
{
    char *page = NULL;
    size_t len;
    FILE *f = open_memstream(&page, &len);
    int err;

    if (!f)
        return -(e->code = ENOMEM);
    err = report_page(r, f, e);
    if (fclose(f) && err == 0)
        err = -(e->code = ENOMEM);
    if (err == 0)
        err = write_page(t->output, page, len, e);
    free(page);
    return err;
}

static int run(struct tool *t)
{
    struct report_run runs[TOOL_ARGS] = { 0 };
    struct report r = { .runs = runs };
    struct acdr_err e = { 0 };
    int err;

    if (t->output && tool_spare_recording(t->output, &e) < 0)
        return tool_fail(&e);
    err = read_all(t, &r, &e);
    if (err == 0)
        err = draw(t, &r, &e);
    for (size_t i = 0; i < r.n_runs; i++)
        report_run_done(&runs[i]);
    if (err < 0)
        tool_fail(&e);
    return err == -ENOPKG ? 2 : err < 0;
}

const struct tool_command cmd_report = {
    .name = "report",
    .args = "FILE... [-o FILE]",
    .help = "Draw recordings as one page, guests and runs beside each other",
    .about = "Up to 32 recordings make one page of HTML. gnuplot draws its charts. A recording is "
             "never written over.",
    .exits = "0 done\n"
             "1 failed; a line on standard error says what, where and why\n"
             "2 gnuplot is not installed, or the command line is wrong\n",
    .example = "acdr report before.rec after.rec -o page.html",
    .options = "output",
    .min = 1,
    .max = TOOL_ARGS,
    .run = run,
};
