/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as files of a host: lines "PATH TAB TEXT" stand in the place of the files of a made-up
 * host with a running guest, and its whole life is acted on there, with the reports of it. Each
 * call ends with 0, a known answer, or one line of text; after a release that says so nothing is
 * left of the guest.
 */
#include <string.h>
#include <sys/stat.h>

#include "acdr/acdr.h"
#include "fake_guest.h"
#include "fake_kernel.h"
#include "fake_resctrl.h"
#include "fake_tasks.h"
#include "fuzz.h"
#include "handle.h"
#include "host_file.h"
#include "host_tree.h"
#include "step.h"

static char *root;

static void make_class(const char *name)
{
    char text[2048] = "";

    for (int i = 0; acdr_steps[i]; i++) {
        size_t len = strlen(text);

        snprintf(text + len, sizeof(text) - len, "[%s]\n%s", acdr_steps[i]->name,
                 !strcmp(acdr_steps[i]->name, "cache") ? "ways = 4\n" : "");
    }
    host_tree_put(root, name, "%s", text);
}

static void make_host(void)
{
    root = host_tree_new();
    host_tree_fill(root);
    make_class("/etc/acdr/classes/wide.conf");
    fake_guest_start(root, 1, 2, 77);
}

/* A path that leads out of the root, or to ACDR's own files, is none. */
static bool may_stand(const char *path)
{
    return path[0] == '/' && path[1] && !strstr(path, "..") && !strstr(path, "//") &&
           strlen(path) < 200 && path[strlen(path) - 1] != '/' && strncmp(path, "/run/acdr", 9) &&
           strncmp(path, "/etc/acdr", 9);
}

/* A file whose folder is a file, or the reverse, stays as it is. */
static void put(const char *path, const char *text, bool more)
{
    char full[512];
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", root, path);
    for (char *p = full + strlen(root); (p = strchr(p + 1, '/'));) {
        *p = '\0';
        mkdir(full, 0755);
        *p = '/';
    }
    f = fopen(full, more ? "ab" : "wb");
    if (!f)
        return;
    fprintf(f, "%s\n", text);
    fclose(f);
}

static void lay(char *text)
{
    char last[256] = "", *line;

    while ((line = strsep(&text, "\n"))) {
        char *path = strsep(&line, "\t");

        if (!line || !may_stand(path))
            continue;
        put(path, line, !strcmp(path, last));
        snprintf(last, sizeof(last), "%s", path);
    }
}

static void answered(int err, const struct acdr_err *e)
{
    if (err < 0)
        fuzz_require(e->code == -err && e->text[0] && !strchr(e->text, '\n'));
}

static void event(struct acdr *a, const char *op, const char *xml)
{
    struct acdr_err e = { 0 };

    answered(acdr_event(a, "g1", op, "begin", xml, strlen(xml), &e), &e);
}

static void look(struct acdr *a, const char *xml)
{
    struct acdr_request *q = NULL;
    struct acdr_item *reports[6] = { 0 };
    struct acdr_watch *w = NULL;
    struct acdr_err e[8] = { { 0 } };

    answered(acdr_request_new(a, xml, strlen(xml), NULL, &q, &e[0]), &e[0]);
    answered(acdr_request_plan(q, NULL, &reports[0], &e[1]), &e[1]);
    answered(acdr_request_explain(q, NULL, &reports[1], &e[2]), &e[2]);
    answered(acdr_host(a, &reports[2], &e[3]), &e[3]);
    answered(acdr_verify(a, NULL, &reports[3], &e[4]), &e[4]);
    answered(acdr_doctor(a, "all", &reports[4], &e[5]), &e[5]);
    answered(acdr_cpu(a, 1, &reports[5], &e[6]), &e[6]);
    if (acdr_watch_open(a, NULL, NULL, &w, &e[7]) == 0) {
        acdr_watch_take(w, NULL);
        acdr_watch_take(w, NULL);
    }
    acdr_watch_close(w);
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
        acdr_item_free(reports[i]);
    acdr_request_free(q);
}

static void live(const char *xml)
{
    struct fake_kernel kernel = { .root = root };
    struct acdr_item *status = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;

    fuzz_require(acdr_open(root, &a, &e) == 0);
    acdr_root_set_write_hook(a->root, fake_kernel_tap, &kernel);
    acdr_root_set_calls(a->root, fake_tasks_calls());
    event(a, "prepare", xml);
    event(a, "started", xml);
    look(a, xml);
    event(a, "reconnect", xml);
    event(a, "stopped", xml);
    if (acdr_event(a, "g1", "release", "end", xml, strlen(xml), &e) == 0 &&
        acdr_status(a, NULL, &status, NULL) == 0)
        fuzz_require(!acdr_item_first(acdr_item_find(status, "domains")));
    acdr_item_free(status);
    acdr_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    char *xml = fake_guest_xml(1, 2, size % 2 ? "all" : "wide", size % 4 < 2, true);

    fuzz_require(text && xml);
    make_host();
    lay(text);
    live(xml);
    host_tree_remove(root);
    free(text);
    free(xml);
    return 0;
}
