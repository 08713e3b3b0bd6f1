/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch: runs permanently and sees what libvirt's hook cannot. Runs the parts of watch_part.h
 * in libvirt's event loop, each once a second. The next hook event or acdr settle also repairs what
 * it misses.
 */
#include <stdio.h>
#include <time.h>

#include "stop.h"
#include "virt_calls.h"
#include "watch_part.h"

struct service {
    struct tool *t;
    int interval; /* checks of what gives no notice of its changes */
    long long due;
    struct watch_repair repair;
    struct watch_events events;
    struct watch_signs signs;
    struct watch_guests guests;
};

static void turn(struct service *s)
{
    long long now = watch_now();

    if (now >= s->due) {
        s->due = now + s->interval;
        watch_repair_note(&s->repair, WATCH_SIGN_LOOK, NULL, "periodic check");
        watch_signs_irqs(&s->signs);
    }
    watch_signs_links(&s->signs);
    watch_signs_queues(&s->signs);
    if (!s->t->root)
        watch_events_turn(&s->events, now);
    watch_repair_turn(&s->repair, now);
    watch_guests_turn(&s->guests, watch_now());
}

static void on_second(int timer, void *arg)
{
    (void)timer;
    turn(arg);
}

/* Nothing to do; only wakes the loop. */
static void on_link(int watch, int fd, int events, void *arg)
{
    struct service *s = arg;

    (void)watch;
    (void)fd;
    (void)events;
    watch_signs_links(&s->signs);
    watch_signs_queues(&s->signs);
}

static int stay(struct service *s)
{
    const struct virt_calls *v = s->events.virt;
    int timer = v->virEventAddTimeout(1000, on_second, s, NULL), link = -1, queue = -1;
    int err = 0;

    tool_stop_listen(0);
    if (s->signs.fd >= 0)
        link = v->virEventAddHandle(s->signs.fd, VIR_EVENT_HANDLE_READABLE, on_link, s, NULL);
    if (s->signs.queues >= 0)
        queue = v->virEventAddHandle(s->signs.queues, VIR_EVENT_HANDLE_READABLE, on_link, s, NULL);
    watch_log("acdr %s watches", acdr_version());
    watch_repair_note(&s->repair, WATCH_SIGN_SETTLE, NULL, "acdr watch started");
    if (timer >= 0)
        turn(s);
    while (timer >= 0 && !tool_stopped && err == 0)
        err = v->virEventRunDefaultImpl();
    if (link >= 0)
        v->virEventRemoveHandle(link);
    if (queue >= 0)
        v->virEventRemoveHandle(queue);
    if (timer >= 0)
        v->virEventRemoveTimeout(timer);
    watch_events_end(&s->events);
    watch_log("stopped; conditioned guests are not changed");
    return timer < 0 || err < 0 ? 1 : 0;
}

/* One round of all parts, without waiting. */
static int go_once(struct service *s)
{
    int err;

    watch_repair_note(&s->repair, WATCH_SIGN_LOOK, NULL, "acdr watch --once");
    err = watch_repair_turn(&s->repair, s->repair.due);
    if (watch_guests_turn(&s->guests, watch_now()) < 0)
        err = -1;
    return err < 0 ? 1 : 0;
}

static int run(struct tool *t)
{
    struct service s = { .t = t, .interval = 30 };
    int status = 1;

    if (t->interval && tool_seconds(t->interval, &s.interval) < 0)
        return tool_usage(t, "--interval takes seconds, or 30s, 5m");
    watch_repair_begin(&s.repair, t);
    if (watch_events_begin(&s.events, &s.repair) == 0 &&
        watch_guests_begin(&s.guests, t, &s.repair) == 0) {
        if (t->once) {
            status = go_once(&s);
        } else {
            watch_signs_begin(&s.signs, &s.repair, t->root);
            status = stay(&s);
            watch_signs_end(&s.signs);
        }
        watch_guests_end(&s.guests);
    }
    watch_repair_end(&s.repair);
    return status;
}

const struct tool_command cmd_watch = {
    .name = "watch",
    .args = "[--once] [--interval TIME]",
    .help = "Run continuously, repair changed settings, and log what disturbs guests",
    .about = "The default interval is 30 seconds; it matters only for changes that neither libvirt "
             "nor the kernel reports. The unit acdr-watch runs this command.",
    .example = "acdr watch --once",
    .options = "root once interval",
    .run = run,
};
