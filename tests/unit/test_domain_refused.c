/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is refused of a domain's XML, whoever wrote it: with a line, and with nothing printed. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "domain.h"
#include "text.h"

/* Refused with -EBADMSG and a line, and the text holds PART. */
static void refused_raw(const char *xml, size_t len, const char *part)
{
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_domain_parse(xml, len, &d, &e), -EBADMSG);
    assert_null(d);
    assert_int_equal(e.code, EBADMSG);
    if (!strstr(e.text, "line ") || !strstr(e.text, part))
        fail_msg("\"%s\" has no \"%s\"", e.text, part);
}

static void refused(const char *inside, const char *part)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain>\n<name>g</name>\n%s</domain>", inside);

    refused_raw(xml, strlen(xml), part);
}

static void refuses_values_that_libvirt_refuses(void **state)
{
    static const char *const rows[][2] = {
        { "<vcpu>two</vcpu>", "line 3: <vcpu>: its text is not a number" },
        { "<vcpu>-1</vcpu>", "not a number" },
        { "<vcpu>0</vcpu>", "from 1 to 8192" },
        { "<vcpu>99999999999999999999</vcpu>", "not a number" },
        { "<vcpu>100000</vcpu>", "from 1 to 8192" },
        { "<vcpu current='5'>4</vcpu>", "current must be" },
        { "<vcpus><vcpu id='4' enabled='yes'/></vcpus>", "no vCPU has that id" },
        { "<vcpu cpuset='1-'>1</vcpu>", "cpuset is not a set" },
        { "<vcpu cpuset='3-1'>1</vcpu>", "cpuset is not a set" },
        { "<vcpu cpuset='1,^1'>1</vcpu>", "a set without a member" },
        { "<vcpu cpuset='^0-3'>1</vcpu>", "cpuset is not a set" },
        { "<vcpu cpuset='16384'>1</vcpu>", "cpuset is not a set" },
        { "\n\n<cputune><vcpupin vcpu='0'/></cputune>", "line 5: <vcpupin vcpu=\"0\">" },
        { "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='0' cpuset='2'/></cputune>",
          "pinned twice" },
        { "<memory unit='furlong'>1</memory>", "unit is not a unit" },
        { "<memory>lots</memory>", "not a size" },
        { "<memory unit='E'>99</memory>", "too large" },
        { "<cpu><numa><cell id='1'/><cell id='1'/></numa></cpu>", "two cells" },
        { "<cpu><numa><cell id='0' cpus='0-3'/><cell id='1' cpus='3'/></numa></cpu>",
          "a vCPU of it is in another cell" },
        { "<memory unit='E'>16</memory>", "too large" },
        { "<memory unit='KiB'>18014398509481984</memory>", "too large" },
        { "<numatune><memnode cellid='0' nodeset='1'/></numatune>", "no guest NUMA cell" },
        { "<uuid>not-a-uuid</uuid>", "not a UUID" },
        { "<uuid>daadd5d4-faad-43f7-b9b2-31b38de75a5a0</uuid>", "not a UUID" },
        { "<devices><interface><driver queues='-5'/></interface></devices>", "queues is not" },
        { "<devices><hostdev type='pci'><source><address bus='256'/></source></hostdev></devices>",
          "not a PCI address" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        refused(rows[i][0], rows[i][1]);
    refused_raw("<domain><name>a/b</name></domain>", 33, "a slash");
}

static void refuses_what_is_no_domain(void **state)
{
    static const char utf16[] = "\xff\xfe<\0d\0>\0";
    static const char latin1[] = "<?xml version='1.0' encoding='ISO-8859-1'?><domain>\xe9</domain>";

    (void)state;
    refused_raw("", 0, "line 1");
    refused_raw("<domain>", 8, "line 1");
    refused_raw("<network/>", 10, "not a <domain> element");
    refused_raw("<domstatus/>", 12, "not a <domain> element");
    refused_raw("<domain xmlns='urn:x'/>", 23, "not a <domain> element");
    refused_raw("<domain/><domain/>", 18, "line 1");
    refused_raw("<domain>\n\n<a></b></domain>", 26, "line 3");
    refused_raw(utf16, sizeof(utf16) - 1, "UTF-8");
    refused_raw(latin1, sizeof(latin1) - 1, "UTF-8");
    refused_raw("<domain>\0</domain>", 18, "UTF-8");
    refused_raw("<domain>&undeclared;</domain>", 29, "undefined entity");
}

static void refuses_every_dtd(void **state)
{
    static const char *const rows[] = {
        "<!DOCTYPE domain>\n<domain/>",
        "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>",
        ("<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
         "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><domain><name>&c;</name></domain>"),
        "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><domain><name>&x;</name></domain>",
        "<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/p'> %p; ]><domain/>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        refused_raw(rows[i], strlen(rows[i]), "DTD");
}

static void refuses_deep_nesting(void **state)
{
    struct acdr_strbuf t = { 0 };

    (void)state;
    acdr_strbuf_add(&t, "<domain>");
    for (int i = 0; i < 100000; i++)
        acdr_strbuf_add(&t, "<a>");
    refused_raw(t.s, t.len, "more than 257 deep");
    acdr_strbuf_done(&t);
}

/* What costs libxml2 2.9 minutes, and what libvirt takes although a prefix has no declaration. */
static void takes_many_attributes_and_undeclared_prefixes(void **state)
{
    struct acdr_strbuf t = { 0 };
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };
    struct timespec begin, end;

    (void)state;
    acdr_strbuf_add(&t, "<domain><name>g</name><metadata><x");
    for (int i = 0; i < 60000; i++)
        acdr_strbuf_addf(&t, " a%d='' xmlns:p%d='u'", i, i);
    acdr_strbuf_add(&t, "/><p:y/></metadata></domain>");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    assert_int_equal(acdr_domain_parse(t.s, t.len, &d, &e), 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_true(end.tv_sec - begin.tv_sec < 5); /* 0.1 s where nothing else runs */
    assert_string_equal(d->name, "g");
    acdr_domain_free(d);
    acdr_strbuf_done(&t);
}

static void takes_16_mib_and_no_more(void **state)
{
    struct acdr_domain *d = NULL;
    struct acdr_strbuf t = { 0 };
    struct acdr_err e = { 0 };

    (void)state;
    acdr_strbuf_add(&t, "<domain>");
    while (t.len < (16 << 20) - 2000)
        acdr_strbuf_addf(&t, "<!--%990s-->", "");
    acdr_strbuf_addf(&t, "%*s</domain>", (16 << 20) - (int)t.len - 9, "");
    assert_int_equal(t.len, 16 << 20);
    assert_int_equal(acdr_domain_parse(t.s, t.len, &d, &e), 0);
    acdr_domain_free(d);
    d = NULL;
    acdr_strbuf_add(&t, "\n");
    assert_int_equal(acdr_domain_parse(t.s, t.len, &d, &e), -E2BIG);
    assert_null(d);
    assert_int_equal(e.code, E2BIG);
    acdr_strbuf_done(&t);
}

static void writes_nothing_to_stderr(void **state)
{
    char path[] = P_tmpdir "/acdr-test-XXXXXX";
    int fd = mkstemp(path), saved = dup(2);
    long written;

    (void)state;
    assert_true(fd >= 0 && saved >= 0 && dup2(fd, 2) == 2);
    refuses_what_is_no_domain(NULL);
    refuses_every_dtd(NULL);
    fflush(stderr);
    written = lseek(fd, 0, SEEK_END);
    dup2(saved, 2);
    close(saved);
    close(fd);
    unlink(path);
    assert_int_equal(written, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_values_that_libvirt_refuses),
        cmocka_unit_test(refuses_what_is_no_domain),
        cmocka_unit_test(refuses_every_dtd),
        cmocka_unit_test(refuses_deep_nesting),
        cmocka_unit_test(takes_many_attributes_and_undeclared_prefixes),
        cmocka_unit_test(takes_16_mib_and_no_more),
        cmocka_unit_test(writes_nothing_to_stderr),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
