/*
 * How another tool links libacdr: ask where a guest would go before it is defined, and keep a pool
 * of conditioned cores without any guest. Errors are one line of text that the library has made.
 *
 *   orchestrator place FILE.xml CLASS     print where the guest would go; changes nothing
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

/* The whole file; the caller frees it. NULL where it cannot be read. */
static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    long size = -1;

    if (f && fseek(f, 0, SEEK_END) == 0)
        size = ftell(f);
    if (size >= 0)
        text = malloc((size_t)size + 1);
    if (text) {
        rewind(f);
        *len = fread(text, 1, (size_t)size, f);
    }
    if (f)
        fclose(f);
    return text;
}

static const char *text_of(const struct acdr_item *map, const char *name)
{
    return acdr_item_text(acdr_item_find(map, name));
}

/* A report is walked, not copied: all strings belong to its root. */
static void print_place(const struct acdr_item *plan)
{
    const struct acdr_item *place = acdr_item_find(plan, "place");
    const struct acdr_item *i = acdr_item_first(acdr_item_find(place, "vcpus"));

    printf("%s: nodes %s (%s)\n", text_of(plan, "domain"), text_of(place, "nodes"),
           text_of(place, "why"));
    for (; i; i = acdr_item_next(i))
        printf("  vCPU %lld on CPU %s\n", acdr_item_num(acdr_item_find(i, "id")),
               text_of(i, "cpus"));
    printf("  emulator on CPUs %s\n", text_of(place, "emulator"));
    for (i = acdr_item_first(acdr_item_find(plan, "steps")); i; i = acdr_item_next(i))
        printf("  %s (%s): %s\n", text_of(i, "step"), text_of(i, "need"), text_of(i, "note"));
}

/* To ask several hosts, a tool does this on each and compares: a host without room says so. */
static int place(struct acdr *a, const char *path, const char *class_name)
{
    struct acdr_err e = { 0 };
    struct acdr_item *plan = NULL;
    size_t len = 0;
    char *xml = read_file(path, &len);
    int r;

    if (!xml) {
        perror(path);
        return 1;
    }
    r = acdr_plan(a, xml, len, class_name, &plan, &e);
    free(xml);
    if (r < 0)
        return failed(&e);
    if (r == 0) /* 1 would be: no class is given and the domain has no tag */
        print_place(plan);
    acdr_item_free(plan);
    return 0;
}

static int run(struct acdr *a, int argc, char **argv)
{
    struct acdr_err e = { 0 };

    if (argc == 4 && strcmp(argv[1], "place") == 0)
        return place(a, argv[2], argv[3]);
    if (argc == 5 && strcmp(argv[1], "take") == 0)
        return acdr_apply(a, argv[3], argv[4], argv[2], &e) < 0 ? failed(&e) : 0;
    if (argc == 3 && strcmp(argv[1], "give") == 0)
        return acdr_release(a, argv[2], &e) < 0 ? failed(&e) : 0;
    fprintf(stderr, "usage: orchestrator place FILE.xml CLASS | take NAME CLASS CPUS | give NAME\n");
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
