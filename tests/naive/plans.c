/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libacdr plans for many guests of one host of files, for a test that judges it:
 *
 *     plans ROOT HOST...     files of tests/hosts' form are unpacked below ROOT, in order
 *
 * Each line of standard input is CLASS, a tab, and the path of a domain XML. For each, two JSON
 * documents are printed: the plan, or {"error", "text"} where there is none; and what the event
 * `prepare` makes of the same guest. The event `release` follows, so that every guest finds the
 * host as it was. The kernel's part is played by fake_kernel.h and fake_tasks.h.
 * Exit status: 0; 2: cannot tell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acdr/acdr.h"
#include "auto.h"
#include "fake_kernel.h"
#include "fake_tasks.h"
#include "handle.h"
#include "host_file.h"
#include "item.h"

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    if (!f || getdelim(&text, &size, '\0', f) < 0) {
        perror(path);
        exit(2);
    }
    fclose(f);
    return text;
}

static void print_error(const struct acdr_err *e)
{
    struct acdr_item *m = acdr_item_new(ACDR_ITEM_MAP);

    acdr_item_add_num(m, "error", e->code);
    acdr_item_add_text(m, "text", e->text);
    acdr_item_print_json(m, stdout);
    acdr_item_free(m);
}

static void print_plan(struct acdr_request *q, struct acdr_snapshot *s)
{
    struct acdr_item *plan = NULL;
    struct acdr_err e = { 0 };

    if (acdr_request_plan(q, s, &plan, &e) == 0)
        acdr_item_print_json(plan, stdout);
    else
        print_error(&e);
    acdr_item_free(plan);
}

static void print_prepare(struct acdr_request *q)
{
    struct acdr_item *verdict = NULL;

    acdr_request_event(q, "guest", "prepare", "begin", &verdict, NULL);
    acdr_item_print_json(verdict, stdout);
    acdr_item_free(verdict);
    acdr_request_event(q, "guest", "release", "end", NULL, NULL);
}

static void print_case(struct acdr *a, struct acdr_snapshot *s, const char *class_name,
                       const char *path)
{
    acdr_auto(free) char *xml = read_file(path);
    struct acdr_request *q = NULL;
    struct acdr_err e = { 0 };

    if (acdr_request_new(a, xml, strlen(xml), class_name, &q, &e) < 0) {
        print_error(&e);
        print_error(&e);
        return;
    }
    print_plan(q, s);
    print_prepare(q);
    acdr_request_free(q);
}

static void print_cases(struct acdr *a, struct acdr_snapshot *s)
{
    acdr_auto(free) char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        char *path = strchr(line, '\t');

        if (!path)
            exit(2);
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        print_case(a, s, line, path);
    }
}

int main(int argc, char **argv)
{
    struct fake_kernel kernel = { .root = argc > 2 ? argv[1] : NULL };
    struct acdr_snapshot *s = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;

    for (int i = 2; i < argc; i++) {
        acdr_auto(free) char *text = read_file(argv[i]);

        host_file_unpack(argv[1], text);
    }
    if (argc < 3 || acdr_open(argv[1], &a, &e) < 0 || acdr_snapshot_new(a, &s, &e) < 0) {
        fprintf(stderr, "usage: plans ROOT HOST...\n%s\n", e.text);
        return 2;
    }
    fake_tasks_begin(argv[1]);
    acdr_root_set_write_hook(a->root, fake_kernel_tap, &kernel);
    acdr_root_set_calls(a->root, fake_tasks_calls());
    print_cases(a, s);
    fake_tasks_end();
    acdr_snapshot_free(s);
    acdr_close(a);
    return 0;
}
