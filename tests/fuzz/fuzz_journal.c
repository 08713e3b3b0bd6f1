/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a journal, and as the records of one that is whole: refused with a line, or read;
 * and what is read prints as what reads and prints the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "journal.h"
#include "text.h"

static struct acdr_journal *parse(const char *text, int *err, struct acdr_err *e)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    char *copy = strdup(text);

    fuzz_require(j && copy);
    *err = acdr_journal_parse(copy, j, e);
    free(copy);
    return j;
}

static char *parse_and_print(const char *text)
{
    struct acdr_err e = { 0 };
    int err;
    struct acdr_journal *j = parse(text, &err, &e);
    char *printed;

    fuzz_require(err == 0);
    printed = acdr_journal_print(j);
    fuzz_require(printed);
    acdr_journal_free(j);
    return printed;
}

static void check(const char *text)
{
    struct acdr_err e = { 0 };
    int err;
    struct acdr_journal *j = parse(text, &err, &e);
    char *once, *twice, *thrice;

    if (err) {
        fuzz_require(err == -EBADMSG && e.code == EBADMSG);
        fuzz_require(!strncmp(e.text, ACDR_JOURNAL_FILE ":", strlen(ACDR_JOURNAL_FILE) + 1));
        acdr_journal_free(j);
        return;
    }
    once = acdr_journal_print(j);
    acdr_journal_free(j);
    fuzz_require(once);
    /* The first reading may have put records of a person's making in order. */
    twice = parse_and_print(once);
    thrice = parse_and_print(twice);
    fuzz_require(!strcmp(twice, thrice));
    free(once);
    free(twice);
    free(thrice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_addn(&t, (const char *)data, size);
    check(t.s);
    acdr_strbuf_done(&t);
    acdr_strbuf_add(&t, "acdr-journal\t1\tboot\n");
    acdr_strbuf_addn(&t, (const char *)data, size);
    acdr_strbuf_add(&t, "\nend\tedited\n");
    check(t.s);
    acdr_strbuf_done(&t);
    return 0;
}
