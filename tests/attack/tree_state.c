/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree in memory. See tree_state.h. */
#include "tree_state.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auto.h"
#include "text.h"

struct file {
    char *path; /* below the root */
    mode_t mode;
    char *data; /* content, or a link's target */
    size_t len;
};

struct tree_state {
    struct file *v;
    size_t n, cap;
};

static struct tree_state *making;
static size_t root_len;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "tree: %s %s: ", what, path);
    perror(NULL);
    exit(2);
}

static void read_file(const char *path, struct file *f, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0 || (n = read(fd, f->data, size)) < 0)
        die("cannot read", path);
    f->len = (size_t)n;
    close(fd);
}

static int add(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct tree_state *s = making;
    struct file f = { .mode = st->st_mode };
    size_t size = S_ISDIR(st->st_mode) ? 0 : (size_t)st->st_size;

    (void)type;
    if (ftw->level == 0)
        return 0;
    f.path = strdup(path + root_len);
    f.data = calloc(size + 1, 1);
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->v = realloc(s->v, s->cap * sizeof(*s->v));
    }
    if (!f.path || !f.data || !s->v)
        abort();
    if (S_ISREG(st->st_mode) && size)
        read_file(path, &f, size);
    else if (S_ISLNK(st->st_mode))
        f.len = (size_t)readlink(path, f.data, size);
    s->v[s->n++] = f;
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

struct tree_state *tree_state_save(const char *root)
{
    making = calloc(1, sizeof(*making));
    root_len = strlen(root);
    if (!making || nftw(root, add, 16, FTW_PHYS) != 0)
        die("cannot list", root);
    qsort(making->v, making->n, sizeof(*making->v), by_path);
    return making;
}

void tree_state_free(struct tree_state *s)
{
    for (size_t i = 0; s && i < s->n; i++) {
        free(s->v[i].path);
        free(s->v[i].data);
    }
    free(s ? s->v : NULL);
    free(s);
}

static bool is_same(const struct file *a, const struct file *b)
{
    return a->mode == b->mode && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void full_path(char *full, size_t size, const char *root, const struct file *f)
{
    if ((size_t)snprintf(full, size, "%s%s", root, f->path) >= size)
        abort();
}

static void drop(const char *root, const struct file *f)
{
    char full[1024];

    full_path(full, sizeof(full), root, f);
    if (remove(full) < 0)
        die("cannot remove", full);
}

static void make(const char *root, const struct file *f)
{
    char full[1024];
    int fd;

    full_path(full, sizeof(full), root, f);
    if (S_ISDIR(f->mode)) {
        if ((mkdir(full, 0755) < 0 && access(full, X_OK) < 0) || chmod(full, f->mode & 07777) < 0)
            die("cannot make", full);
        return;
    }
    unlink(full);
    if (S_ISLNK(f->mode)) {
        if (symlink(f->data, full) < 0)
            die("cannot link", full);
        return;
    }
    fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, f->data, f->len) != (ssize_t)f->len || fchmod(fd, f->mode & 07777) < 0)
        die("cannot write", full);
    close(fd);
}

/* Walk two sorted lists; the first of the next two paths, or both where they are equal. */
static int next_of(const struct tree_state *a, size_t i, const struct tree_state *b, size_t j)
{
    if (i == a->n)
        return 1;
    return j == b->n ? -1 : strcmp(a->v[i].path, b->v[j].path);
}

void tree_state_restore(const char *root, const struct tree_state *s)
{
    struct tree_state *now = tree_state_save(root);
    size_t i = now->n, j = s->n;

    /* Backwards: what is in a folder goes before it. */
    while (i > 0) {
        while (j > 0 && strcmp(s->v[j - 1].path, now->v[i - 1].path) > 0)
            j--;
        i--;
        if (j == 0 || strcmp(s->v[j - 1].path, now->v[i].path) != 0 ||
            (s->v[j - 1].mode & S_IFMT) != (now->v[i].mode & S_IFMT))
            drop(root, &now->v[i]);
    }
    for (i = 0, j = 0; j < s->n;) {
        int order = next_of(now, i, s, j);

        if (order > 0 || (order == 0 && !is_same(&now->v[i], &s->v[j])))
            make(root, &s->v[j]);
        i += order <= 0;
        j += order >= 0;
    }
    tree_state_free(now);
}

/* FNV-1a. */
static uint64_t hash(uint64_t h, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3U;
    return h;
}

uint64_t tree_state_sum(const struct tree_state *s)
{
    uint64_t h = 0xcbf29ce484222325U;

    for (size_t i = 0; i < s->n; i++) {
        h = hash(h, s->v[i].path, strlen(s->v[i].path) + 1);
        h = hash(h, (const char *)&s->v[i].mode, sizeof(s->v[i].mode));
        h = hash(h, s->v[i].data, s->v[i].len + 1);
    }
    return h;
}

static char *one_line(const struct file *f)
{
    char *text = acdr_text_format("%s%.*s", S_ISDIR(f->mode) ? "folder " : "",
                                  (int)strcspn(f->data, "\n"), f->data);

    return text ? text : strdup("");
}

char *tree_state_differs(const struct tree_state *a, const struct tree_state *b, const char *skip)
{
    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        int order = next_of(a, i, b, j);
        const struct file *f = order <= 0 ? &a->v[i] : NULL, *g = order >= 0 ? &b->v[j] : NULL;
        const char *path = f ? f->path : g->path;

        if (strncmp(path, skip, strlen(skip)) != 0 && (!f || !g || !is_same(f, g))) {
            acdr_auto(free) char *was = f ? one_line(f) : strdup("(not there)");
            acdr_auto(free) char *is = g ? one_line(g) : strdup("(not there)");

            return acdr_text_format("%s: first '%s', now '%s'", path, was, is);
        }
        i += order <= 0;
        j += order >= 0;
    }
    return NULL;
}
