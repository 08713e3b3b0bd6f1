/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The knob irqbalance: against a daemon that is played in a world of its own, where /run and the
 * network's abstract names are private.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "bitmap.h"
#include "item.h"
#include "journal.h"
#include "knob.h"
#include "report.h"
#include "settle.h"
#include "text.h"
#include "world.h"

static bool has(struct acdr_root *r, const char *knob, const char *expected)
{
    char *now = NULL;
    bool same = acdr_knob_read(r, acdr_knob_of(knob), &now, NULL) == 0 &&
                strcmp(now, expected) == 0;
    free(now);
    return same;
}

/* An irqbalance that knows "setup" and "settings cpus", whose ban shows LATE questions after it was
 * told, and which is deaf for a while each time it has answered or been told something. */
static void serve(int listener, int late)
{
    char ban[64] = "00000000", shown[64] = "00000000";
    int old = 0;
    struct pollfd in = { .fd = listener, .events = POLLIN };
    while (poll(&in, 1, -1) == 1) {
        char buf[512] = "", control[256], answer[128];
        struct iovec data = { buf, sizeof buf - 1 };
        struct msghdr msg = { .msg_iov = &data,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
        struct acdr_bitmap s;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || recvmsg(fd, &msg, 0) < 0)
            _exit(1);
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        bool root = c && c->cmsg_type == SCM_CREDENTIALS &&
                    ((struct ucred *)(void *)CMSG_DATA(c))->uid == 0;
        if (root && strcmp(buf, "setup") == 0) {
            if (old-- <= 0)
                memcpy(shown, ban, sizeof shown);
            snprintf(answer, sizeof answer, "SLEEP 10 BANNED %s", shown);
            send(fd, answer, strlen(answer), 0); /* dies of it, if the asker has hung up */
        } else if (root && strcmp(buf, "settings cpus NULL") == 0) {
            snprintf(ban, sizeof ban, "00000000");
        } else if (root && strcmp(buf, "settings cpus ") == 0) {
            _exit(1); /* as the real one, which takes the first word without looking */
        } else if (root && strncmp(buf, "settings cpus ", 14) == 0 &&
                   acdr_bitmap_parse_list(&s, buf + 14) == 0) {
            char *mask = acdr_bitmap_print_mask(&s);
            snprintf(ban, sizeof ban, "%s", mask ? mask : "");
            free(mask);
            old = late;
        }
        close(fd);
        usleep(300 * 1000);
    }
}

#define FILE_NAME     "/run/irqbalance/irqbalance%d.sock"
#define ABSTRACT_NAME "@irqbalance%d.sock"

/* Its PID is part of the name of its socket. */
static int start_server(bool abstract, int late, pid_t *ret)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    const int on = 1;
    int ready[2];
    char go;
    CHECK(pipe(ready) == 0);
    pid_t pid = *ret = fork();
    if (pid == 0) {
        int len = sprintf(addr.sun_path, abstract ? ABSTRACT_NAME : FILE_NAME, getpid());
        if (abstract)
            addr.sun_path[0] = '\0';
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (bind(fd, (struct sockaddr *)&addr,
                 (socklen_t)offsetof(struct sockaddr_un, sun_path) + (socklen_t)len) < 0 ||
            setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 || listen(fd, 1) < 0 ||
            prctl(PR_SET_NAME, "irqbalance") < 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        serve(fd, late);
        _exit(1);
    }
    close(ready[1]);
    CHECK(read(ready[0], &go, 1) == 1);
    close(ready[0]);
    return 0;
}

static int ban_and_unban(struct acdr_root *r)
{
    struct acdr_strbuf list = { 0 };
    CHECK(has(r, "irqbalance:", ""));
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", "4-7,33", NULL) == 0);
    CHECK(has(r, "irqbalance:", "4-7,33"));
    for (int i = 0; i < 300; i += 2)
        acdr_strbuf_addf(&list, "%d,", i);
    acdr_strbuf_add(&list, "300");
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", list.s, NULL) == -EMSGSIZE);
    acdr_strbuf_done(&list);
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "4-7,33", "", NULL) == 0);
    CHECK(has(r, "irqbalance:", ""));
    return 0;
}

static int over_a_file(void *r)
{
    char *now = NULL;
    pid_t pid;
    CHECK(acdr_knob_read(r, acdr_knob_of("irqbalance:"), &now, NULL) == -ENOENT);
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", "1", NULL) == -ENOENT);
    CHECK(mkdir("/run/irqbalance", 0755) == 0);
    CHECK(fopen("/run/irqbalance/irqbalance1.sock", "w")); /* left behind by one that was killed */
    CHECK(acdr_knob_read(r, acdr_knob_of("irqbalance:"), &now, NULL) == -ENOENT);
    CHECK(start_server(false, 0, &pid) == 0);
    return ban_and_unban(r);
}

static int over_an_abstract_name(void *r)
{
    pid_t pid;
    CHECK(start_server(true, 0, &pid) == 0);
    return ban_and_unban(r);
}

#define GUEST "00000000-0000-0000-0000-000000000001"
#define OTHER "00000000-0000-0000-0000-000000000002"

/* A claim on it, made good through the journal as the engine leaves it. */
static int claim_ban(struct acdr_root *r)
{
    const struct acdr_claim c = {
        .step = (char *)"irq-ban",
        .knob = (char *)"irqbalance:",
        .op = ACDR_OP_PLUS,
        .value = (char *)"4",
        .alt = (char *)"",
    };
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    CHECK(acdr_journal_read(r, &j, NULL) == 0);
    CHECK(acdr_journal_add(j, GUEST, "g", "none"));
    CHECK(acdr_journal_claim(j, j->entries[0].id, &c) == 0);
    CHECK((j->saved[0]->base = strdup("")) && (j->saved[0]->was = strdup("")) &&
          (j->saved[0]->want = strdup("4")));
    return acdr_journal_write(r, j, NULL);
}

static int verify_a_late_one(void *arg)
{
    struct acdr a = { .root = arg };
    acdr_auto(acdr_item_free) struct acdr_item *report = NULL;
    pid_t pid;
    CHECK(mkdir("/run/irqbalance", 0755) == 0 && mkdir("/run/acdr", 0755) == 0);
    CHECK(start_server(false, 2, &pid) == 0);
    CHECK(claim_ban(a.root) == 0);
    CHECK(acdr_knob_write(a.root, acdr_knob_of("irqbalance:"), "", "4", NULL) == 0);
    CHECK(acdr_report_verify(&a, NULL, &report, NULL) == 0);
    return 0;
}

static void verify_gives_irqbalance_time(void **state)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    (void)state;
    assert_int_equal(acdr_root_open(NULL, &r, NULL), 0);
    int rc = acdr_world_run(verify_a_late_one, r);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

static int stop_server(pid_t pid)
{
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
    return 0;
}

/* What a hook call of the guest ID does with what it claims: for the first guest a reconnect, where
 * nothing is claimed that was not before. */
static int settle_for(struct acdr_root *r, const char *id)
{
    const struct acdr_log log = { 0 };
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    const struct acdr_claim c = {
        .step = (char *)"irq-ban",
        .knob = (char *)"irqbalance:",
        .op = ACDR_OP_PLUS,
        .value = (char *)"6",
        .alt = (char *)"",
    };
    CHECK(acdr_journal_read(r, &j, NULL) == 0);
    struct acdr_settle s = { .root = r, .j = j, .log = &log, .id = id };
    if (!acdr_journal_find(j, id))
        CHECK(acdr_journal_add(j, id, "h", "none") && acdr_journal_claim(j, id, &c) == 0);
    acdr_journal_touch(j, id);
    CHECK(acdr_settle_run(&s, NULL) == 0);
    CHECK(j->n_saved == 1 && j->n_claims == j->n_entries);
    return 0;
}

static int tell_a_new_one(void *arg)
{
    struct acdr_root *r = arg;
    pid_t pid;
    CHECK(mkdir("/run/irqbalance", 0755) == 0 && mkdir("/run/acdr", 0755) == 0);
    CHECK(start_server(false, 0, &pid) == 0);
    CHECK(claim_ban(r) == 0);
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", "4", NULL) == 0);
    CHECK(stop_server(pid) == 0);
    CHECK(settle_for(r, GUEST) == 0); /* nobody there to be told */
    CHECK(start_server(false, 0, &pid) == 0);
    CHECK(has(r, "irqbalance:", ""));
    CHECK(settle_for(r, GUEST) == 0);
    CHECK(has(r, "irqbalance:", "4"));
    CHECK(stop_server(pid) == 0);
    CHECK(settle_for(r, OTHER) == 0);
    CHECK(start_server(false, 0, &pid) == 0);
    CHECK(settle_for(r, GUEST) == 0);
    CHECK(has(r, "irqbalance:", "4,6"));
    return 0;
}

static void irqbalance_is_told_again_after_a_restart(void **state)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    (void)state;
    assert_int_equal(acdr_root_open(NULL, &r, NULL), 0);
    int rc = acdr_world_run(tell_a_new_one, r);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

static void irqbalance_is_asked_over_its_socket(void **state)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    (void)state;
    assert_int_equal(acdr_root_open(NULL, &r, NULL), 0);
    int rc = acdr_world_run(over_a_file, r);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
    rc = acdr_world_run(over_an_abstract_name, r);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(irqbalance_is_asked_over_its_socket),
        cmocka_unit_test(verify_gives_irqbalance_time),
        cmocka_unit_test(irqbalance_is_told_again_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
