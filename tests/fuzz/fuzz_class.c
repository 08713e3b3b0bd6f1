/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a class file and as acdr.conf: read or refused, with a line in every refusal. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "class.h"
#include "config.h"
#include "fuzz.h"
#include "limit.h"
#include "root.h"

static const struct acdr_key keys[] = {
    { "smt", ACDR_KEY_CHOICE, "isolate|any", "any", "" },
    { "max", ACDR_KEY_NUM, NULL, "0", "" },
    { "cpus", ACDR_KEY_CPUS, NULL, "", "" },
    { "label", ACDR_KEY_TEXT, NULL, "", "" },
    { 0 },
};

static const struct acdr_section sections[] = {
    { "vcpus", keys, false },
    { "ksm", keys + 4, false },
    { ACDR_OBSERVE, acdr_observe_keys, true },
    { 0 },
};

static char folder[] = P_tmpdir "/acdr-fuzz-XXXXXX";

static void put(const char *name, const void *data, size_t size)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s%s", folder, name);
    f = fopen(path, "wb");
    fuzz_require(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

static void drop(void)
{
    static const char *const names[] = {
        "/etc/acdr/acdr.conf", "/etc/acdr/x.conf", "/etc/acdr/base.conf", "/etc/acdr", "/etc", ""
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];

        snprintf(path, sizeof(path), "%s%s", folder, names[i]);
        remove(path);
    }
}

static struct acdr_root *make(void)
{
    static const char base[] = "description = base\n[vcpus]\nneed = must\nsmt = isolate\n";
    struct acdr_root *root = NULL;
    char path[128];

    fuzz_require(mkdtemp(folder));
    atexit(drop);
    snprintf(path, sizeof(path), "%s/etc", folder);
    fuzz_require(mkdir(path, 0700) == 0);
    snprintf(path, sizeof(path), "%s/etc/acdr", folder);
    fuzz_require(mkdir(path, 0700) == 0);
    put("/etc/acdr/base.conf", base, strlen(base));
    fuzz_require(acdr_root_open(folder, &root, NULL) == 0);
    return root;
}

static void check_refusal(int err, const struct acdr_err *e, const char *file)
{
    fuzz_require(err == -EINVAL && e->code == EINVAL);
    fuzz_require(!strncmp(e->text, file, strlen(file)) && e->text[strlen(file)] == ':');
    fuzz_require(atoi(e->text + strlen(file) + 1) >= 1);
}

static void read_class(struct acdr_root *root)
{
    static char dir[] = "/etc/acdr";
    static char *dirs[] = { dir, NULL };
    const struct acdr_config config = { .class_dirs = dirs };
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_class_read(root, &config, "x", sections, &c, &e);

    if (err) {
        check_refusal(err, &e, "/etc/acdr/x.conf");
        return;
    }
    for (const struct acdr_key *k = keys; k->name; k++)
        fuzz_require(acdr_class_get(c, "vcpus", k->name));
    fuzz_require(!strcmp(acdr_class_get(c, "vcpus", "need"), "must") ==
                 acdr_class_must(c, "vcpus"));
    fuzz_require(!acdr_class_has(c, "ksm") || !acdr_class_get(c, "ksm", "smt"));
    acdr_class_free(c);
}

static void read_config(struct acdr_root *root)
{
    struct acdr_config *c = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_config_read(root, &c, &e);

    if (err) {
        check_refusal(err, &e, ACDR_CONFIG_FILE);
        return;
    }
    fuzz_require(c->deadline >= 1 && c->deadline <= 600);
    fuzz_require(c->class_dirs[0] && c->class_dirs[0][0] == '/');
    fuzz_require(c->has_housekeeping == !acdr_bitmap_empty(&c->housekeeping));
    acdr_config_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct acdr_root *root;

    if (!root)
        root = make();
    put("/etc/acdr/x.conf", data, size);
    put("/etc/acdr/acdr.conf", data, size);
    read_class(root);
    read_config(root);
    return 0;
}
