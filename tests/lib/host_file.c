/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unpacking hosts. See host_file.h. */
#include "host_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_tree.h"
#include "names.h"
#include "unpack.h"

static void die(const char *what, const char *line)
{
    fprintf(stderr, "host file: %s: %s\n", what, line);
    abort();
}

void host_file_unpack(const char *root, const char *text)
{
    struct acdr_err e = { 0 };

    if (acdr_unpack(root, text, strlen(text), &e) < 0)
        die("cannot unpack", e.text);
}

char *host_file_read(const char *path)
{
    const char *source = getenv("ACDR_SOURCE");
    char full[1024];
    char *text = NULL;
    size_t size = 0;
    FILE *f;

    snprintf(full, sizeof(full), "%s/%s", source ? source : ".", path);
    f = fopen(full, "r");
    if (!f)
        return NULL;
    if (getdelim(&text, &size, '\0', f) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(f);
    return text;
}

char *host_file_tree(const char *path)
{
    char *text = host_file_read(path);
    char *root = host_tree_new();

    if (!text)
        die("is not there", path);
    host_file_unpack(root, text);
    free(text);
    return root;
}

void host_file_classes(const char *root)
{
    struct names l;

    names_list("profiles", ".conf", &l);
    for (size_t i = 0; i < l.n; i++) {
        char path[256], *text;

        snprintf(path, sizeof(path), "profiles/%s.conf", l.v[i]);
        text = host_file_read(path);
        snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", l.v[i]);
        host_tree_put(root, path, "%s", text);
        free(text);
    }
    names_forget(&l);
}
