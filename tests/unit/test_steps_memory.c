/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strict-numa says of memory that cannot be moved, and of memory that may come later. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "step_world.h"
#include "text.h"

#define SMT           "tests/hosts/two-nodes-smt.host"
#define PINNED        "it cannot be moved after the start"
#define GROWS         "the guest may grow by "
#define DEVICES(xml)  "<devices>" xml "</devices>"
#define STRICT(nodes) "<numatune><memory mode='strict' nodeset='" nodes "'/></numatune>"
#define VFIO                                                                                       \
    DEVICES(                                                                                       \
        "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x3b' slot='2' "    \
        "function='0'/></source></hostdev>")

static const char class_text[] = "[vcpus]\n[strict-numa]\n";

static void pinned_memory_is_a_line_of_the_plan(void **state)
{
    static const struct {
        const char *xml, *by; /* NULL: nothing to say */
    } rows[] = {
        { VFIO, "its memory is pinned for the pci device 0000:3b:02.0" },
        { "<launchSecurity type='sev'/>", "because it is encrypted" },
        { "<memoryBacking><locked/></memoryBacking>", NULL },
        { DEVICES("<hostdev mode='subsystem' type='usb'/>"), NULL },
        { VFIO STRICT("0"), NULL },
        { VFIO STRICT("0-1"), "is pinned for the pci device" },
        { VFIO "<numatune><memory mode='preferred' nodeset='0'/></numatune>",
          "is pinned for the pci device" },
        { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_world w;

        step_world_make(&w, SMT);
        step_world_plan(&w, class_text, rows[i].xml);
        if (rows[i].by) {
            step_world_says(&w, rows[i].by);
            step_world_says(&w, PINNED);
        } else {
            step_world_says_not(&w, PINNED);
        }
        step_world_drop(&w);
    }
}

#define VIRTIO_MEM(gib, requested)                                                                 \
    DEVICES("<memory model='virtio-mem'><target><size unit='GiB'>" gib "</size><node>0</node>"     \
            "<block unit='MiB'>2</block><requested unit='GiB'>" requested "</requested></target>"  \
            "</memory>")

/* A node of that host has 16 GiB. */
static void growth_beyond_the_node_is_a_line_of_the_plan(void **state)
{
    static const struct {
        const char *xml;
        bool told;
    } rows[] = {
        { "<memory unit='GiB'>401</memory>" VIRTIO_MEM("400", "0"), true },
        { "<memory unit='GiB'>5</memory>" VIRTIO_MEM("4", "0"), false },
        { "<memory unit='GiB'>64</memory><currentMemory unit='GiB'>2</currentMemory>", true },
        { "<memory unit='GiB'>4</memory><currentMemory unit='GiB'>2</currentMemory>", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_world w;

        acdr_auto(
            free) char *xml = acdr_text_format("<domain><name>g</name><vcpu>2</vcpu>%s</domain>",
                                               rows[i].xml);

        step_world_make(&w, SMT);
        step_world_plan_xml(&w, class_text, xml);
        if (rows[i].told)
            step_world_says(&w, GROWS);
        else
            step_world_says_not(&w, GROWS);
        step_world_drop(&w);
    }
}

static void vcpus_of_later_are_a_line_of_the_plan(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan_xml(&w, "[vcpus]\n",
                        "<domain><name>g</name><memory unit='GiB'>1</memory>"
                        "<vcpu current='2'>6</vcpu></domain>");
    step_world_says(&w, "4 vCPUs that may be added later get no CPU of their own");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pinned_memory_is_a_line_of_the_plan),
        cmocka_unit_test(growth_beyond_the_node_is_a_line_of_the_plan),
        cmocka_unit_test(vcpus_of_later_are_a_line_of_the_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
