/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents of other guests: what is read of them is what the whole document says, and whatever
 * they hold, they cost little time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <time.h>

#include "domain.h"
#include "neighbours.h"
#include "scratch.h"
#include "text.h"

/* Of CPU time, so that other work on this machine does not count. */
enum { NEIGHBOUR_MS = 50, OWN_MS = 2000 };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SLOWER = 30 };
#else
enum { SLOWER = 1 };
#endif

#define HEAD                                                                                       \
    "<domain type='kvm'><name>g</name><uuid>00000000-0000-4000-8000-000000000001</uuid>"           \
    "<memory>1024</memory>"

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* --- the same as the whole ---------------------------------------------------------------- */

static void assert_same_pins(const struct acdr_domain *a, const struct acdr_domain *b)
{
    assert_int_equal(a->vcpus_max, b->vcpus_max);
    assert_int_equal(a->vcpus, b->vcpus);
    for (int i = 0; i < a->vcpus; i++)
        assert_int_equal(a->vcpu_id[i], b->vcpu_id[i]);
    for (int i = 0; i < a->vcpus_max; i++) {
        assert_true(!a->pin[i] == !b->pin[i]);
        assert_true(!a->pin[i] || acdr_bitmap_equal(a->pin[i], b->pin[i]));
    }
    assert_int_equal(a->has_emulatorpin, b->has_emulatorpin);
    assert_memory_equal(&a->emulatorpin, &b->emulatorpin, sizeof(a->emulatorpin));
    assert_int_equal(a->n_iothreadpins, b->n_iothreadpins);
    for (size_t i = 0; i < a->n_iothreadpins; i++)
        assert_memory_equal(&a->iothreadpins[i].cpus, &b->iothreadpins[i].cpus,
                            sizeof(a->iothreadpins[i].cpus));
}

static void assert_same_memory(const struct acdr_domain *a, const struct acdr_domain *b)
{
    assert_int_equal(a->memory_kb, b->memory_kb);
    assert_int_equal(a->start_kb, b->start_kb);
    assert_int_equal(a->grow_kb, b->grow_kb);
    assert_int_equal(a->hugepages, b->hugepages);
    assert_int_equal(a->has_mem_nodes, b->has_mem_nodes);
    assert_memory_equal(&a->mem_nodes, &b->mem_nodes, sizeof(a->mem_nodes));
    assert_string_equal(a->mem_mode, b->mem_mode);
    assert_string_equal(a->memory_source, b->memory_source);
    assert_int_equal(a->n_cells, b->n_cells);
    assert_true(acdr_text_same(a->fixed_by, b->fixed_by));
    assert_string_equal(a->balloon, b->balloon);
}

/* Both read it, or both refuse it; true if they read it. */
static bool compare(const char *xml, size_t len)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *whole = NULL, *skimmed = NULL;
    int err = acdr_domain_parse(xml, len, &whole, NULL);

    if (acdr_domain_skim(xml, len, &skimmed, NULL) < 0 || err < 0) {
        assert_null(skimmed);
        assert_null(whole);
        return false;
    }
    assert_string_equal(whole->name, skimmed->name);
    assert_string_equal(whole->uuid, skimmed->uuid);
    assert_string_equal(whole->partition, skimmed->partition);
    assert_same_pins(whole, skimmed);
    assert_same_memory(whole, skimmed);
    return true;
}

static int compare_folder(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    assert_non_null(d);
    for (struct dirent *f = readdir(d); f; f = readdir(d)) {
        acdr_auto(free) char *path = acdr_text_format("%s/%s", dir, f->d_name);
        char buf[1 << 16];
        FILE *in = acdr_text_has_suffix(f->d_name, ".xml") ? fopen(path, "r") : NULL;

        if (!in)
            continue;
        n += compare(buf, fread(buf, 1, sizeof(buf), in));
        fclose(in);
    }
    closedir(d);
    return n;
}

static void reads_of_a_document_what_the_whole_says(void **state)
{
    static const char odd[] = "<!-- <domain> --><domstatus state='running' pid='7'><vcpu>9</vcpu>"
                              "<domain type=\"a>b\"\n id='3'><name>a<!--x-->b</name>"
                              "<metadata><domain><vcpu>5</vcpu></domain></metadata>"
                              "<?pi <x> ?><vcpu>2</vcpu><description>&lt;/domain></description>"
                              "<x:vcpu xmlns:x='y'>7</x:vcpu><devices><emulator>q</emulator>"
                              "<disk><target dev='vda'/><source file='f'/></disk></devices>"
                              "<cputune><vcpupin vcpu='1' cpuset='3'/></cputune>"
                              "</domain></domstatus>";

    const char *source = getenv("ACDR_SOURCE");
    acdr_auto(free) char *dir = NULL;

    (void)state;
    assert_true(compare(odd, strlen(odd)));
    assert_non_null(source);
    dir = acdr_text_format("%s/tests/domains", source);
    assert_true(compare_folder(dir) > 10);
}

static void refuses_what_is_not_a_domain(void **state)
{
    static const char *const rows[] = {
        "",
        "<",
        "<domain",
        "<domain>",
        "<domain><name>g</name>",
        "<domain a='>",
        "<domain><!-- </domain>",
        "<domain><![CDATA[ </domain>",
        "<!DOCTYPE d [<!ENTITY e 'x'>]><domain><name>&e;</name></domain>",
        "<domains><domain/></domains>",
        "<domstatus><a><domain></domain></a></domstatus>",
        "<domain><name>g</uuid></domain>",
        "</domain>",
        "<domain></domain",
    };

    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_strbuf t = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_false(compare(rows[i], strlen(rows[i])));
    /* The parser ends an empty element even after it has been stopped at its begin. */
    acdr_strbuf_add(&t, "<domain");
    for (int i = 0; i < 65; i++)
        acdr_strbuf_addf(&t, " a%d=''", i);
    acdr_strbuf_add(&t, "/>");
    assert_int_equal(acdr_domain_skim(t.s, t.len, &d, NULL), -EBADMSG);
    acdr_strbuf_done(&t);
}

/* --- whatever it holds, a short time ------------------------------------------------------ */

/* HEAD, then FORMAT N times, with its number, between BEFORE and AFTER. */
static char *repeat(const char *before, const char *format, int n, const char *after)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, HEAD);
    acdr_strbuf_add(&t, before);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    for (int i = 0; i < n; i++)
        acdr_strbuf_addf(&t, format, i);
#pragma GCC diagnostic pop
    acdr_strbuf_add(&t, after);
    acdr_strbuf_add(&t, "</domain>");
    return acdr_strbuf_take(&t);
}

static const struct {
    const char *before, *format;
    int n;
    const char *after;
    bool is_read; /* as another guest's */
} hostile[] = {
    { "<metadata><x ", "a%d='' ", 60000, "/></metadata>", true },
    { "<metadata><x ", "xmlns:a%d='u' ", 60000, "/></metadata>", true },
    { "<metadata><x ", "a%d='' ", 1000000, "/></metadata>", false },
    { "<metadata><x ", "a%d='' ", 600000, "/></metadata>", false },
    { "<metadata>", "<a%d/>", 100000, "</metadata>", false },
    { "<metadata>", "<a%d/>", 19000, "</metadata>", true },
    { "<metadata>", "<a%d/>", 1500000, "</metadata>", false },
    { "<metadata>", "<a x%d=''>", 300000, "</metadata>", false },
    { "<vcpu ", "a%d='' ", 60000, ">1</vcpu>", false },
    { "<devices><disk ", "a%d='' ", 60000, "/></devices>", true },
    { "<devices><hostdev ", "a%d='' ", 60000, "/></devices>", false },
    { "<devices>", "<shmem a%d=''/>", 60000, "</devices>", false },
    { "<vcpu cpuset='", "%d,", 2000000, "1'>1</vcpu>", false },
    { "<vcpu cpuset='0", ",%d-16383", 16000, "'>1</vcpu>", true },
    { "<vcpu cpuset='0", ",1,0x%x", 20000, "'>1</vcpu>", false },
    { "<vcpu>8192</vcpu><cputune>", "<vcpupin vcpu='%d' cpuset='1'/>", 8192, "</cputune>", true },
    { "<vcpu>8192</vcpu><cputune>", "<vcpupin vcpu='%1$d' cpuset='0-%1$d'/>", 8192, "</cputune>",
      true },
    { "<iothreads>1</iothreads><cputune>", "<iothreadpin iothread='1%d' cpuset='1'/>", 20000,
      "</cputune>", false },
    { "<cpu><numa>", "<cell id='%d' memory='1'/>", 1024, "</numa></cpu>", true },
    { "<cpu><numa>", "<cell id='%d' memory='1'/>", 30000, "</numa></cpu>", false },
    { "<devices>", "<interface type='network%d'/>", 19000, "</devices>", true },
    { "<description>", "<!-- %d -->", 40000, "</description>", true },
    { "<description>", "<![CDATA[<%d]]>", 40000, "</description>", true },
    { "<name>", "&#%d9;", 100000, "</name>", false },
};

/* The shortest of some tries, in ms. */
static double read_neighbours(struct scratch *t, struct acdr_neighbours *ret)
{
    double best = 1e9;

    for (int i = 0; i < 3; i++) {
        double ms = cpu_ms();

        if (i)
            acdr_neighbours_done(ret);
        assert_int_equal(acdr_neighbours_read(t->root, ret, NULL), 0);
        ms = cpu_ms() - ms;
        best = ms < best ? ms : best;
    }
    return best;
}

static void other_guests_documents_cost_little(void **state)
{
    struct scratch t;
    double slowest = 0;

    (void)state;
    scratch_make(&t);
    scratch_put(&t, "/proc/7/stat", "7 (q) S 1 1 1 0 -1 0 1 2 3 4 0 1 7 8 20 0 1 0 1 1000\n");
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        acdr_auto(free) char *xml = repeat(hostile[i].before, hostile[i].format, hostile[i].n,
                                           hostile[i].after);
        acdr_auto(free) char *text = NULL;
        struct acdr_neighbours all;
        double ms;

        text = acdr_text_format("<domstatus pid='7'>%s</domstatus>", xml);
        scratch_write(&t, "/run/libvirt/qemu/g.xml", text, strlen(text));
        ms = read_neighbours(&t, &all);
        if (ms > NEIGHBOUR_MS * SLOWER)
            fail_msg("document %zu took %.1f ms", i, ms);
        if ((all.unread.code == 0) != hostile[i].is_read)
            fail_msg("document %zu: %s", i, all.unread.code ? all.unread.text : "read");
        slowest = ms > slowest ? ms : slowest;
        acdr_neighbours_done(&all);
    }
    print_message("the slowest document took %.1f ms\n", slowest);
    scratch_drop(&t);
}

static void a_guests_own_document_costs_a_bounded_time(void **state)
{
    double slowest = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        acdr_auto(free) char *xml = repeat(hostile[i].before, hostile[i].format, hostile[i].n,
                                           hostile[i].after);
        acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
        struct acdr_err e = { 0 };
        double ms = cpu_ms();

        acdr_domain_parse(xml, strlen(xml), &d, &e);
        ms = cpu_ms() - ms;
        if (ms > OWN_MS * SLOWER)
            fail_msg("document %zu took %.1f ms", i, ms);
        slowest = ms > slowest ? ms : slowest;
        assert_true(d || strstr(e.text, "line ") || e.code == E2BIG);
    }
    print_message("the slowest document took %.1f ms\n", slowest);
}

/* --- beyond the limits -------------------------------------------------------------------- */

static void put_thread(struct scratch *t, int tid, const char *comm, const char *cpus)
{
    acdr_auto(free) char *path = acdr_text_format("/proc/7/task/%d/status", tid);

    scratch_put(t, path, "Name:\t%s\nUmask:\t0022\nCpus_allowed_list:\t%s\nx\n", comm, cpus);
}

/* The guest is known by where its threads may run. */
static void an_odd_guest_has_the_cpus_of_its_threads(void **state)
{
    acdr_auto(free) char *xml = repeat("<vcpu ", "a%d='' ", 100, ">1</vcpu>");
    struct acdr_neighbours all;
    struct scratch t;
    const struct acdr_domain *d;

    (void)state;
    scratch_make(&t);
    scratch_put(&t, "/proc/7/stat", "7 (q) S 1 1 1 0 -1 0 1 2 3 4 0 1 7 8 20 0 1 0 1 1000\n");
    put_thread(&t, 7, "qemu-system-x86", "0-1");
    put_thread(&t, 8, "CPU 0/KVM", "3");
    put_thread(&t, 9, "CPU 1/KVM", "4-5");
    scratch_put(&t, "/run/libvirt/qemu/odd.xml", "<domstatus pid='7'>%s</domstatus>", xml);
    scratch_put(&t, "/run/libvirt/qemu/gone.xml", "<domstatus pid='8'>%s</domstatus>", xml);
    assert_int_equal(acdr_neighbours_read(t.root, &all, NULL), 0);
    assert_int_equal(all.n, 1);
    d = all.v[0].domain;
    assert_string_equal(d->name, "odd");
    assert_string_equal(d->uuid, "00000000-0000-4000-8000-000000000001");
    assert_int_equal(d->vcpus, 2);
    assert_int_equal(acdr_bitmap_next(d->pin[0], -1), 3);
    assert_int_equal(acdr_bitmap_weight(d->pin[0]), 1);
    assert_int_equal(acdr_bitmap_weight(d->pin[1]), 2);
    assert_int_equal(acdr_bitmap_weight(&d->emulatorpin), 2);
    assert_non_null(strstr(all.unread.text, "odd.xml: domain XML"));
    acdr_neighbours_done(&all);
    scratch_drop(&t);
}

/* Whatever is before the UUID, or without one: a QEMU that runs is somebody's. */
static void a_long_document_hides_no_guest(void **state)
{
    static const char *const ids[] = { "<uuid>00000000-0000-4000-8000-000000000001</uuid>", "" };
    struct scratch t;

    (void)state;
    scratch_make(&t);
    scratch_put(&t, "/proc/7/stat", "7 (q) S 1 1 1 0 -1 0 1 2 3 4 0 1 7 8 20 0 1 0 1 1000\n");
    put_thread(&t, 7, "qemu-system-x86", "6");
    for (size_t i = 0; i < 2; i++) {
        acdr_auto(free) char *text = acdr_text_format(
            "<domstatus pid='7'><devices>%100000s</devices><domain>%s<metadata>%1200000s"
            "</metadata></domain></domstatus>",
            "", ids[i], "");
        struct acdr_neighbours all;

        assert_non_null(text);
        scratch_write(&t, "/run/libvirt/qemu/long.xml", text, strlen(text));
        assert_int_equal(acdr_neighbours_read(t.root, &all, NULL), 0);
        assert_int_equal(all.n, 1);
        assert_int_equal(all.unread.code, EBADMSG);
        assert_int_equal(acdr_bitmap_next(all.v[0].domain->pin[0], -1), 6);
        acdr_neighbours_done(&all);
    }
    scratch_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_of_a_document_what_the_whole_says),
        cmocka_unit_test(refuses_what_is_not_a_domain),
        cmocka_unit_test(other_guests_documents_cost_little),
        cmocka_unit_test(an_odd_guest_has_the_cpus_of_its_threads),
        cmocka_unit_test(a_long_document_hides_no_guest),
        cmocka_unit_test(a_guests_own_document_costs_a_bounded_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
