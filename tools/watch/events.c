/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch, signs from libvirt: changes of guests without a hook call, such as pins and devices
 * of running ones. Knows connections and events, not the consequences of a sign.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt.h"
#include "virt_calls.h"
#include "watch_part.h"

enum { FIRST_WAIT = 2, MOST_WAIT = 60 }; /* seconds until the next attempt to connect */

static void note(struct watch_events *v, virDomainPtr d, enum watch_sign s, const char *what)
{
    watch_repair_note(v->repair, s, v->virt->virDomainGetName(d), what);
}

static int on_lifecycle(virConnectPtr conn, virDomainPtr d, int event, int detail, void *arg)
{
    (void)conn;
    (void)detail;
    switch (event) {
    case VIR_DOMAIN_EVENT_STOPPED:
    case VIR_DOMAIN_EVENT_CRASHED:
        note(arg, d, WATCH_SIGN_SETTLE, "it has ended");
        break;
    case VIR_DOMAIN_EVENT_STARTED:
    case VIR_DOMAIN_EVENT_RESUMED:
        note(arg, d, WATCH_SIGN_LOOK, "it has started or goes on");
        break;
    default:
        break;
    }
    return 0;
}

static void on_tunable(virConnectPtr conn, virDomainPtr d, virTypedParameterPtr params, int n,
                       void *arg)
{
    char what[VIR_TYPED_PARAM_FIELD_LENGTH + 32];

    (void)conn;
    snprintf(what, sizeof(what), "%s was changed", n > 0 ? params[0].field : "a tunable");
    note(arg, d, WATCH_SIGN_LOOK, what);
}

static void on_device(virConnectPtr conn, virDomainPtr d, const char *alias, void *arg)
{
    char what[128];

    (void)conn;
    snprintf(what, sizeof(what), "device %.80s was attached or detached", alias);
    note(arg, d, WATCH_SIGN_PLAN, what);
}

static void on_agent(virConnectPtr conn, virDomainPtr d, int state, int reason, void *arg)
{
    (void)conn;
    (void)reason;
    if (state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED)
        note(arg, d, WATCH_SIGN_PLAN, "its agent is connected, so its drivers are loaded");
}

/* The connection must not be closed from here. */
static void on_close(virConnectPtr conn, int reason, void *arg)
{
    struct watch_events *v = arg;

    (void)conn;
    (void)reason;
    v->lost = true;
}

/* By void (*)(void), which compilers take for "a function of another type on purpose". */
#define CALLBACK(fn) VIR_DOMAIN_EVENT_CALLBACK((void (*)(void))(fn))

static int listen_to(struct watch_events *v)
{
    const struct {
        int id;
        virConnectDomainEventGenericCallback fn;
    } rows[] = {
        { VIR_DOMAIN_EVENT_ID_LIFECYCLE, CALLBACK(on_lifecycle) },
        { VIR_DOMAIN_EVENT_ID_TUNABLE, CALLBACK(on_tunable) },
        { VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, CALLBACK(on_device) },
        { VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, CALLBACK(on_device) },
        { VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, CALLBACK(on_agent) },
    };

    if (v->virt->virConnectRegisterCloseCallback(v->conn, on_close, v, NULL) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (v->virt->virConnectDomainEventRegisterAny(v->conn, NULL, rows[i].id, rows[i].fn, v,
                                                      NULL) < 0)
            return -1;
    return 0;
}

static void hang_up(struct watch_events *v)
{
    if (v->conn) {
        v->virt->virConnectUnregisterCloseCallback(v->conn, on_close);
        v->virt->virConnectClose(v->conn);
    }
    v->conn = NULL;
    v->lost = false;
}

/* Events without a connection were lost. */
static void connect_to(struct watch_events *v, long long now)
{
    struct acdr_err e = { 0 };

    v->conn = virt_listen(&e);
    if (v->conn && listen_to(v) == 0) {
        watch_log("receiving events from libvirt");
        v->told = false;
        v->wait = FIRST_WAIT;
        watch_repair_note(v->repair, WATCH_SIGN_SETTLE, NULL, "libvirt is there");
        return;
    }
    if (!v->told)
        watch_log("no events from libvirt, using timers only: %s",
                  v->conn ? v->virt->virGetLastErrorMessage() : e.text);
    v->told = true;
    hang_up(v);
    v->retry = now + v->wait;
    v->wait = 2 * v->wait < MOST_WAIT ? 2 * v->wait : MOST_WAIT;
}

int watch_events_begin(struct watch_events *v, struct watch_repair *r)
{
    struct acdr_err e = { 0 };

    *v = (struct watch_events){ .virt = virt_load(&e), .repair = r, .wait = FIRST_WAIT };
    if (v->virt && v->virt->virEventRegisterDefaultImpl() == 0)
        return 0;
    watch_log("cannot start libvirt's event loop: %s",
              v->virt ? v->virt->virGetLastErrorMessage() : e.text);
    return -1;
}

void watch_events_turn(struct watch_events *v, long long now)
{
    if (v->lost) {
        watch_log("libvirt has gone");
        hang_up(v);
        v->retry = now + v->wait;
    }
    if (!v->conn && now >= v->retry)
        connect_to(v, now);
}

void watch_events_end(struct watch_events *v)
{
    hang_up(v);
}
