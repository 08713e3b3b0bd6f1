/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread that counts seconds: the call that takes long is one of the library or of libvirt, which
 * reports nothing before its end. It blocks all signals, which stay the main thread's.
 */
#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void *count(void *arg)
{
    struct progress *p = arg;
    struct timespec next;

    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&p->lock);
    for (int seconds = 1; !p->ended; seconds++) {
        next.tv_sec++;
        while (!p->ended && pthread_cond_timedwait(&p->end, &p->lock, &next) == 0)
            ;
        if (!p->ended)
            fprintf(stderr, "\r%s, %d s\033[K", p->what, seconds);
        else if (seconds > 1)
            fputs("\r\033[K", stderr);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void progress_begin(struct progress *p, const char *what)
{
    pthread_condattr_t monotonic;
    sigset_t all, before;

    *p = (struct progress){ .what = what };
    if (!isatty(STDERR_FILENO))
        return;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->end, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&p->lock, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    p->runs = pthread_create(&p->thread, NULL, count, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void progress_end(struct progress *p)
{
    if (!p->runs)
        return;
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    pthread_cond_signal(&p->end);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->end);
    pthread_mutex_destroy(&p->lock);
}
