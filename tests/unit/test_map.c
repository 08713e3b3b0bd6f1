/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* map.conf: what it may say, what is wrong with what it may not, and which rule fits a guest. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "map_world.h"
#include "text.h"

#define CONF ACDR_MAP_FILE

/* As Nova 32 writes it, with the parts that the tests need. */
static const char nova[] =
    "<domain type='kvm'><name>instance-0000001a</name><title> big one </title><metadata>"
    "<nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'>"
    "<nova:package version='32.0.0'/><nova:name>db-1</nova:name>"
    "<nova:flavor name='nfv.large' id='7'><nova:memory>4096</nova:memory><nova:extraSpecs>"
    "<nova:extraSpec name='hw:cpu_policy'>dedicated</nova:extraSpec>"
    "<nova:extraSpec name='acdr:class'>nfv-dataplane, hugepages-1g</nova:extraSpec>"
    "<nova:extraSpec name='bad'>a b!</nova:extraSpec><nova:extraSpec name='off'>none"
    "</nova:extraSpec><nova:extraSpec name='void'/></nova:extraSpecs></nova:flavor>"
    "<nova:image uuid='1'><nova:properties><nova:property name='hw_acdr'>balanced"
    "</nova:property></nova:properties></nova:image>"
    "<nova:owner><nova:user uuid='11aa'>alice</nova:user>"
    "<nova:project uuid='22bb'>telco</nova:project></nova:owner></nova:instance></metadata>"
    "</domain>";

static const char ovirt[] =
    "<domain type='kvm'><name>vm1</name><metadata><v:vm xmlns:v='http://ovirt.org/vm/1.0'>"
    "<v:custom><v:acdr_class>realtime</v:acdr_class></v:custom>"
    "<v:device><v:custom><v:inner>x</v:inner></v:custom></v:device></v:vm></metadata></domain>";

static struct acdr_domain *domain(const char *xml)
{
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    if (acdr_domain_parse(xml, strlen(xml), &d, &e) < 0)
        fail_msg("%s", e.text);
    return d;
}

/* The rule's LINES decide that the guest has CLASS (NULL: none of the rules fits). */
static void check(const char *xml, const char *lines, const char *class_name)
{
    acdr_auto(free) char *conf = acdr_text_format("[rule r]\n%s\n", lines);
    acdr_auto(acdr_map_free) struct acdr_map *m = map_of(conf);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = domain(xml);

    assert_int_equal(acdr_map_apply(m, d), 0);
    if (!acdr_text_same(d->class_name, class_name))
        fail_msg("%s\ngives %s, expected %s", conf, d->class_name ? d->class_name : "none",
                 class_name ? class_name : "none");
    assert_null(d->tag_error);
}

static void fits(const char *xml, const char *test)
{
    acdr_auto(free) char *lines = acdr_text_format("%s\nclass = soft", test);

    check(xml, lines, "soft");
}

static void passes_over(const char *xml, const char *test)
{
    acdr_auto(free) char *lines = acdr_text_format("%s\nclass = soft", test);

    check(xml, lines, NULL);
}

static void tests_what_nova_and_ovirt_say(void **state)
{
    (void)state;
    fits(nova, "name = instance-*");
    fits(nova, "title = big one");
    fits(nova, "nova-flavor = nfv.*");
    fits(nova, "nova-project = telco");
    fits(nova, "nova-project = 22bb");
    fits(nova, "nova-user = al?ce");
    fits(nova, "nova-user = 11aa");
    fits(nova, "nova-extra-spec = hw:cpu_policy=dedic*");
    fits(nova, "nova-extra-spec = hw:cpu_policy");
    fits(nova, "nova-extra-spec = void");
    fits(nova, "nova-image-property = hw_acdr=balanced");
    fits(ovirt, "ovirt-property = acdr_class=real*");
    passes_over(nova, "name = db-1");
    passes_over(nova, "title = big");
    passes_over(nova, "nova-flavor = NFV.*");
    passes_over(nova, "nova-project = alice");
    passes_over(nova, "nova-extra-spec = hw_acdr");
    passes_over(nova, "nova-extra-spec = hw:cpu_policy=shared");
    passes_over(nova, "nova-image-property = acdr:class");
    passes_over(nova, "ovirt-property = acdr_class");
    passes_over(ovirt, "ovirt-property = inner");
    passes_over(ovirt, "nova-flavor = *");
    passes_over(ovirt, "title = *");
}

/* Older releases have no extra specs in the XML; the namespace's version has changed. */
static void older_releases_of_nova_are_read(void **state)
{
    static const char old[] =
        "<domain type='kvm'><name>i</name><metadata>"
        "<instance xmlns='http://openstack.org/xmlns/libvirt/nova/1.0'><flavor name='m1.tiny'/>"
        "<owner><project uuid='p1'>lab</project></owner></instance></metadata></domain>";

    (void)state;
    fits(old, "nova-flavor = m1.tiny");
    fits(old, "nova-project = p1");
    passes_over(old, "nova-extra-spec = acdr:class");
}

static void lines_of_one_key_are_alternatives(void **state)
{
    (void)state;
    fits(nova, "nova-flavor = m1.*\nnova-flavor = nfv.*");
    fits(nova, "nova-flavor = m1.*\nname = instance-*\nnova-flavor = nfv.*");
    passes_over(nova, "nova-flavor = nfv.*\nname = web-*");
    fits(nova, "nova-extra-spec = off\nnova-extra-spec = hw:cpu_policy=dedicated");
    passes_over(nova, "nova-extra-spec = off=x\nnova-extra-spec = hw:cpu_policy=dedicated");
    fits(nova, "nova-extra-spec = off=x\nnova-extra-spec = off=none");
}

static void a_property_may_name_the_classes(void **state)
{
    (void)state;
    check(nova, "class-from = nova-extra-spec acdr:class", "nfv-dataplane hugepages-1g");
    check(nova, "class-from = nova-image-property hw_acdr", "balanced");
    check(ovirt, "class-from = ovirt-property acdr_class", "realtime");
    check(nova, "class-from = nova-extra-spec missing\n[rule s]\nclass = soft", "soft");
    check(nova, "class-from = nova-extra-spec off\n[rule s]\nclass = soft", NULL);
}

static void a_wrong_name_there_is_an_error(void **state)
{
    acdr_auto(acdr_map_free) struct acdr_map *m = map_of(
        "[rule r]\nclass-from = nova-extra-spec bad\n");
    acdr_auto(acdr_domain_free) struct acdr_domain *d = domain(nova);

    (void)state;
    assert_int_equal(acdr_map_apply(m, d), 0);
    assert_null(d->class_name);
    assert_string_equal(d->tag_error, CONF
                        ":2: the guest's nova-extra-spec bad=\"a b!\": not a valid class name; use "
                        "letters, digits, '.', '_' and '-'");
}

static void the_first_rule_that_fits_decides(void **state)
{
    (void)state;
    check(nova, "name = x\nclass = all\n[rule b]\nname = i*\nclass = huge\n[rule c]\nclass = soft",
          "huge");
    check(nova, "name = i*\nclass = none\n[rule c]\nclass = soft", NULL);
    check(nova, "class = soft, all", "soft all");
}

static void tagged(const char *first_line, const char *tag, const char *class_name, const char *by)
{
    acdr_auto(free) char *conf = acdr_text_format("%s\n[rule r]\nname = t\nclass = soft\n",
                                                  first_line);
    acdr_auto(free) char *xml = acdr_text_format(
        "<domain type='kvm'><name>t</name><metadata><a:class xmlns:a='urn:libacdr:domain:1' "
        "name='%s'/></metadata></domain>",
        tag);
    acdr_auto(acdr_map_free) struct acdr_map *m = map_of(conf);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = domain(xml);

    assert_int_equal(acdr_map_apply(m, d), 0);
    assert_true(acdr_text_same(d->class_name, class_name));
    assert_true(acdr_text_same(d->class_by, by));
    assert_int_equal(d->tag_error != NULL, !class_name && !by);
}

static void the_tag_wins_unless_the_file_says_otherwise(void **state)
{
    (void)state;
    tagged("", "mine", "mine", NULL);
    tagged("tag = wins", "mine", "mine", NULL);
    tagged("tag = loses", "mine", "soft", CONF ":2 [rule r]");
    tagged("tag = loses", "?", "soft", CONF ":2 [rule r]");
    tagged("tag = wins", "?", NULL, NULL);
}

static void wrong(const char *conf, const char *text)
{
    struct acdr_map *m = NULL;
    struct acdr_err e = { 0 };
    struct scratch t;

    scratch_make(&t);
    scratch_put(&t, CONF, "%s", conf);
    assert_int_equal(acdr_map_read(t.root, &m, &e), -EINVAL);
    assert_null(m);
    if (strncmp(e.text, text, strlen(text)) != 0)
        fail_msg("%s\nsays: %s\nexpected: %s", conf, e.text, text);
    scratch_drop(&t);
}

static void errors_name_file_and_line(void **state)
{
    (void)state;
    wrong("tag = maybe\n", CONF ":1: tag: \"maybe\" is not valid; use wins or loses");
    wrong("name = a\n", CONF ":1: name: unknown key; before the first [rule NAME]");
    wrong("[map a]\n", CONF ":1: [map a]: unknown section; the only one is [rule NAME]");
    wrong("[rule]\n", CONF ":1: [rule]: unknown section");
    wrong("[rule a]\nclass = b\nname = c\n[rule a]\nclass = b\n",
          CONF ":4: [rule a]: already in line 1; rename one of them");
    wrong("\n[rule a]\nname = b\n", CONF ":2: [rule a]: it names no class; write class = NAME");
    wrong("[rule a]\nname = b\n[rule c]\nclass = d\n", CONF ":1: [rule a]: it names no class");
    wrong("[rule a]\nclass = b\n[rule c]\nname = e\nclass = d\n",
          CONF ":1: [rule a]: it tests nothing, so it fits every guest");
    wrong("[rule a]\nclass = b!\n", CONF ":2: class: \"b!\": not a valid class name");
    wrong("[rule a]\nclass = b\nclass-from = nova-extra-spec x\n",
          CONF ":3: class-from: [rule a] has its classes already");
    wrong("[rule a]\nclass-from = name x\n", CONF ":2: class-from: \"name x\" is not KEY PROPERTY");
    wrong("[rule a]\nclass-from = nova-extra-spec\n", CONF ":2: class-from: \"nova-extra-spec\"");
    wrong("[rule a]\nflavor = x\n",
          CONF ":2: flavor: unknown key in [rule a]; use one of: class, ");
    wrong("[rule a]\nname =\n", CONF ":2: name: \"\" is not a pattern");
    wrong("[rule a]\nname = x\\\n", CONF ":2: name: \"x\\\" is not a pattern");
    wrong("[rule a]\nnova-extra-spec = =x\n",
          CONF ":2: nova-extra-spec: \"=x\" is not PROPERTY=PATTERN");
    wrong("[rule a]\nname\n", CONF ":2: this is neither [SECTION] nor KEY = VALUE");
}

static void no_file_is_no_map(void **state)
{
    struct acdr_map *m = (struct acdr_map *)1;
    struct scratch t;

    (void)state;
    scratch_make(&t);
    assert_int_equal(acdr_map_read(t.root, &m, NULL), 0);
    assert_null(m);
    scratch_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_what_nova_and_ovirt_say),
        cmocka_unit_test(older_releases_of_nova_are_read),
        cmocka_unit_test(lines_of_one_key_are_alternatives),
        cmocka_unit_test(a_property_may_name_the_classes),
        cmocka_unit_test(a_wrong_name_there_is_an_error),
        cmocka_unit_test(the_first_rule_that_fits_decides),
        cmocka_unit_test(the_tag_wins_unless_the_file_says_otherwise),
        cmocka_unit_test(errors_name_file_and_line),
        cmocka_unit_test(no_file_is_no_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
