/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How another tool links libacdr: ask where a guest would go before it is defined, and keep a pool
 * of conditioned cores without any guest. Errors are one line of text that the library has made.
 *
 *   orchestrator place FILE.xml CLASS...  print where the guest would go by each class, as JSON;
 *                                         changes nothing
 *   orchestrator take NAME CLASS CPUS     condition a pool of cores until it is given back
 *   orchestrator give NAME                give it back
 *
 * ACDR_ROOT names a recorded host to work on in place of this one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acdr/acdr.h>

static int failed(const struct acdr_err *e)
{
    fprintf(stderr, "orchestrator: %s\n", e->text);
    return 1;
}

static void hear(void *arg, int priority, const char *text)
{
    (void)arg;
    fprintf(stderr, "acdr[%d]: %s\n", priority, text);
}

/* The host was read once, for all classes. */
static int print_place(struct acdr *a, struct acdr_snapshot *s, const char *xml, size_t len,
                       const char *class_name)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *plan = NULL;
    int r = acdr_request_new(a, xml, len, class_name, &q, &e);

    if (r == 0)
        r = acdr_request_plan(q, s, &plan, &e);
    if (r == 0)
        acdr_item_print_json(acdr_item_find(plan, "place"), stdout);
    acdr_item_free(plan);
    acdr_request_free(q);
    return r < 0 ? failed(&e) : 0;
}

/* To ask several hosts, a tool does this on each and compares: a host without room says so. */
static int place(struct acdr *a, const char *path, char **classes)
{
    static char xml[1 << 20];
    struct acdr_err e = { 0 };
    struct acdr_snapshot *s = NULL;
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(xml, 1, sizeof(xml), f) : 0;
    int status = 0;

    if (!f) {
        perror(path);
        return 1;
    }
    fclose(f);
    if (acdr_snapshot_new(a, &s, &e) < 0)
        return failed(&e);
    for (; *classes; classes++)
        status |= print_place(a, s, xml, len, *classes);
    acdr_snapshot_free(s);
    return status;
}

static int run(struct acdr *a, int argc, char **argv)
{
    struct acdr_err e = { 0 };

    if (argc >= 4 && strcmp(argv[1], "place") == 0)
        return place(a, argv[2], argv + 3);
    if (argc == 5 && strcmp(argv[1], "take") == 0)
        return acdr_apply(a, argv[3], argv[4], argv[2], &e) < 0 ? failed(&e) : 0;
    if (argc == 3 && strcmp(argv[1], "give") == 0)
        return acdr_release(a, argv[2], &e) < 0 ? failed(&e) : 0;
    fprintf(stderr, "usage: orchestrator place FILE.xml CLASS... | take NAME CLASS CPUS | "
                    "give NAME\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    int status;

    if (acdr_open(getenv("ACDR_ROOT"), &a, &e) < 0)
        return failed(&e);
    acdr_log_to(a, hear, NULL);
    status = run(a, argc, argv);
    acdr_close(a);
    return status;
}
