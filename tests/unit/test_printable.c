/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What others call their tasks and guests reaches terminals and logs as plain text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"
#include "item.h"
#include "log.h"

static void only_what_acts_on_a_terminal_is_replaced(void **state)
{
    static const struct {
        const char *is, *becomes;
    } texts[] = {
        { "", "" },
        { "web1 (2)", "web1 (2)" },
        { "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
          "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80" },
        { "a\nb\rc\td", "a?b?c?d" },
        { "\x1b[2J\x7f", "?[2J?" },
        { "\xc2\x9b"
          "31m",
          "?31m" }, /* CSI as one character */
        { "a\xe2\x80\xae"
          "b",
          "a?b" },                              /* right-to-left override */
        { "\xe2\x81\xa6x\xe2\x81\xa9", "?x?" }, /* isolates */
        { "\xe2\x80\xa8", "?" },                /* line separator */
        { "\xff\xfe"
          "a\x80",
          "??a?" },
        { "\xc3", "?" },
        { "\xe6\x97", "??" },
        { "\xc0\xaf", "??" },      /* overlong */
        { "\xed\xa0\x80", "???" }, /* a surrogate */
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        snprintf(text, sizeof(text), "%s", texts[i].is);
        acdr_printable(text);
        assert_string_equal(text, texts[i].becomes);
    }
}

/* A report is shown on terminals as well; a program that parses it gets the text as it was. */
static void json_escapes_what_acts_on_a_terminal(void **state)
{
    static const char foreign[] = "caf\xc3\xa9 \x1b[2J\x7f\xc2\x9b"
                                  "1m\xe2\x80\xae\n\xef\xbb\xbf";
    struct acdr_item *map = acdr_item_new(ACDR_ITEM_MAP);
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    (void)state;
    assert_non_null(acdr_item_add_text(map, "name", foreign));
    assert_non_null(acdr_item_add_text(map, "raw", "a\xff\x1b"));
    assert_int_equal(acdr_item_print_json(map, f), 0);
    fclose(f);
    assert_string_equal(text, "{\n  \"schema_version\": 1,\n  \"name\": \"caf\xc3\xa9 "
                              "\\u001B[2J\\u007F\\u009B1m\\u202E\\n\\uFEFF\",\n"
                              "  \"raw\": \"a?\\u001B\"\n}\n");
    free(text);
    acdr_item_free(map);
}

static void keep(void *arg, int priority, const char *text)
{
    (void)priority;
    snprintf(arg, 64, "%s", text);
}

static void errors_and_messages_are_one_line(void **state)
{
    struct acdr_err e = { 0 };
    char said[64] = "";
    struct acdr_log log = { keep, said };

    (void)state;
    acdr_err_set(&e, EIO, "guest %s: bad", "a\nroot: all is well");
    assert_string_equal(e.text, "guest a?root: all is well: bad");
    acdr_err_clear(&e);
    acdr_err_errno(&e, EIO, "guest %s", "\x1b[2J");
    assert_string_equal(e.text, "guest ?[2J: Input/output error");
    acdr_err_context(&e, "at %s", "\r");
    assert_string_equal(e.text, "at ?: guest ?[2J: Input/output error");
    acdr_log(&log, 3, "task %s", "x\ny");
    assert_string_equal(said, "task x?y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_acts_on_a_terminal_is_replaced),
        cmocka_unit_test(json_escapes_what_acts_on_a_terminal),
        cmocka_unit_test(errors_and_messages_are_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
