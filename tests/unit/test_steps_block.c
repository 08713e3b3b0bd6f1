/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The step block: which devices lie under a disk, and what is asked of them; the knob iosched:. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "knob.h"
#include "step_world.h"

#define SMT  "tests/hosts/two-nodes-smt.host"
#define FAST "[block]\nscheduler = none\nrq-affinity = 2\nread-ahead = 16\n"

#define DISK(type, attr, path, dev)                                                                \
    "<disk type='" type "'><source " attr "='" path "'/><target dev='" dev "'/></disk>"

/* sda: a boot partition and LVM on the second; md0 of nvme0n1 and nvme1n1; loop0 in a file of the
 * logical volume. */
static const char devices[] =
    "/sys/devices/pci/0/sda/queue/scheduler\tnone [mq-deadline] kyber\n"
    "/sys/devices/pci/0/sda/queue/nr_requests\t200\n"
    "/sys/devices/pci/0/sda/queue/rq_affinity\t1\n"
    "/sys/devices/pci/0/sda/queue/read_ahead_kb\t128\n"
    "/sys/devices/pci/0/sda/sda{1-2}/partition\t1\n"
    "/sys/devices/virtual/dm-0/queue/scheduler\tnone\n"
    "/sys/devices/virtual/dm-0/queue/read_ahead_kb\t128\n"
    "/sys/devices/virtual/md0/queue/read_ahead_kb\t512\n"
    "/sys/devices/virtual/loop0/queue/scheduler\t[none] mq-deadline\n"
    "/sys/devices/virtual/loop0/queue/rq_affinity\t1\n"
    "/sys/devices/virtual/loop0/loop/backing_file\t/srv/images/inner.img\n"
    "/sys/devices/pci/1/nvme{0-1}n1/queue/scheduler\t[none] mq-deadline kyber\n"
    "/sys/devices/pci/1/nvme{0-1}n1/queue/rq_affinity\t1\n"
    "link\t/sys/class/block/sda\t../../devices/pci/0/sda\n"
    "link\t/sys/class/block/sda1\t../../devices/pci/0/sda/sda1\n"
    "link\t/sys/class/block/sda2\t../../devices/pci/0/sda/sda2\n"
    "link\t/sys/class/block/dm-0\t../../devices/virtual/dm-0\n"
    "link\t/sys/class/block/md0\t../../devices/virtual/md0\n"
    "link\t/sys/class/block/loop0\t../../devices/virtual/loop0\n"
    "link\t/sys/class/block/nvme0n1\t../../devices/pci/1/nvme0n1\n"
    "link\t/sys/class/block/nvme1n1\t../../devices/pci/1/nvme1n1\n"
    "link\t/sys/devices/virtual/dm-0/slaves/sda2\t../../../pci/0/sda/sda2\n"
    "link\t/sys/devices/virtual/md0/slaves/nvme0n1\t../../../pci/1/nvme0n1\n"
    "link\t/sys/devices/virtual/md0/slaves/nvme1n1\t../../../pci/1/nvme1n1\n"
    "link\t/sys/dev/block/8:1\t../../devices/pci/0/sda/sda1\n"
    "link\t/sys/dev/block/253:0\t../../devices/virtual/dm-0\n"
    "/dev/md0\t\n/dev/loop0\t\n/dev/dm-0\t\n"
    "link\t/dev/mapper/vg-images\t../dm-0\n"
    "/srv/images/a.img\t\n/srv/images/inner.img\t\n/srv/btrfs/b.img\t\n/tmp/c.img\t\n"
    "link\t/var/images\t/srv/images\n"
    "/proc/self/mountinfo\t20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "/proc/self/mountinfo\t21 20 253:0 / /srv/images rw - xfs /dev/mapper/vg-images rw\n"
    "/proc/self/mountinfo\t22 20 0:40 /x /srv/btrfs rw - btrfs /dev/md0 rw\n"
    "/proc/self/mountinfo\t23 20 0:41 / /tmp rw - tmpfs tmpfs rw\n"
    "/proc/self/mountinfo\t25 20 8:1 / /srv rw - ext4 /dev/sda1 rw\n" /* above, but later */
    "/proc/self/mountinfo\t24 20 0:42 / /dev/shm rw - tmpfs tmpfs rw,size=262144k\n";

static void plan_disks(struct step_world *w, const char *class_text, const char *disks)
{
    char more[2048];

    snprintf(more, sizeof(more), "<devices>%s</devices>", disks);
    step_world_plan(w, class_text, more);
}

static void make(struct step_world *w)
{
    step_world_make(w, SMT);
    step_world_add(w, devices);
}

static void a_file_leads_to_the_lowest_device(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    plan_disks(&w, FAST, DISK("file", "file", "/var/images/a.img", "vda"));
    step_world_says(&w, "set   none  iosched:sda\n");
    step_world_says(&w, "set   2  num:/sys/class/block/sda/queue/rq_affinity\n");
    step_world_says(&w, "set   16  num:/sys/class/block/dm-0/queue/read_ahead_kb\n");
    step_world_says(&w, "sda holds the host's own root as well");
    step_world_says_not(&w, "iosched:dm-0"); /* it orders nothing itself */
    step_world_says_not(&w, "nvme");
    step_world_drop(&w);
}

static void every_kind_of_layer_is_passed(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    plan_disks(&w, FAST, DISK("block", "dev", "/dev/md0", "vda"));
    step_world_says(&w, "iosched:nvme0n1\n");
    step_world_says(&w, "iosched:nvme1n1\n");
    step_world_says(&w, "num:/sys/class/block/md0/queue/read_ahead_kb\n");
    step_world_says_not(&w, "host's own root");
    plan_disks(&w, FAST, DISK("block", "dev", "/dev/mapper/vg-images", "vda"));
    step_world_says(&w, "iosched:sda\n");
    plan_disks(&w, FAST, DISK("block", "dev", "/dev/loop0", "vda"));
    step_world_says(&w, "iosched:loop0\n");
    step_world_says(&w, "iosched:sda\n");
    plan_disks(&w, FAST, DISK("file", "file", "/srv/btrfs/b.img", "vda"));
    step_world_says(&w, "iosched:nvme0n1\n");
    step_world_drop(&w);
}

static void a_disk_without_a_device_is_told_with_its_reason(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    plan_disks(&w, FAST,
               DISK("network", "name", "pool/a", "vda") DISK("file", "file", "/tmp/c.img", "vdb")
                   DISK("file", "file", "/srv/none.img", "vdc")
                       DISK("block", "dev", "/srv/images/a.img",
                            "vdd") "<disk type='file' device='cdrom'><target dev='sda'/></disk>");
    step_world_says(&w, "disk vda: of type network, which no device of this host shows");
    step_world_says(&w, "disk vdb: /tmp/c.img lies on tmpfs, which has no block device");
    step_world_says(&w, "disk vdc: /srv/none.img does not exist");
    step_world_says(&w, "disk vdd: /srv/images/a.img is not a block device of this host");
    step_world_says(&w, "unsupported");
    step_world_says_not(&w, "disk sda");
    plan_disks(&w, FAST, "");
    step_world_says(&w, "already: the guest has no disks");
    plan_disks(&w, "[block]\n", DISK("block", "dev", "/dev/md0", "vda"));
    step_world_says(&w, "already: the class asks for no disk setting");
    step_world_says_not(&w, "iosched");
    step_world_drop(&w);
}

static void memory_in_dev_shm_must_fit(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_plan(&w, FAST, "<memoryBacking><source type='file'/></memoryBacking>");
    step_world_says(&w, "already: the guest has no disks");
    step_world_put(&w, "/etc/libvirt/qemu.conf", "memory_backing_dir = \"/dev/shm\"");
    step_world_plan(&w, FAST, "<memoryBacking><source type='file'/></memoryBacking>");
    step_world_says(&w, "refused: 512 MiB of the guest's memory lie in /dev/shm, which holds 256: "
                        "mount -o remount,size=641M /dev/shm");
    step_world_plan(&w, FAST "shm = ignore\n",
                    "<memoryBacking><source type='file'/></memoryBacking>");
    step_world_says_not(&w, "refused");
    plan_disks(&w, FAST, "<shmem name='a'><size unit='M'>300</size></shmem>");
    step_world_says(&w, "refused: 300 MiB");
    plan_disks(&w, FAST, "<shmem name='a'><size unit='M'>200</size></shmem>");
    step_world_says_not(&w, "refused");
    step_world_drop(&w);
}

/* The length goes with the scheduler: it is put back behind it, and alone it is no difference. */
static void the_queues_length_comes_back_with_its_scheduler(void **state)
{
    acdr_auto(free) char *was = NULL;
    acdr_auto(free) char *now = NULL;
    struct acdr_root *r;
    struct step_world w;

    (void)state;
    make(&w);
    assert_int_equal(acdr_root_open(w.root, &r, NULL), 0);
    assert_int_equal(acdr_knob_read(r, acdr_knob_of("iosched:sda"), &was, NULL), 0);
    assert_string_equal(was, "[mq-deadline] 200");
    assert_true(acdr_knob_same(acdr_knob_of("iosched:sda"), was, "mq-deadline"));
    assert_true(acdr_knob_matches(r, acdr_knob_of("iosched:sda"), was, "mq-deadline"));
    assert_false(acdr_knob_matches(r, acdr_knob_of("iosched:sda"), "[mq-deadline] 64",
                                   was)); /* cut off there */
    assert_true(acdr_knob_is_ours(r, acdr_knob_of("iosched:sda"), "[mq-deadline] 64", was,
                                  "[none] 64", was));
    assert_false(acdr_knob_same(acdr_knob_of("iosched:sda"), was, "none"));
    assert_int_equal(acdr_knob_write(r, acdr_knob_of("iosched:sda"), was, "none", NULL), 0);
    step_world_put(&w, "/sys/devices/pci/0/sda/queue/nr_requests", "64");
    assert_int_equal(acdr_knob_write(r, acdr_knob_of("iosched:sda"), "[none] 64", was, NULL), 0);
    assert_int_equal(acdr_knob_read(r, acdr_knob_of("iosched:sda"), &now, NULL), 0);
    assert_string_equal(now, "[mq-deadline] 200");
    assert_int_equal(acdr_knob_write(r, acdr_knob_of("iosched:sdz"), "", "none", NULL), -2);
    acdr_root_free(r);
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_leads_to_the_lowest_device),
        cmocka_unit_test(every_kind_of_layer_is_passed),
        cmocka_unit_test(a_disk_without_a_device_is_told_with_its_reason),
        cmocka_unit_test(memory_in_dev_shm_must_fit),
        cmocka_unit_test(the_queues_length_comes_back_with_its_scheduler),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
