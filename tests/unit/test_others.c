/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that others were promised, and vCPUs that share nodes, by the journal and libvirt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_host.h"
#include "others.h"
#include "root.h"
#include "scratch.h"
#include "text.h"

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15. */
static const struct made_shape two_nodes = { 2, 4, 2, 1, MADE_BLOCKS, 8 * 1024 * 1024LL };

struct world {
    struct scratch files;
    struct acdr_root *root;
    struct acdr_host *host;
    struct acdr_journal *j;
    struct acdr_domain *self;
};

static void make(struct world *w)
{
    static const char xml[] = "<domain><name>self</name>"
                              "<uuid>00000000-0000-4000-8000-00000000000f</uuid></domain>";

    scratch_make(&w->files);
    w->root = w->files.root;
    w->host = made_host(&two_nodes);
    w->host->root = w->root;
    assert_int_equal(acdr_journal_read(w->root, &w->j, NULL), 0);
    assert_int_equal(acdr_domain_parse(xml, sizeof(xml) - 1, &w->self, NULL), 0);
}

static void drop(struct world *w)
{
    acdr_domain_free(w->self);
    acdr_journal_free(w->j);
    acdr_host_free(w->host);
    scratch_drop(&w->files);
}

/* QEMU of process PID has RSS kB; a negative one leaves the file out. */
static void put_process(struct world *w, int pid, int rss)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    scratch_put(&w->files, path, "%d (qemu) S 1 1 1 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 9 1000\n", pid);
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    if (rss >= 0)
        scratch_put(&w->files, path, "Name:\tqemu\nVmRSS:\t%d kB\n", rss);
}

static void put_guest(struct world *w, char digit, int pid, const char *inside)
{
    char path[64];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/g%c.xml", digit);
    scratch_put(&w->files, path,
                "<domstatus state='running' pid='%d'><domain><name>g%c</name>"
                "<uuid>00000000-0000-4000-8000-00000000000%c</uuid>%s</domain></domstatus>\n",
                pid, digit, digit, inside);
}

static struct acdr_entry *put_entry(struct world *w, char digit, int pid, int vcpus)
{
    acdr_auto(free) char *id = acdr_text_format("00000000-0000-4000-8000-00000000000%c", digit);
    struct acdr_entry *en = acdr_journal_add(w->j, id, "g", "c");

    en->pid = pid;
    en->place = calloc(1, sizeof(*en->place));
    en->place->vcpu = calloc(8, sizeof(*en->place->vcpu));
    en->place->n_vcpus = vcpus;
    en->place->cell_node = calloc(1, sizeof(*en->place->cell_node));
    en->place->promises = calloc(2, sizeof(*en->place->promises));
    en->place->why = strdup("");
    return en;
}

static void assert_kb(struct world *w, long long kb0, long long kb1, long long load0,
                      long long load1)
{
    struct acdr_bitmap none = { 0 };
    struct acdr_others o;

    assert_int_equal(acdr_others_read(w->host, w->j, w->self->uuid, w->self, &none, &o, NULL), 0);
    assert_int_equal(o.promised_kb[0], kb0);
    assert_int_equal(o.promised_kb[1], kb1);
    assert_int_equal(o.load[0], load0);
    assert_int_equal(o.load[1], load1);
    acdr_others_done(&o);
}

static void a_guest_keeps_what_it_was_promised_until_it_touches_it(void **state)
{
    struct acdr_entry *en;
    struct world w;

    (void)state;
    make(&w);
    assert_kb(&w, 0, 0, 0, 0);
    en = put_entry(&w, '1', 0, 2); /* it is being started */
    en->place->promises[0] = (struct acdr_promise){ 1, 1000 };
    en->place->n_promises = 1;
    assert_kb(&w, 0, 1000, 0, 0);
    en->pid = 70;
    assert_kb(&w, 0, 1000, 0, 0); /* what it has touched cannot be read */
    put_process(&w, 70, 250);
    assert_kb(&w, 0, 750, 0, 0);
    put_process(&w, 70, 5000);
    assert_kb(&w, 0, 0, 0, 0);
    en = put_entry(&w, 'f', 0, 2); /* the guest itself */
    en->place->promises[0] = (struct acdr_promise){ 0, 1000 };
    en->place->n_promises = 1;
    assert_kb(&w, 0, 0, 0, 0);
    drop(&w);
}

static void so_does_a_neighbour_that_is_bound(void **state)
{
    struct world w;

    (void)state;
    make(&w);
    put_process(&w, 70, 0);
    put_guest(&w, '1', 70, "<memory>1000</memory><vcpu>4</vcpu>");
    assert_kb(&w, 0, 0, 2, 2);
    put_guest(&w, '1', 70,
              "<memory>1000</memory><vcpu>4</vcpu>"
              "<numatune><memory mode='strict' nodeset='1'/></numatune>");
    assert_kb(&w, 0, 1000, 0, 4);
    put_guest(&w, '1', 70, "<memory>1000</memory><vcpu cpuset='1-3'>4</vcpu>");
    assert_kb(&w, 1000, 0, 4, 0);
    put_guest(&w, '1', 70, "<memory>1000</memory><vcpu cpuset='1-6'>4</vcpu>");
    assert_kb(&w, 0, 0, 2, 2);
    put_guest(&w, '1', 70,
              "<memory>1000</memory><memoryBacking><hugepages/></memoryBacking>"
              "<vcpu cpuset='1-3'>4</vcpu>");
    assert_kb(&w, 0, 0, 4, 0);
    drop(&w);
}

static void assert_growing(struct world *w, long long kb0, long long kb1)
{
    struct acdr_bitmap none = { 0 };
    struct acdr_others o;

    assert_int_equal(acdr_others_read(w->host, w->j, w->self->uuid, w->self, &none, &o, NULL), 0);
    assert_int_equal(o.growing_kb[0], kb0);
    assert_int_equal(o.growing_kb[1], kb1);
    acdr_others_done(&o);
}

/* Of a device's 600 kB it has 200; or a balloon holds 700 back; or its memory is a file's. */
static void what_a_bound_guest_may_be_given_later_is_kept_apart(void **state)
{
    static const char grows[] =
        "<memory>1600</memory><vcpu>4</vcpu><numatune><memory mode='strict' "
        "nodeset='1'/></numatune>"
        "<devices><memballoon model='none'/><memory model='virtio-mem'><target><size>600</size>"
        "<requested>200</requested></target></memory></devices>";
    struct acdr_entry *en;
    struct world w;

    (void)state;
    make(&w);
    put_process(&w, 70, 200);
    put_guest(&w, '1', 70, grows);
    assert_kb(&w, 0, 1000, 0, 4); /* of 1200, 200 are touched */
    assert_growing(&w, 0, 1400);
    put_guest(&w, '1', 70,
              "<memory>1000</memory><currentMemory>300</currentMemory><vcpu cpuset='1-3'>4</vcpu>"
              "<devices><memballoon model='virtio'/></devices>");
    assert_growing(&w, 800, 0);
    put_guest(&w, '1', 70, /* what it has touched is page cache */
              "<memory>1000</memory><memoryBacking><source type='file'/></memoryBacking>"
              "<vcpu cpuset='1-3'>4</vcpu><devices><memballoon model='none'/></devices>");
    assert_kb(&w, 800, 0, 4, 0);
    assert_growing(&w, 1000, 0);
    put_guest(&w, '1', 70, grows); /* conditioned: where its place is */
    en = put_entry(&w, '1', 70, 2);
    en->place->promises[0] = (struct acdr_promise){ 0, 1200 };
    en->place->n_promises = 1;
    assert_growing(&w, 1400, 0);
    drop(&w);
}

static void vcpus_with_cpus_of_their_own_share_none(void **state)
{
    struct acdr_entry *en;
    struct world w;

    (void)state;
    make(&w);
    put_process(&w, 70, 0);
    put_guest(&w, '1', 70, "<memory>1000</memory><vcpu>4</vcpu>");
    en = put_entry(&w, '1', 70, 4);
    assert_kb(&w, 0, 0, 0, 0);
    en->place->n_vcpus = 0;
    acdr_bitmap_add(&en->place->nodes, 1);
    assert_kb(&w, 0, 0, 0, 4);
    drop(&w);
}

static void promises_outlive_the_journal(void **state)
{
    struct acdr_journal *again;
    struct acdr_entry *en;
    struct world w;

    (void)state;
    make(&w);
    en = put_entry(&w, '1', 0, 2);
    en->place->promises[0] = (struct acdr_promise){ 1, 1LL << 40 };
    en->place->promises[1] = (struct acdr_promise){ 0, 7 };
    en->place->n_promises = 2;
    scratch_dir(&w.files, "/run/acdr");
    assert_int_equal(acdr_journal_write(w.root, w.j, NULL), 0);
    assert_int_equal(acdr_journal_read(w.root, &again, NULL), 0);
    assert_int_equal(again->n_entries, 1);
    assert_int_equal(again->entries[0].place->n_promises, 2);
    assert_int_equal(again->entries[0].place->promises[0].node, 1);
    assert_int_equal(again->entries[0].place->promises[0].kb, 1LL << 40);
    assert_int_equal(again->entries[0].place->promises[1].kb, 7);
    acdr_journal_free(again);
    drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_keeps_what_it_was_promised_until_it_touches_it),
        cmocka_unit_test(so_does_a_neighbour_that_is_bound),
        cmocka_unit_test(what_a_bound_guest_may_be_given_later_is_kept_apart),
        cmocka_unit_test(vcpus_with_cpus_of_their_own_share_none),
        cmocka_unit_test(promises_outlive_the_journal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
