/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines of a recorded host. Files that are the same for many CPUs, nodes or interrupts become
 * one line with a set in braces. Knows the line format and what addresses look like; reads nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "bitmap.h"
#include "kernel_file.h"
#include "record_part.h"

/* --- stand-ins --- */

/* The length of the name at S that matches FORM: 'h' is a hexadecimal digit. 0: no match. */
static size_t match(const char *s, const char *form)
{
    size_t n = strlen(form);

    for (size_t i = 0; i < n; i++)
        if (form[i] == 'h' ? !acdr_is_xdigit(s[i]) : s[i] != form[i])
            return 0;
    return acdr_is_xdigit(s[n]) ? 0 : n;
}

/* The index of the name among those so far. */
static size_t number_of(struct acdr_recorded *rec, const char *name, size_t len)
{
    char **tokens;

    for (size_t i = 0; i < rec->n_tokens; i++)
        if (strlen(rec->tokens[i]) == len && !strncmp(rec->tokens[i], name, len))
            return i;
    tokens = acdr_hostfile_grow(rec->tokens, rec->n_tokens, sizeof(*tokens));
    if (tokens) {
        rec->tokens = tokens;
        tokens[rec->n_tokens] = strndup(name, len);
    }
    if (!tokens || !tokens[rec->n_tokens]) {
        rec->bad = true;
        return 0;
    }
    return rec->n_tokens++;
}

void acdr_recorded_scrub(struct acdr_recorded *rec, const char *s, struct acdr_strbuf *t)
{
    static const struct {
        const char *form, *standin; /* the stand-in ends with a number */
    } names[] = {
        { "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", "00000000-0000-4000-8000-0000" },
        { "hh:hh:hh:hh:hh:hh", "02:00:00:00:00:" },
        { "xhhhhhhhhhhhh", "x0200" }, /* enx001122334455 */
        { "naa.hhhhhhhhhhhhhhhh", "naa.5001405" },
    };
    char before = '\0';
    size_t len;

    while (*s) {
        len = 0;
        for (size_t i = 0; !len && i < sizeof(names) / sizeof(*names); i++) {
            len = acdr_is_xdigit(before) ? 0 : match(s, names[i].form);
            if (len)
                acdr_strbuf_addf(t, "%s%0*zx", names[i].standin,
                                 (int)(len - strlen(names[i].standin)), number_of(rec, s, len));
        }
        if (!len)
            acdr_strbuf_addn(t, acdr_is_print(*s) || strchr("\t\n", *s) ? s : "?", 1);
        before = len ? '\0' : *s;
        s += len ? len : 1;
    }
}

static char *scrubbed(struct acdr_recorded *rec, const char *s)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    acdr_recorded_scrub(rec, s, &t);
    return acdr_strbuf_take(&t);
}

/* --- entries --- */

/* The number in PATH by which many files of a host differ; NULL if there is none. */
static const char *find_number(const char *path)
{
    static const char *const before[] = { "/cpu", "/node", "/irq/",  "/msi_irqs/",
                                          "/rx-", "/tx-",  "/policy" };
    const char *at;
    size_t digits;

    for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
        for (at = strstr(path, before[i]); at; at = strstr(at, before[i])) {
            at += strlen(before[i]);
            digits = strspn(at, "0123456789");
            if (digits && digits < 7 && (at[digits] == '/' || !at[digits]))
                return at;
        }
    }
    return NULL;
}

/* The path with the number removed; *NUM receives it. */
static char *cut_number(const char *path, int *num)
{
    const char *at = find_number(path);

    *num = at ? (int)strtol(at, NULL, 10) : -1;
    if (*num < 0 || *num >= ACDR_BITMAP_MAX) {
        *num = -1;
        return strdup(path);
    }
    return acdr_text_format("%.*s{}%s", (int)(at - path), path, at + strspn(at, "0123456789"));
}

void acdr_recorded_add(struct acdr_recorded *rec, enum acdr_recorded_kind kind, const char *path,
                       const char *text)
{
    struct acdr_recorded_entry *entries = acdr_hostfile_grow(rec->entries, rec->n,
                                                             sizeof(*rec->entries));
    struct acdr_recorded_entry *e;

    if (!entries) {
        rec->bad = true;
        return;
    }
    rec->entries = entries;
    e = &entries[rec->n++];
    *e = (struct acdr_recorded_entry){
        .kind = kind,
        .num = -1,
        .path = scrubbed(rec, path),
        .text = scrubbed(rec, text),
    };
    if (e->path)
        e->form = kind == ACDR_RECORDED_LINK ? strdup(e->path) : cut_number(e->path, &e->num);
    if (!e->form || !e->text)
        rec->bad = true;
}

static void free_entry(struct acdr_recorded_entry *e)
{
    free(e->path);
    free(e->form);
    free(e->text);
}

void acdr_recorded_done(struct acdr_recorded *rec)
{
    for (size_t i = 0; i < rec->n; i++)
        free_entry(&rec->entries[i]);
    for (size_t i = 0; i < rec->n_tokens; i++)
        free(rec->tokens[i]);
    free(rec->entries);
    free(rec->tokens);
}

/* --- redundant entries --- */

static int compare_path(const void *a, const void *b)
{
    return strcmp(((const struct acdr_recorded_entry *)a)->path,
                  ((const struct acdr_recorded_entry *)b)->path);
}

/* True if any of the N entries, sorted by path, is in FOLDER, so that FOLDER is created anyway. */
static bool is_implied(const struct acdr_recorded_entry *e, size_t n, const char *folder)
{
    acdr_auto(free) char *dir = acdr_text_format("%s/", folder);
    size_t low = 0;
    size_t high = n;
    size_t mid;

    while (dir && low < high) {
        mid = low + (high - low) / 2;
        if (strcmp(e[mid].path, dir) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return dir && low < n && !strncmp(e[low].path, dir, strlen(dir));
}

static void drop_repeated(struct acdr_recorded *rec)
{
    struct acdr_recorded_entry *e = rec->entries;
    acdr_auto(free) bool *drop = calloc(rec->n, sizeof(*drop));
    size_t n = 0;

    if (!drop) {
        rec->bad = true;
        return;
    }
    qsort(e, rec->n, sizeof(*e), compare_path);
    for (size_t i = 0; i < rec->n; i++)
        drop[i] = (i && !strcmp(e[i - 1].path, e[i].path)) ||
                  (e[i].kind == ACDR_RECORDED_FOLDER && is_implied(e, rec->n, e[i].path));
    for (size_t i = 0; i < rec->n; i++) {
        if (drop[i])
            free_entry(&e[i]);
        else
            e[n++] = e[i];
    }
    rec->n = n;
}

/* --- lines --- */

static int compare_alike(const void *x, const void *y)
{
    const struct acdr_recorded_entry *a = x;
    const struct acdr_recorded_entry *b = y;
    int d = strverscmp(a->form, b->form);

    if (d == 0)
        d = (int)a->kind - (int)b->kind;
    if (d == 0)
        d = strverscmp(a->text, b->text);
    return d ? d : (a->num > b->num) - (a->num < b->num);
}

/* Make one line of N entries from FIRST on that differ only by their numbers. */
struct line {
    const struct acdr_recorded_entry *first;
    size_t n;
};

static int compare_line(const void *x, const void *y)
{
    const struct acdr_recorded_entry *a = ((const struct line *)x)->first;
    const struct acdr_recorded_entry *b = ((const struct line *)y)->first;
    int d = strverscmp(a->form, b->form);

    return d ? d : (a->num > b->num) - (a->num < b->num);
}

static void print_path(struct acdr_strbuf *t, const struct line *l)
{
    const struct acdr_recorded_entry *e = l->first;
    acdr_auto(free) char *list = NULL;
    struct acdr_bitmap set = { 0 };
    const char *hole = strstr(e->form, "{}");

    if (l->n < 2 || !hole) {
        acdr_strbuf_add(t, e->path);
        return;
    }
    for (size_t i = 0; i < l->n; i++)
        acdr_bitmap_add(&set, e[i].num);
    list = acdr_bitmap_print_list(&set);
    acdr_strbuf_addf(t, "%.*s{%s}%s", (int)(hole - e->form), e->form, list ? list : "", hole + 2);
}

/* One line for each line of text. */
static void print_line(struct acdr_strbuf *t, const struct line *l)
{
    enum acdr_recorded_kind kind = l->first->kind;
    const char *text = l->first->text;
    size_t len;

    do {
        len = strcspn(text, "\n");
        acdr_strbuf_add(t, kind == ACDR_RECORDED_LINK ? "link\t" : "");
        print_path(t, l);
        acdr_strbuf_add(t, kind == ACDR_RECORDED_FOLDER ? "/" : "\t");
        acdr_strbuf_addn(t, text, len);
        acdr_strbuf_add(t, "\n");
        text += len + (text[len] == '\n');
    } while (*text);
}

/* Merge equal entries. Returns the number of lines. */
static size_t merge(struct acdr_recorded *rec, struct line *lines)
{
    const struct acdr_recorded_entry *e = rec->entries;
    size_t n = 0;

    qsort(rec->entries, rec->n, sizeof(*rec->entries), compare_alike);
    for (size_t i = 0; i < rec->n; i++) {
        if (!n || e[i].kind != lines[n - 1].first->kind ||
            strcmp(e[i].form, lines[n - 1].first->form) != 0 ||
            strcmp(e[i].text, lines[n - 1].first->text) != 0)
            lines[n++] = (struct line){ &e[i], 0 };
        lines[n - 1].n++;
    }
    return n;
}

void acdr_recorded_print(struct acdr_recorded *rec, struct acdr_strbuf *t)
{
    acdr_auto(free) struct line *lines = NULL;
    size_t n;

    if (rec->bad || !rec->n)
        return;
    drop_repeated(rec);
    lines = calloc(rec->n, sizeof(*lines));
    if (!lines) {
        rec->bad = true;
        return;
    }
    n = merge(rec, lines);
    qsort(lines, n, sizeof(*lines), compare_line);
    for (size_t i = 0; i < n; i++)
        print_line(t, &lines[i]);
}
