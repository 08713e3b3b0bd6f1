/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts opened from what acdr_record() wrote, and from what nobody should have written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_world.h"
#include "text.h"

static char *describe(struct acdr *a)
{
    struct acdr_item *report = NULL;

    assert_int_equal(acdr_host(a, &report, NULL), 0);
    return api_json(report);
}

static void a_recording_is_the_host_that_went_in(void **state)
{
    struct acdr_item *report = NULL;
    struct acdr *b = NULL;
    struct acdr_err e = { 0 };
    char *was, *is, *folder;
    const char *text;
    struct api w;

    (void)state;
    api_open(&w, "epyc-48");
    assert_int_equal(acdr_record(w.a, &report, NULL), 0);
    text = acdr_item_text(acdr_item_find(report, "recording"));
    if (acdr_open_recording(text, strlen(text), &b, &e) < 0)
        fail_msg("%s", e.text);
    was = describe(w.a);
    is = describe(b);
    assert_string_equal(is, was);
    folder = strdup(acdr_root(b));
    assert_int_equal(access(folder, F_OK), 0);
    acdr_close(b);
    assert_int_not_equal(access(folder, F_OK), 0);
    free(folder);
    free(was);
    free(is);
    acdr_item_free(report);
    api_close(&w);
}

static void classes_of_the_installation_serve_unless_recorded(void **state)
{
    static const char text[] = "/sys/devices/system/cpu/online\t0-3\n"
                               "/sys/devices/system/node/node0/cpulist\t0-3\n"
                               "/etc/acdr/classes/own.conf\tdescription = recorded\n";
    struct acdr_item *report = NULL;
    struct acdr *a = NULL;
    char *from = host_tree_new();
    char *json;

    (void)state;
    host_tree_put(from, "/etc/acdr/classes/own.conf", "description = installed\n");
    host_tree_put(from, "/etc/acdr/classes/other.conf", "description = installed as well\n");
    assert_int_equal(acdr_handle_open_recording(text, strlen(text), from, &a, NULL), 0);
    assert_int_equal(acdr_classes(a, NULL, &report, NULL), 0);
    json = api_json(report);
    assert_non_null(strstr(json, "\"recorded\""));
    assert_non_null(strstr(json, "\"installed as well\""));
    assert_null(strstr(json, "\"installed\""));
    free(json);
    acdr_close(a);
    host_tree_remove(from);
}

static void refuse(const char *text, size_t len, int want, const char *says)
{
    struct acdr *a = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_open_recording(text, len, &a, &e);

    if (err != want || !strstr(e.text, says))
        fail_msg("\"%.40s\" gives %d (%s), not %d", text, err, e.text, want);
    assert_null(a);
}

static void what_is_no_recording_is_refused(void **state)
{
    static const char *const lines[] = {
        "nonsense\n",
        "/../etc/x\ty\n",
        "/a/../../etc/x\ty\n",
        "/a/..\ty\n",
        "/\tx\n",
        "/sys/{0-x}/a\tb\n",
        "/sys/{0-3\tb\n",
        "thread\t../1\t1\tn\t0\t1\t0\n",
        "irq\t../../x\tn\t0\n",
        "args\t1/../x\ta\n",
        "link\tetc/x\ty\n",
        "link\t/x/../../y\tz\n",
        "thread\t1\t1\tn\n",
    };
    char line[64];

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        snprintf(line, sizeof(line), "# x\n%s", lines[i]);
        refuse(line, strlen(line), -EBADMSG, "line 2 ");
    }
    refuse("/a\tb\0c\n", 7, -EBADMSG, "no text");
}

/* A few bytes must not become a full disk. */
static void a_recording_that_grows_is_refused(void **state)
{
    struct acdr_strbuf t = { 0 };

    (void)state;
    for (int i = 0; i < 70; i++)
        acdr_strbuf_addf(&t, "/sys/{0-4095}/\n");
    refuse(t.s, t.len, -EFBIG, "files");
    acdr_strbuf_done(&t);
}

/* Links lead nowhere but below the folder, whatever they say. */
static void links_do_not_lead_out(void **state)
{
    char *outside = host_tree_new();
    char *text = acdr_text_format("link\t/sys\t%s\nlink\t/up\t../../../../..%s\n/sys/x\tgone\n"
                                  "/up/y\tgone\n",
                                  outside, outside);
    char path[256];
    struct acdr *a = NULL;

    (void)state;
    if (acdr_open_recording(text, strlen(text), &a, NULL) == 0)
        acdr_close(a);
    snprintf(path, sizeof(path), "%s/x", outside);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof(path), "%s/y", outside);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(access(outside, F_OK), 0);
    free(text);
    host_tree_remove(outside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_is_the_host_that_went_in),
        cmocka_unit_test(classes_of_the_installation_serve_unless_recorded),
        cmocka_unit_test(what_is_no_recording_is_refused),
        cmocka_unit_test(a_recording_that_grows_is_refused),
        cmocka_unit_test(links_do_not_lead_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
