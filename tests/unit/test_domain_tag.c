/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ACDR's tag in a domain's metadata: what counts, and what is wrong with what does not. */
#include <stdarg.h>
#include <errno.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "domain.h"
#include "text.h"

#define NS "xmlns:acdr='urn:libacdr:domain:1'"

static struct acdr_domain *parse(const char *metadata)
{
    acdr_auto(free) char *xml =
        acdr_text_format("<domain>\n<name>g</name>\n<metadata>\n%s</metadata></domain>", metadata);
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    if (acdr_domain_parse(xml, strlen(xml), &d, &e))
        fail_msg("%s", e.text);
    return d;
}

static void assert_class(const char *metadata, const char *class)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(metadata);

    assert_null(d->tag_error);
    assert_non_null(d->class_name);
    assert_string_equal(d->class_name, class);
}

static void assert_wrong(const char *metadata, const char *part)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(metadata);

    assert_null(d->class_name);
    assert_non_null(d->tag_error);
    assert_null(strchr(d->tag_error, '\n'));
    if (!strstr(d->tag_error, part))
        fail_msg("\"%s\" has no \"%s\"", d->tag_error, part);
}

static void takes_any_prefix_and_none(void **state)
{
    (void)state;
    assert_class("<acdr:class " NS " name='cleaner-cores'/>", "cleaner-cores");
    assert_class("<class name='x' xmlns='urn:libacdr:domain:1'/>", "x");
    assert_class("<q:class xmlns:q='urn:libacdr:domain:1' q:name='a.b_c-9'></q:class>", "a.b_c-9");
    assert_class("<acdr:class " NS " name='a  b,\n c '/>", "a b c");
    assert_class("<acdr:class " NS " name='x'> <!-- why --> </acdr:class>", "x");
}

static void stands_beside_others_metadata(void **state)
{
    (void)state;
    assert_class("<o:os xmlns:o='http://libosinfo.org/xmlns/libvirt/domain/1.0'>"
                 "<o:class name='no'/></o:os><acdr:class " NS " name='x'/><class name='y'/>",
                 "x");
}

/* libvirt prints them as they were given: the fifth edition of XML 1.0 has them, expat does not. */
static void stands_beside_names_of_any_script(void **state)
{
    static const char *const rows[] = {
        "<o:\u2070x xmlns:o='urn:o'/>",
        "<o:a\u203f xmlns:o='urn:o'><!-- <\u2c00 ' --><![CDATA[<\u2c00 \"]]></o:a\u203f>",
        "<\U00010000:x xmlns:\U00010000='urn:o' \u2c00='1' \u2c01='2' a=\"it's > \u2070\"/>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(free) char *more = acdr_text_format("%s<acdr:class " NS " name='x'/>", rows[i]);

        assert_class(more, "x");
    }
}

/* What is in quotes and between tags stays what it is, and what is wrong stays wrong. */
static void texts_are_kept_where_names_are_odd(void **state)
{
    static const char *const wrong[] = { "<o:\u2070 a=\xe2\x81\xb0/>", "<a\xff/>",
                                         "<\u2070><b></\u2070>",
                                         "<\u2070 \u2c00='1' \u2c00='2'/>" };

    (void)state;
    assert_wrong("<o:\u2070 xmlns:o='urn:o'/><acdr:class " NS " name='\u00e9\u2070'/>",
                 "\u00e9\u2070");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        acdr_auto(free) char *xml =
            acdr_text_format("<domain><name>g</name><metadata>%s</metadata></domain>", wrong[i]);
        struct acdr_domain *none = NULL;

        assert_int_equal(acdr_domain_parse(xml, strlen(xml), &none, NULL), -EBADMSG);
    }
}

static void is_not_there_where_the_namespace_is_not_ours(void **state)
{
    static const char *const rows[] = {
        "",
        "<class name='x'/>",
        "<acdr:class name='x'/>",
        "<acdr:class xmlns:acdr='urn:libacdr:domain:2' name='x'/>",
        "<o:os xmlns:o='urn:o'><acdr:class " NS " name='x'/></o:os>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(rows[i]);

        assert_null(d->class_name);
        assert_null(d->tag_error);
    }
}

static void is_wrong_twice(void **state)
{
    (void)state;
    assert_wrong("<acdr:class " NS " name='a'/>\n<acdr:class " NS " name='a'/>",
                 "line 5: <acdr:class name=\"a\">: the domain has two ACDR tags");
    assert_wrong("<acdr:class " NS " name='a'/><acdr:other " NS "/>", "two ACDR tags");
}

static void is_wrong_without_one_good_name(void **state)
{
    (void)state;
    assert_wrong("<acdr:class " NS "/>", "<acdr:class>: the name is missing");
    assert_wrong("<acdr:class " NS " name=''/>", "<acdr:class name=\"\">: not a valid class name");
    assert_wrong("<acdr:class " NS " name='../../etc/x'/>", "name=\"../../etc/x\">: not a valid");
    assert_wrong("<acdr:class " NS " name='a /b'/>", "not a valid class name");
    assert_wrong("<acdr:class " NS " name='a b a'/>", "it names a class twice");
    assert_wrong("<acdr:class " NS " name='-a'/>", "not a valid class name");
    assert_wrong("<acdr:class " NS " name='a&#10;b'/>", "name=\"a?b\">");
    assert_wrong("<acdr:class " NS " name='a' acdr:name='a'/>", "given twice");
}

static void is_wrong_with_anything_more(void **state)
{
    (void)state;
    assert_wrong("<acdr:class " NS " name='a' cpus='0-3'/>", "no attribute but name");
    assert_wrong("<acdr:class " NS " xmlns:x='urn:x' name='a' x:y='1'/>", "no attribute but name");
    assert_wrong("<acdr:profile " NS " name='a'/>",
                 "<acdr:profile name=\"a\">: unknown ACDR element");
    assert_wrong("<acdr:class " NS " name='a'>b</acdr:class>", "must be empty");
    assert_wrong("<acdr:class " NS " name='a'><acdr:class name='b'/></acdr:class>",
                 "must be empty");
}

static void is_quoted_shortly(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_strbuf t = { 0 };

    (void)state;
    acdr_strbuf_add(&t, "<acdr:class " NS " name='");
    for (int i = 0; i < 5000; i++)
        acdr_strbuf_add(&t, "\xc3\xa9");
    acdr_strbuf_add(&t, "'/>");
    d = parse(t.s);
    acdr_strbuf_done(&t);
    assert_non_null(d->tag_error);
    assert_true(strlen(d->tag_error) < 300);
    assert_non_null(strstr(d->tag_error, "\xc3\xa9...>: not a valid class name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_any_prefix_and_none),
        cmocka_unit_test(stands_beside_others_metadata),
        cmocka_unit_test(stands_beside_names_of_any_script),
        cmocka_unit_test(texts_are_kept_where_names_are_odd),
        cmocka_unit_test(is_not_there_where_the_namespace_is_not_ours),
        cmocka_unit_test(is_wrong_twice),
        cmocka_unit_test(is_wrong_without_one_good_name),
        cmocka_unit_test(is_wrong_with_anything_more),
        cmocka_unit_test(is_quoted_shortly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
