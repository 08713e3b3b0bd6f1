/*
 * acdr watch: stays, and sees what libvirt's hook cannot. Brings the parts of watch_part.h together
 * in libvirt's event loop; each is asked once a second what it has to do. Whatever it misses the
 * next event of the hook, or acdr settle, puts right as well.
 */
#include <stdio.h>
#include <time.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "stop.h"
#include "watch_part.h"

struct service {
    struct acdr_tool *t;
    int interval; /* of looking at what tells nobody that it has changed */
    long long due;
    struct acdr_repair repair;
    struct acdr_events events;
    struct acdr_signs signs;
    struct acdr_guests guests;
};

static void turn(struct service *s)
{
    long long now = acdr_watch_now();

    if (now >= s->due) {
        s->due = now + s->interval;
        acdr_repair_note(&s->repair, ACDR_SIGN_LOOK, NULL, "seen by time");
        acdr_signs_irqs(&s->signs);
    }
    acdr_signs_links(&s->signs);
    if (!s->t->root)
        acdr_events_turn(&s->events, now);
    acdr_repair_turn(&s->repair, now);
    acdr_guests_turn(&s->guests, acdr_watch_now());
}

static void on_second(int timer, void *arg)
{
    (void)timer;
    turn(arg);
}

/* Nothing to be done, but the loop goes round. */
static void on_link(int watch, int fd, int events, void *arg)
{
    struct service *s = arg;

    (void)watch;
    (void)fd;
    (void)events;
    acdr_signs_links(&s->signs);
}

static int stay(struct service *s)
{
    int timer = virEventAddTimeout(1000, on_second, s, NULL), link = -1;
    int err = 0;

    acdr_stop_listen(0);
    if (s->signs.fd >= 0)
        link = virEventAddHandle(s->signs.fd, VIR_EVENT_HANDLE_READABLE, on_link, s, NULL);
    acdr_watch_say("acdr %s watches", acdr_version());
    acdr_repair_note(&s->repair, ACDR_SIGN_SETTLE, NULL, "acdr watch has begun");
    if (timer >= 0)
        turn(s);
    while (timer >= 0 && !acdr_stopped && err == 0)
        err = virEventRunDefaultImpl();
    if (link >= 0)
        virEventRemoveHandle(link);
    if (timer >= 0)
        virEventRemoveTimeout(timer);
    acdr_events_end(&s->events);
    acdr_watch_say("ends; what is conditioned stays so");
    return timer < 0 || err < 0 ? 1 : 0;
}

/* One round of all, without waiting for anything. */
static int go_once(struct service *s)
{
    int err;

    acdr_repair_note(&s->repair, ACDR_SIGN_LOOK, NULL, "seen by acdr watch --once");
    err = acdr_repair_turn(&s->repair, s->repair.due);
    if (acdr_guests_turn(&s->guests, acdr_watch_now()) < 0)
        err = -1;
    return err < 0 ? 1 : 0;
}

static int run(struct acdr_tool *t)
{
    struct service s = {.t = t, .interval = 30};
    int status = 1;

    if (t->interval && acdr_tool_seconds(t->interval, &s.interval) < 0)
        return acdr_tool_usage(t, "--interval takes seconds, or 30s, 5m");
    acdr_repair_begin(&s.repair, t);
    if (acdr_events_begin(&s.events, &s.repair) < 0)
        acdr_watch_say("libvirt's event loop cannot be had: %s", virGetLastErrorMessage());
    else if (acdr_guests_begin(&s.guests, t, &s.repair) == 0) {
        if (t->once) {
            status = go_once(&s);
        } else {
            acdr_signs_begin(&s.signs, &s.repair, t->root);
            status = stay(&s);
            acdr_signs_end(&s.signs);
        }
        acdr_guests_end(&s.guests);
    }
    acdr_repair_end(&s.repair);
    return status;
}

const struct acdr_command acdr_cmd_watch = {
    .name = "watch",
    .args = "[--once] [--interval TIME]",
    .help = "Stay, put right what changes behind the hook's back, and log what disturbs guests",
    .options = "root once interval",
    .run = run,
};
