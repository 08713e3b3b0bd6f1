/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of the hook that uses libacdr. Knows how a process started by libvirtd must behave: few
 * capabilities, a deadline, one line of text on failure, an exit status that never kills a running
 * guest, and on stdout a complete document or nothing. Must not know what an operation does:
 * acdr_event() does.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <cap-ng.h>

#include <acdr/acdr.h>

#include "capabilities.h"
#include "clock.h"
#include "hook.h"

/* The data of the deadline's signal handler, on the stack of the call that set it. */
struct deadline {
    char line[512], note[600]; /* for stderr; the same as the system's log has it */
    size_t len, note_len;
    int log; /* syslog(3) may not be called there */
    volatile sig_atomic_t status;
};

/* Log to the system's log, and errors to stderr, which libvirt shows if the guest fails. */
static void log_line(void *arg, int priority, const char *text)
{
    const struct acdr_hook_call *c = arg;
    const char *who = c->daemon ? "" : "guest ", *name = c->daemon ? "daemon start" : c->name;
    char whole[1400];
    snprintf(whole, sizeof(whole), "%s%s: %s", who, name, text);
    acdr_printable(whole);
    syslog(LOG_DAEMON | priority, "%s", whole);
    if (priority <= LOG_WARNING)
        dprintf(STDERR_FILENO, "acdr: %s\n", whole);
}

static void limit_capabilities(const struct acdr_hook_call *c)
{
    const char *missing;
    char text[128];

    if (capng_get_caps_process() < 0) {
        log_line((void *)c, LOG_WARNING, "capabilities cannot be read: all of them are kept");
        return;
    }
    missing = acdr_capabilities_missing();
    if (missing) {
        snprintf(text, sizeof(text), "capability %s is missing: a step may fail", missing);
        log_line((void *)c, LOG_WARNING, text);
    }
    if (!acdr_capabilities_limit())
        log_line((void *)c, LOG_WARNING, "capabilities cannot be dropped: all of them are kept");
}

/* What others wrote is parsed. */
static void raise_capabilities(const struct acdr_hook_call *c)
{
    if (!acdr_capabilities_raise())
        log_line((void *)c, LOG_WARNING, "capabilities cannot be used: steps may fail");
}

/* The journal records unfinished work, so an exit here is like a crash. */
static void give_up(int sig, siginfo_t *info, void *context)
{
    const struct deadline *d = info->si_value.sival_ptr;
    (void)sig;
    (void)context;
    if (info->si_code != SI_TIMER) /* a SIGALRM from elsewhere carries no pointer */
        return;
    ssize_t unheard = write(STDERR_FILENO, d->line, d->len);
    if (d->log >= 0)
        unheard = send(d->log, d->note, d->note_len, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)unheard;
    _exit(d->status);
}

/* -1 if nothing listens. */
static int open_log(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void set_deadline(const struct acdr_hook_call *c, struct deadline *d, int seconds)
{
    static const char prefix[] = "acdr: ";
    snprintf(d->line, sizeof(d->line) - 1,
             "%s%s%s: not done after %d seconds; run 'acdr settle' to repair", prefix,
             c->daemon ? "" : "guest ", c->daemon ? "daemon start" : c->name, seconds);
    acdr_printable(d->line);
    d->log = open_log();
    d->note_len = (size_t)snprintf(d->note, sizeof(d->note), "<%d>acdr[%d]: %s",
                                   LOG_DAEMON | LOG_ERR, (int)getpid(), d->line + strlen(prefix));
    d->len = strlen(d->line);
    d->line[d->len++] = '\n';

    struct sigaction act = { .sa_sigaction = give_up, .sa_flags = SA_SIGINFO };
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
                              .sigev_signo = SIGALRM,
                              .sigev_value.sival_ptr = d };
    long long ms = seconds * 1000LL - (acdr_clock_ms() - c->began);
    ms = ms > 0 ? ms : 1;
    struct itimerspec when = { .it_value = { .tv_sec = ms / 1000,
                                             .tv_nsec = ms % 1000 * 1000000L } };
    timer_t timer;
    alarm(0); /* the early hook's */
    if (sigaction(SIGALRM, &act, NULL) < 0 || timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 ||
        timer_settime(timer, 0, &when, NULL) < 0)
        log_line((void *)c, LOG_WARNING,
                 "cannot set a timer for the deadline: continuing without "
                 "it");
}

/* The output that replaces libvirt's XML, all or nothing: the parent passes it on once this process
 * has ended. The deadline must not truncate it. */
static void print_xml(const char *xml)
{
    size_t len = strlen(xml);

    signal(SIGALRM, SIG_IGN);
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, xml, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int whole = ftruncate(STDOUT_FILENO, 0);
            (void)whole;
            return;
        }
        xml += n;
        len -= (size_t)n;
    }
}

/* It changes nothing on the host, and all of the document is parsed again: without capabilities. */
static bool replaces_xml(const struct acdr_hook_call *c)
{
    return strcmp(c->op, "migrate") == 0 || strcmp(c->op, "restore") == 0;
}

static int replace_xml(const struct acdr_hook_call *c, struct acdr_request *q, struct acdr_err *e)
{
    struct acdr_item *report = NULL;
    int r = acdr_request_event_xml(q, c->op, &report, e);
    if (r == 0)
        print_xml(acdr_item_text(acdr_item_find(report, "xml")));
    acdr_item_free(report);
    return r;
}

static int work(const struct acdr_hook_call *c, struct acdr *a, struct acdr_request *q,
                struct acdr_err *e)
{
    if (c->daemon)
        return acdr_settle(a, NULL, e);
    if (replaces_xml(c))
        return replace_xml(c, q, e);
    return acdr_request_event(q, c->name, c->op, c->subop, NULL, e);
}

/* A new guest's threads may use the whole host. Keeping them off clean cores needs no XML. */
static void sweep(const struct acdr_hook_call *c, struct acdr *a)
{
    struct acdr_err e = { 0 };
    char text[sizeof(e.text) + 128];
    if (acdr_settle(a, NULL, &e) >= 0)
        return;
    snprintf(text, sizeof(text),
             "its threads may run on the clean cores of other guests: %s; afterwards run 'acdr "
             "settle'",
             e.text);
    log_line((void *)c, LOG_ERR, text);
}

/* That its QEMU has ended needs no XML to be seen. */
static void drop_ended(const struct acdr_hook_call *c, struct acdr *a)
{
    struct acdr_err e = { 0 };
    char text[sizeof(e.text) + 64];
    if (acdr_settle(a, NULL, &e) >= 0)
        return;
    snprintf(text, sizeof(text), "what it had is not given back: %s; run 'acdr settle'", e.text);
    log_line((void *)c, LOG_ERR, text);
}

/* XML that cannot be parsed fails every operation, and only acdr_event_may_fail() knows which.
 * STATUS is that of a failure. */
static int read_request(const struct acdr_hook_call *c, struct acdr *a, int *status,
                        struct acdr_request **ret, struct acdr_err *e)
{
    int r = acdr_request_new(a, c->xml, c->len, NULL, ret, e);
    bool fatal = r < 0 ? acdr_event_may_fail(a, c->name, c->op, c->xml, c->len) > 0
                       /* Ask before the work begins: afterwards the guest may have changed. */
                       : acdr_request_may_fail(*ret, c->name, c->op) > 0;
    /* What a map would say of XML that cannot be read is not known; a tag shows a wish. The daemon
     * of a user's own guests calls the hook too, which can do nothing for them. */
    *status = (c->tagged || (c->mapped && r == 0 && geteuid() == 0)) && fatal ? ACDR_HOOK_REFUSES
                                                                              : 0;
    if (!replaces_xml(c))
        raise_capabilities(c);
    if (r < 0 && !c->tagged && strcmp(c->op, "started") == 0)
        sweep(c, a);
    if (r < 0 && (strcmp(c->op, "stopped") == 0 || strcmp(c->op, "release") == 0))
        drop_ended(c, a);
    return r;
}

/* The guest runs at `started`, and is not ended because this program is late. */
static int late_status(const struct acdr_hook_call *c, int status)
{
    return strcmp(c->op, "started") == 0 ? 0 : status;
}

__attribute__((visibility("default"))) int acdr_hook_run(const struct acdr_hook_call *c)
{
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    struct acdr_request *q = NULL;
    /* Until the class can be read, nothing shows that a tagged guest may start without it. */
    bool unread = c->tagged && strcmp(c->op, "prepare") == 0;
    int status = unread ? ACDR_HOOK_REFUSES : 0;
    struct deadline d = { .status = status };

    umask(077);
    signal(SIGPIPE, SIG_IGN); /* libvirtd may die during our output; the work continues */
    openlog("acdr", LOG_PID, LOG_DAEMON);
    limit_capabilities(c);

    int r = acdr_open(NULL, &a, &e);
    if (r == 0) {
        acdr_log_to(a, log_line, (void *)c);
        set_deadline(c, &d, acdr_deadline(a));
        if (c->daemon)
            raise_capabilities(c);
        else
            r = read_request(c, a, &status, &q, &e);
        d.status = late_status(c, status);
        if (r == 0)
            r = work(c, a, q, &e);
    }
    if (r < 0)
        log_line((void *)c, LOG_ERR, e.text[0] ? e.text : strerrordesc_np(-r));
    acdr_request_free(q);
    acdr_close(a);
    return r < 0 ? status : 0;
}
