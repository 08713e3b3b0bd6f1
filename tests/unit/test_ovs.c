/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open vSwitch's database, played by a child on a socket in the tree, and what ovs does with it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "net_world.h"

#define U(n) "[\"uuid\",\"00000000-0000-0000-0000-00000000000" #n "\"]"

/* br-int: the kernel's, with vnet0 and vnet1; br-dpdk: the switch's own, with vhu1. */
#define DATABASE(pmd) "{\"id\":0,\"error\":null,\"result\":[" CONFIG(pmd) "," BRIDGES "," PORTS "]}"
#define CONFIG(pmd)                                                                                \
    "{\"rows\":[{\"other_config\":[\"map\",[[\"dpdk-init\",\"true\"],"                             \
    "[\"pmd-cpu-mask\",\"" pmd "\"]]]}]}"
#define BRIDGES                                                                                    \
    "{\"rows\":[{\"name\":\"br-int\",\"datapath_type\":\"\","                                      \
    "\"ports\":[\"set\",[" U(1) "," U(                                                             \
        2) "]]},"                                                                                  \
           "{\"name\":\"br-dpdk\",\"datapath_type\":\"netdev\",\"ports\":" U(3) "}]}"
#define PORTS                                                                                      \
    "{\"rows\":[{\"_uuid\":" U(3) ",\"name\":\"vhu1\"},{\"_uuid\":" U(                             \
        2) ",\"name\":\"vnet1\"},"                                                                 \
           "{\"name\":\"vnet0\",\"_uuid\":" U(1) "},{\"_uuid\":" U(4) ",\"name\":\"lost\"}]}"

/* Answer one question with TEXT in two parts, then wait. */
static void serve(int fd, const char *text)
{
    char question[4096];
    int c = accept(fd, NULL, NULL);
    size_t half = strlen(text) / 2;

    if (c < 0 || recv(c, question, sizeof(question), 0) <= 0)
        _exit(1);
    if (send(c, text, half, 0) < 0)
        _exit(1);
    usleep(20000);
    if (send(c, text + half, strlen(text + half), 0) < 0)
        _exit(1);
    pause();
    _exit(0);
}

/* Plan with a database that says TEXT. */
static void plan_with(struct net *w, const char *text, const char *class_text, const char *devices)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t child;

    host_tree_put(w->root, "/run/openvswitch/.keep", "\n");
    snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/run/openvswitch/db.sock", w->root);
    unlink(addr.sun_path);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(listen(fd, 1), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        serve(fd, text);
    close(fd);
    net_plan(w, class_text, devices);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

#define TAP "<interface type='bridge'><target dev='vnet0'/></interface>"
#define VHU                                                                                        \
    "<interface type='vhostuser'><source type='unix' path='/run/x/vhu1' "                          \
    "mode='server'/></interface>"

static void ports_of_the_kernels_bridge_are_steered(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_neighbour(&w);
    plan_with(&w, DATABASE("0x2020"), "[vcpus]\n[ovs]\n", TAP);
    net_says(&w, "  vcpus      0:6 1:14\n"); /* not those that the switch polls on */
    net_says(&w, "applied: vnet0 is on bridge br-int (kernel datapath)\n");
    net_says(&w, "ovs            guest hard set   4,12  mask:/sys/class/net/vnet0/queues/");
    net_says_not(&w, "vnet1");
    plan_with(&w, DATABASE("0"), "[vcpus]\n[ovs]\n", "<interface type='user'/>");
    net_says(&w, "already: no interface of the guest is a port of Open vSwitch");
    net_stop(&w);
}

/* The switch polls on node 1's housekeeping core: without it the guest would go to node 0. */
static void a_vhost_user_guest_is_beside_its_switch(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    plan_with(&w, DATABASE("1010"), "[vcpus]\n[ovs]\n", VHU);
    net_says(&w, "  vcpus      0:5 1:13\n");
    net_says(&w, "already: vhu1 is on bridge br-dpdk (vhost-user); the switch polls on CPUs 4,12, "
                 "which the guest does not get; the kernel does not process its packets");
    net_says_not(&w, "mask:");
    net_plan(&w, "[vcpus]\n", VHU);
    net_says(&w, "  vcpus      0:1 1:9\n");
    net_stop(&w);
}

static void a_database_that_does_not_answer_is_none(void **state)
{
    static const char *const answers[] = {
        "", "{", "{\"result\":[", "{\"result\":null}", "[]{}", "\"", "{\"result\":[1,{\"rows\":2}"
    };
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_plan(&w, "[ovs]\n", TAP);
    net_says(&w, "unsupported: no Open vSwitch answers at /run/openvswitch/db.sock");
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        plan_with(&w, answers[i], "[ovs]\n", TAP);
        net_says(&w, "unsupported: no Open vSwitch answers at /run/openvswitch/db.sock");
    }
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_of_the_kernels_bridge_are_steered),
        cmocka_unit_test(a_vhost_user_guest_is_beside_its_switch),
        cmocka_unit_test(a_database_that_does_not_answer_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
