/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * why_ask() blocks while it watches, so it runs in its own thread with its own handle. It changes
 * nothing, so an unneeded query may end by itself.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "top_why.h"
#include "why_ask.h"

struct top_why {
    pthread_mutex_t lock;
    char *root, *guest, *text;
    int seconds;
    bool done, dropped;
};

static void release(struct top_why *w)
{
    pthread_mutex_destroy(&w->lock);
    free(w->root);
    free(w->guest);
    free(w->text);
    free(w);
}

static void print_finding(FILE *f, const struct acdr_item *i)
{
    const struct acdr_item *cpu = acdr_item_find(i, "cpu");
    const char *remedy = acdr_item_text(acdr_item_find(i, "remedy"));

    if (acdr_item_kind(cpu) == ACDR_ITEM_NUM)
        fprintf(f, "CPU %-4lld %-8s ", acdr_item_num(cpu), out_text_of(i, "thread"));
    else
        fprintf(f, "%-8s %-8s ", "guest", out_text_of(i, "thread"));
    fprintf(f, "%-9s %s: %s\n", out_text_of(i, "layer"), out_text_of(i, "culprit"),
            out_text_of(i, "figure"));
    if (remedy[0])
        fprintf(f, "           stopped by: %s\n", remedy);
}

static void print_report(FILE *f, const struct acdr_item *report)
{
    const struct acdr_item *i = acdr_item_first(acdr_item_find(report, "findings"));

    if (!i)
        fprintf(f, "nothing disturbed %s in %lld seconds\n", out_text_of(report, "guest"),
                acdr_item_num(acdr_item_find(report, "seconds")));
    for (; i; i = acdr_item_next(i))
        print_finding(f, i);
    i = acdr_item_first(acdr_item_find(report, "unseen"));
    for (; i; i = acdr_item_next(i))
        fprintf(f, "not seen: %s\n", out_text(i));
}

static char *ask(const struct top_why *w)
{
    struct acdr *a = NULL;
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    int err = acdr_open(w->root, &a, &e);

    if (err == 0)
        err = why_ask(a, w->guest, w->seconds, &report, &e);
    if (f && err < 0)
        fprintf(f, "%s\n", e.text[0] ? e.text : strerrordesc_np(-err));
    else if (f)
        print_report(f, report);
    acdr_item_free(report);
    acdr_close(a);
    if (f && fclose(f) != 0) {
        free(text);
        text = NULL;
    }
    return text ? text : strdup("no memory for the answer\n");
}

static void *run(void *arg)
{
    struct top_why *w = arg;
    char *text = ask(w);
    bool dropped;

    pthread_mutex_lock(&w->lock);
    w->text = text;
    w->done = true;
    dropped = w->dropped;
    pthread_mutex_unlock(&w->lock);
    if (dropped)
        release(w);
    return NULL;
}

struct top_why *top_why_begin(const char *root, const char *guest, int seconds)
{
    struct top_why *w = calloc(1, sizeof(*w));
    pthread_t thread;

    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    w->root = root ? strdup(root) : NULL;
    w->guest = strdup(guest);
    w->seconds = seconds;
    if (!w->guest || (root && !w->root) || pthread_create(&thread, NULL, run, w) != 0) {
        release(w);
        return NULL;
    }
    pthread_detach(thread);
    return w;
}

const char *top_why_text(struct top_why *w)
{
    bool done;

    pthread_mutex_lock(&w->lock);
    done = w->done;
    pthread_mutex_unlock(&w->lock);
    return !done ? NULL : w->text ? w->text : "no memory for the answer\n";
}

void top_why_drop(struct top_why *w)
{
    bool done;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    done = w->done;
    w->dropped = true;
    pthread_mutex_unlock(&w->lock);
    if (done)
        release(w);
}
