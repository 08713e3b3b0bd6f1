/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a recording: values and their times, texts of any bytes, and every form of damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"

#define HEAD        "acdr-record\t1\t0.1.0\t5\n"
#define SAMPLE(at)  "sample\t1795334" at ".5\t28" at "000000000\n"
#define RUN(number) "subject\t" number "\tacdr_run\tcounter\tseconds\tg1\tvcpu0\t\t\t\t5003\t\t\n"

static bool all(const struct recording_subject *s)
{
    (void)s;
    return true;
}

static bool only_nodes(const struct recording_subject *s)
{
    return s->node >= 0;
}

/* The LEN bytes at TEXT as a recording of the name "f". */
static int read_bytes(const char *text, size_t len,
                      bool (*wanted)(const struct recording_subject *s), struct recording *r,
                      struct acdr_err *e)
{
    FILE *f = tmpfile();
    int err;

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    rewind(f);
    memset(e, 0, sizeof(*e));
    err = recording_read(f, "f", wanted, r, e);
    fclose(f);
    return err;
}

static void refuses(const char *text, const char *why)
{
    struct recording r;
    struct acdr_err e;

    assert_int_equal(read_bytes(text, strlen(text), all, &r, &e), -EINVAL);
    assert_int_equal(e.code, EINVAL);
    assert_string_equal(e.text, why);
}

static const char whole[] = HEAD SAMPLE(
    "200") "subject\t1\tacdr_guest_memory_bytes\tgauge\tbytes\tg%251\t\t\tpage\t2M\t\t\t1\n"
           "1\t1024\n" SAMPLE("205")
               RUN("2") "2\t0.5\n"
                        "host\tk%25vm\t6.12\nword of a later form\t7\n" SAMPLE(
                            "210") "1\t-\n2\t0.25\n" SAMPLE("215") "end\ttime\n";

static void tells_values_at_each_sample(void **state)
{
    struct recording r;
    struct acdr_err e;
    float v[4];

    (void)state;
    assert_int_equal(read_bytes(whole, strlen(whole), all, &r, &e), 0);
    assert_int_equal(r.n_samples, 4);
    assert_int_equal(r.interval, 5);
    assert_string_equal(r.end, "time");
    assert_string_equal(r.host, "k%vm");
    assert_string_equal(r.kernel, "6.12");
    assert_true(r.began == 1795334200.5 && r.when[0] == 0 && r.when[3] == 15);
    assert_int_equal(r.n_subjects, 2);
    assert_string_equal(r.subjects[0].guest, "g%1");
    assert_string_equal(r.subjects[0].metric, "acdr_guest_memory_bytes");
    assert_string_equal(r.subjects[0].label, "page");
    assert_string_equal(r.subjects[0].what, "2M");
    assert_string_equal(r.subjects[0].thread, "");
    assert_int_equal(r.subjects[0].node, 1);
    assert_int_equal(r.subjects[0].cpu, -1);
    assert_string_equal(r.subjects[1].thread, "vcpu0");
    assert_string_equal(r.subjects[1].kind, "counter");
    assert_string_equal(r.subjects[1].unit, "seconds");
    assert_int_equal(r.subjects[1].tid, 5003);
    recording_values(&r, &r.subjects[0], v);
    assert_true(v[0] == 1024 && v[1] == 1024 && isnan(v[2]) && isnan(v[3]));
    recording_values(&r, &r.subjects[1], v);
    assert_true(isnan(v[0]) && v[1] == 0.5f && v[2] == 0.25f && v[3] == 0.25f);
    recording_done(&r);
}

static void keeps_what_is_wanted(void **state)
{
    struct recording r;
    struct acdr_err e;

    (void)state;
    assert_int_equal(read_bytes(whole, strlen(whole), only_nodes, &r, &e), 0);
    assert_int_equal(r.n_subjects, 1);
    assert_int_equal(r.subjects[0].node, 1);
    assert_int_equal(r.subjects[0].n, 2);
    assert_int_equal(r.n_samples, 4);
    recording_done(&r);
}

/* What begins behind LEN bytes is not in it; a sample is whole once the next one has begun. */
static size_t whole_samples(size_t len)
{
    size_t n = 0;

    for (const char *s = strstr(whole, "sample"); s; s = strstr(s + 1, "sample")) {
        const char *end = strchr(s, '\n');

        n += end && end < whole + len;
    }
    return len == strlen(whole) ? n : n ? n - 1 : 0;
}

static void a_cut_at_any_byte_leaves_the_whole_samples(void **state)
{
    (void)state;
    for (size_t len = 0; len <= strlen(whole); len++) {
        struct recording r;
        struct acdr_err e;
        int err = read_bytes(whole, len, all, &r, &e);

        assert_int_equal(err, whole_samples(len) ? 0 : -EINVAL);
        if (err < 0) {
            assert_non_null(strstr(e.text, "no whole sample"));
            continue;
        }
        assert_int_equal(r.n_samples, whole_samples(len));
        assert_string_equal(r.end, len == strlen(whole) ? "time" : "");
        for (size_t i = 0; i < r.n_subjects; i++)
            for (size_t k = 0; k < r.subjects[i].n; k++)
                assert_true(r.subjects[i].v[k].sample < r.n_samples);
        recording_done(&r);
    }
}

/* As a machine leaves it that lost its power: the file is longer than what reached the disk. */
static void zeros_are_its_end(void **state)
{
    char text[sizeof(HEAD) + 200] = HEAD SAMPLE("200") SAMPLE("205");
    size_t len = strlen(text);
    struct recording r;
    struct acdr_err e;

    (void)state;
    text[len + 90] = '\n';
    assert_int_equal(read_bytes(text, len + 120, all, &r, &e), 0);
    assert_int_equal(r.n_samples, 1);
    assert_string_equal(r.end, "");
    recording_done(&r);
}

/* No byte that is changed, whichever and to whatever, makes more of it than an error. */
static void a_changed_byte_is_an_error_or_a_recording(void **state)
{
    static const char bytes[] = "\0\t\n-%9z\xff";

    (void)state;
    for (size_t at = 0; at < strlen(whole); at++) {
        for (size_t k = 0; k < sizeof(bytes) - 1; k++) {
            char *text = strdup(whole);
            struct recording r;
            struct acdr_err e;
            int err;

            assert_non_null(text);
            text[at] = bytes[k];
            err = read_bytes(text, strlen(whole), all, &r, &e);
            assert_true(err == 0 || err == -EINVAL);
            if (err < 0)
                assert_true(strncmp(e.text, "f:", 2) == 0);
            else
                assert_true(r.n_samples >= 1 && r.n_samples <= 4);
            recording_done(&r);
            free(text);
        }
    }
}

static void texts_are_utf8_without_controls(void **state)
{
    static const struct {
        const char *raw, *text;
    } cases[] = {
        { "a b", "a b" },          { "%41%zz%4", "A%zz%4" },
        { "%09%0A%00x", "???x" },  { "\xc3\xbc", "\xc3\xbc" },
        { "%C3%BC", "\xc3\xbc" },  { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\xc3", "?" },           { "\xff\xfe", "??" },
        { "\xc0\xaf", "??" },      { "\xe2\x82", "??" },
        { "\xed\xa0\x80", "???" }, { "\xf4\x90\x80\x80", "????" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[300];
        struct recording r;
        struct acdr_err e;

        snprintf(text, sizeof(text),
                 HEAD SAMPLE("200") "subject\t1\tm\tgauge\t\t%s\t\t\t\t\t\t\t\n"
                                    "1\t1\nend\ttime\n",
                 cases[i].raw);
        assert_int_equal(read_bytes(text, strlen(text), all, &r, &e), 0);
        assert_string_equal(r.subjects[0].guest, cases[i].text);
        recording_done(&r);
    }
}

static void says_where_it_is_damaged(void **state)
{
    (void)state;
    refuses("time,metric,guest\n", "f:1: not a recording of acdr record without --csv");
    refuses("acdr-record\t2\t9.0\t5\n", "f:1: a recording of a format that this acdr does not "
                                        "know");
    refuses("acdr-record\t1\t0.1.0\tx\n", "f:1: the interval is not a number");
    refuses(HEAD "1\t1\n", "f:2: a value of no subject");
    refuses(HEAD RUN("1") "1\t1\n", "f:3: a value before the first sample");
    refuses(HEAD SAMPLE("200") RUN("1") "1\tmuch\n", "f:4: a value that is not a number");
    refuses(HEAD SAMPLE("200") RUN("1") "1\t1e99\n", "f:4: a value that is not a number");
    refuses(HEAD SAMPLE("200") RUN("1") "1\n", "f:4: a value of no subject");
    refuses(HEAD SAMPLE("200") RUN("1") "2\t1\n", "f:4: a value of no subject");
    refuses(HEAD RUN("2"), "f:2: a subject out of order");
    refuses(HEAD "subject\t1\tm\tgauge\n", "f:2: a subject with a field missing");
    refuses(HEAD "sample\t1\n", "f:2: a sample without its time");
    refuses(HEAD SAMPLE("205") SAMPLE("200"),
            "f:3: a sample that is not later than the one before");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_values_at_each_sample),
        cmocka_unit_test(keeps_what_is_wanted),
        cmocka_unit_test(a_cut_at_any_byte_leaves_the_whole_samples),
        cmocka_unit_test(zeros_are_its_end),
        cmocka_unit_test(a_changed_byte_is_an_error_or_a_recording),
        cmocka_unit_test(texts_are_utf8_without_controls),
        cmocka_unit_test(says_where_it_is_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
