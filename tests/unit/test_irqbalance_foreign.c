/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes that pretend to be irqbalance, played in a world of its own: nobody is believed for his
 * name, and no answer takes all memory or all time.
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "clock.h"
#include "knob.h"
#include "text.h"
#include "world.h"

enum { NOBODY = 65534, TOO_MUCH = 8 << 20, SLOW_MS = 100 };

enum answer { RIGHT, ENDLESS, SLOW };

static int listen_as(int pid)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int len = sprintf(addr.sun_path, "@irqbalance%d.sock", pid);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    addr.sun_path[0] = '\0';
    if (bind(fd, (struct sockaddr *)&addr,
             (socklen_t)offsetof(struct sockaddr_un, sun_path) + (socklen_t)len) < 0 ||
        listen(fd, 4) < 0)
        _exit(1);
    return fd;
}

static void answer_one(int fd, enum answer how)
{
    static const char text[] = "SLEEP 10 BANNED 00000010";
    size_t sent = 0;
    char buf[512];
    if (recv(fd, buf, sizeof buf, 0) <= 0)
        return;
    if (how == RIGHT) {
        send(fd, text, strlen(text), MSG_NOSIGNAL);
        return;
    }
    while (send(fd, text, how == SLOW ? 1 : strlen(text), MSG_NOSIGNAL) > 0) {
        sent += strlen(text);
        if (how == SLOW)
            usleep(SLOW_MS * 1000);
        else if (sent > TOO_MUCH)
            return;
    }
}

/* A process of that name and user, at the socket of PID (0: its own). */
static int start(unsigned uid, int pid, enum answer how, pid_t *ret)
{
    int ready[2];
    char go;
    CHECK(pipe(ready) == 0);
    *ret = fork();
    if (*ret == 0) {
        if (setuid(uid) < 0 || prctl(PR_SET_NAME, pid ? "other" : "irqbalance") < 0)
            _exit(1);
        int fd = listen_as(pid ? pid : getpid());
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;) {
            struct pollfd in = { .fd = fd, .events = POLLIN };
            poll(&in, 1, -1); /* as it waits in its main loop */
            int c = accept(fd, NULL, NULL);
            answer_one(c, how);
            close(c);
        }
    }
    close(ready[1]);
    CHECK(read(ready[0], &go, 1) == 1);
    close(ready[0]);
    return 0;
}

static int stop(pid_t pid)
{
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
    return 0;
}

static int ask(struct acdr_root *r)
{
    char *now = NULL;
    int rc = acdr_knob_read(r, acdr_knob_of("irqbalance:"), &now, NULL);
    free(now);
    return rc;
}

static int play(void *arg)
{
    struct acdr_root *r = arg;
    pid_t pid, other, real;
    CHECK(start(NOBODY, 0, RIGHT, &pid) == 0);
    CHECK(ask(r) == -ENOENT); /* a user's process of that name */
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", "1", NULL) == -ENOENT);

    /* One of root's that has no socket, and a user who took its name. */
    real = fork();
    if (real == 0) {
        prctl(PR_SET_NAME, "irqbalance");
        for (;;)
            poll(NULL, 0, -1);
    }
    usleep(100 * 1000);
    CHECK(start(NOBODY, real, RIGHT, &other) == 0);
    CHECK(ask(r) == -EPERM);
    CHECK(acdr_knob_write(r, acdr_knob_of("irqbalance:"), "", "1", NULL) == -EPERM);
    CHECK(stop(other) == 0 && stop(real) == 0);

    CHECK(start(0, 0, RIGHT, &real) == 0);
    CHECK(ask(r) == 0); /* beside the user's, which is still there */
    CHECK(stop(real) == 0);
    CHECK(start(0, 0, ENDLESS, &real) == 0);
    CHECK(ask(r) == -EMSGSIZE);
    CHECK(stop(real) == 0);
    CHECK(start(0, 0, SLOW, &real) == 0);
    long long began = acdr_clock_ms();
    CHECK(ask(r) == -ETIMEDOUT);
    CHECK(acdr_clock_ms() - began < 20000);
    return stop(real) == 0 && stop(pid) == 0 ? 0 : 1;
}

static void nobody_is_irqbalance_by_his_name(void **state)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    (void)state;
    assert_int_equal(acdr_root_open(NULL, &r, NULL), 0);
    int rc = acdr_world_run(play, r);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_irqbalance_by_his_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
