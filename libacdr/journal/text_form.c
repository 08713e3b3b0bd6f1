/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal as text, one record per line, fields separated by tabs. Knows only the format. The
 * last line has the count of lines before it and the sum of their bytes, to detect a truncated or
 * accidentally edited file; for an edit by hand write "end\tedited".
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "journal.h"
#include "text.h"

#define MAGIC "acdr-journal\t1\t"
enum { MAX_FIELDS = 12 };

/* FNV-1a. */
static uint32_t checksum(const char *s, size_t len)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}

/* --- printing --- */

static void add_line(struct acdr_strbuf *t, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            acdr_strbuf_add(t, "\t");
        acdr_strbuf_add_field(t, fields[i] ? fields[i] : "");
    }
    acdr_strbuf_add(t, "\n");
}

#define LINE(t, ...)                                                                               \
    add_line(t, (const char *const[]){ __VA_ARGS__ },                                              \
             sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static char *print_numbers(const int *v, int n)
{
    struct acdr_strbuf t = { 0 };

    for (int i = 0; i < n; i++)
        acdr_strbuf_addf(&t, "%s%d", i ? "," : "", v[i]);
    return acdr_strbuf_take(&t);
}

static char *print_promises(const struct acdr_place *p)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "");
    for (size_t i = 0; i < p->n_promises; i++)
        acdr_strbuf_addf(&t, "%s%d:%lld", i ? "," : "", p->promises[i].node, p->promises[i].kb);
    return acdr_strbuf_take(&t);
}

static void print_place(struct acdr_strbuf *t, const char *id, const struct acdr_place *p)
{
    const struct acdr_bitmap *sets[] = { &p->nodes,    &p->clean,     &p->reserved,
                                         &p->emulator, &p->iothreads, &p->vhost };
    char *s[9];

    for (int i = 0; i < 6; i++)
        s[i] = acdr_bitmap_print_list(sets[i]);
    s[6] = print_numbers(p->vcpu, p->n_vcpus);
    s[7] = print_numbers(p->cell_node, p->n_cells);
    s[8] = print_promises(p);
    for (int i = 0; i < 9; i++)
        t->bad |= !s[i];
    if (!t->bad)
        LINE(t, "place", id, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], p->why, s[8]);
    for (int i = 0; i < 9; i++)
        free(s[i]);
}

static void print_entry(struct acdr_strbuf *t, const struct acdr_entry *en)
{
    char pid[48], owner[48];

    snprintf(pid, sizeof(pid), "%d@%llu", en->pid, en->start);
    snprintf(owner, sizeof(owner), "%d@%llu", en->daemon_pid, en->daemon_start);
    LINE(t, "entry", en->id, en->name, en->class_name, en->is_pool ? "static" : "guest",
         en->degraded ? "degraded" : "conditioned", pid, owner, en->nics);
    if (en->place)
        print_place(t, en->id, en->place);
    for (size_t i = 0; i < en->n_outcomes; i++)
        LINE(t, "step", en->id, en->outcomes[i].step, acdr_step_result_name(en->outcomes[i].result),
             en->outcomes[i].note);
}

static void print_claim(struct acdr_strbuf *t, const struct acdr_owned_claim *h)
{
    const struct acdr_claim *c = &h->claim;

    LINE(t, "claim", h->id, c->step, c->stage == ACDR_STAGE_HOST ? "host" : "guest",
         c->soft ? "soft" : "hard", acdr_op_name(c->op), c->value, c->alt, c->knob);
}

char *acdr_journal_print(const struct acdr_journal *j)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_addf(&t, MAGIC "%s\n", j->boot);
    for (size_t i = 0; i < j->n_entries; i++)
        print_entry(&t, &j->entries[i]);
    for (const struct acdr_owned_claim *h = j->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_ALL))
        print_claim(&t, h);
    for (size_t i = 0; i < j->n_saved; i++) {
        const struct acdr_saved_knob *k = j->saved[i];

        if (k->base)
            LINE(&t, "knob", k->dirty ? "dirty" : "settled", k->name, k->base, k->was, k->want);
    }
    if (!t.bad)
        acdr_strbuf_addf(&t, "end\t%08x\n", checksum(t.s, t.len));
    return acdr_strbuf_take(&t);
}

/* --- parsing --- */

static int split(char *line, char *fields[MAX_FIELDS])
{
    int n = 0;

    while (line && n < MAX_FIELDS) {
        fields[n] = line;
        line = strchr(line, '\t');
        if (line)
            *line++ = '\0';
        if (acdr_text_unescape(fields[n++]) < 0)
            return -EBADMSG;
    }
    return n;
}

static int parse_process(const char *s, int *pid, unsigned long long *start)
{
    return sscanf(s, "%d@%llu", pid, start) == 2 ? 0 : -EBADMSG;
}

static int parse_numbers(const char *s, int **ret, int *n)
{
    const char *p = s;
    char *end;
    int *v = calloc(strlen(s) / 2 + 1, sizeof(*v));

    if (!v)
        return -ENOMEM;
    for (*n = 0; *p; p = *end ? end + 1 : end) {
        v[*n] = (int)strtol(p, &end, 10);
        if (end == p || (*end && *end != ',')) {
            free(v);
            return -EBADMSG;
        }
        ++*n;
    }
    *ret = v;
    return 0;
}

static int parse_promises(const char *s, struct acdr_place *p)
{
    p->promises = calloc(strlen(s) / 2 + 1, sizeof(*p->promises));
    if (!p->promises)
        return -ENOMEM;
    while (*s) {
        struct acdr_promise *to = &p->promises[p->n_promises++];
        int len = 0;

        if (sscanf(s, "%d:%lld%n", &to->node, &to->kb, &len) != 2 || to->kb < 0 ||
            (s[len] && s[len] != ','))
            return -EBADMSG;
        s += len + (s[len] == ',');
    }
    return 0;
}

/* N fields: a journal of 0.1 has no promises. */
static int parse_place(struct acdr_entry *en, char **f, int n)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = calloc(1, sizeof(*p));
    int err;

    if (!p)
        return -ENOMEM;
    struct acdr_bitmap *sets[] = { &p->nodes,    &p->clean,     &p->reserved,
                                   &p->emulator, &p->iothreads, &p->vhost };
    for (int i = 0; i < 6; i++)
        if (acdr_bitmap_parse_list(sets[i], f[2 + i]) < 0)
            return -EBADMSG;
    err = parse_numbers(f[8], &p->vcpu, &p->n_vcpus);
    if (err == 0)
        err = parse_numbers(f[9], &p->cell_node, &p->n_cells);
    if (err == 0)
        err = parse_promises(n > 11 ? f[11] : "", p);
    if (err < 0)
        return err;
    p->why = strdup(f[10]);
    if (!p->why)
        return -ENOMEM;
    acdr_place_free(en->place);
    en->place = acdr_take(p);
    return 0;
}

static int parse_entry(struct acdr_journal *j, char **f)
{
    struct acdr_entry *en;

    if (acdr_journal_find(j, f[1]))
        return -EBADMSG;
    en = acdr_journal_add(j, f[1], f[2], f[3]);
    if (!en)
        return -ENOMEM;
    en->is_pool = !strcmp(f[4], "static");
    en->degraded = !strcmp(f[5], "degraded");
    free(en->nics);
    en->nics = strdup(f[8]);
    if (!en->nics)
        return -ENOMEM;
    if (parse_process(f[6], &en->pid, &en->start) < 0)
        return -EBADMSG;
    return parse_process(f[7], &en->daemon_pid, &en->daemon_start);
}

static int parse_claim(struct acdr_journal *j, char **f)
{
    int op = acdr_op_find(f[5]);
    struct acdr_claim c = {
        .step = f[2],
        .knob = f[8],
        .op = (enum acdr_op)op,
        .value = f[6],
        .alt = f[7],
        .soft = !strcmp(f[4], "soft"),
        .stage = !strcmp(f[3], "host") ? ACDR_STAGE_HOST : ACDR_STAGE_GUEST,
    };

    if (op < 0 || !acdr_journal_find(j, f[1]))
        return -EBADMSG;
    return acdr_journal_claim_new(j, f[1], &c);
}

static int parse_knob(struct acdr_journal *j, char **f)
{
    struct acdr_saved_knob *k = acdr_journal_save_knob(j, f[2]);

    if (!k)
        return -ENOMEM;
    if (k->base)
        return -EBADMSG;
    k->base = strdup(f[3]);
    k->was = strdup(f[4]);
    k->want = strdup(f[5]);
    k->dirty = strcmp(f[1], "settled") != 0;
    return k->base && k->was && k->want ? 0 : -ENOMEM;
}

static int parse_line(struct acdr_journal *j, char *line)
{
    char *f[MAX_FIELDS];
    int n = split(line, f);
    struct acdr_entry *en;
    int result;

    if (n < 2)
        return -EBADMSG;
    if (!strcmp(f[0], "entry") && n == 9)
        return parse_entry(j, f);
    if (!strcmp(f[0], "claim") && n == 9)
        return parse_claim(j, f);
    if (!strcmp(f[0], "knob") && n == 6)
        return parse_knob(j, f);
    en = acdr_journal_find(j, f[1]);
    if (!en)
        return -EBADMSG;
    if (!strcmp(f[0], "place") && (n == 11 || n == 12))
        return parse_place(en, f, n);
    if (strcmp(f[0], "step") || n != 5)
        return -EBADMSG;
    result = acdr_step_result_find(f[3]);
    if (result < 0)
        return -EBADMSG;
    return acdr_journal_outcome(en, f[2], (enum acdr_step_result)result, f[4]);
}

static int damaged(struct acdr_err *e, int line, const char *what)
{
    return acdr_err_set(e, EBADMSG,
                        "%s:%d: %s; nothing was changed; fix the line (and make \"end<TAB>edited\" "
                        "the last line), or move the file away to drop all claims",
                        ACDR_JOURNAL_FILE, line, what);
}

static int check_end(const char *text, const char *end, int line, struct acdr_err *e)
{
    char want[32];

    snprintf(want, sizeof(want), "end\t%08x\n", checksum(text, (size_t)(end - text)));
    if (strcmp(end, want) && strcmp(end, "end\tedited\n"))
        return damaged(e, line, "the checksum in the last line does not match");
    return 0;
}

/* The place of the last line, and its number; NULL if the text does not end with a complete one. */
static char *find_end(char *text, int *line)
{
    char *end = NULL;

    *line = 0;
    for (char *p = text; *p; p = strchr(p, '\n') + 1) {
        if (!strchr(p, '\n'))
            return NULL;
        end = p;
        ++*line;
    }
    return end && !strncmp(end, "end\t", 4) ? end : NULL;
}

/* An administrator's pool is its CPUs. */
static bool has_pool_without_place(const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_entries; i++)
        if (j->entries[i].is_pool && !j->entries[i].place)
            return true;
    return false;
}

int acdr_journal_parse(char *text, struct acdr_journal *j, struct acdr_err *e)
{
    size_t magic = strlen(MAGIC);
    int line = 0;
    char *end, *next, *boot;
    int err;

    if (strncmp(text, MAGIC, magic))
        return damaged(e, 1, "is not a journal of this version of ACDR");
    end = find_end(text, &line);
    if (!end)
        return damaged(e, line + 1, "the file is truncated");
    err = check_end(text, end, line, e);
    if (err < 0)
        return err;
    boot = text + magic;
    next = strchr(boot, '\n');
    *next++ = '\0';
    snprintf(j->boot, sizeof(j->boot), "%s", boot);
    line = 2;
    for (char *p = next; p < end; p = next, line++) {
        next = strchr(p, '\n');
        *next++ = '\0';
        err = parse_line(j, p);
        if (err == -ENOMEM)
            return acdr_err_nomem(e);
        if (err < 0)
            return damaged(e, line, "is not a valid journal record");
    }
    if (has_pool_without_place(j))
        return damaged(e, line, "a static entry above has no place");
    for (size_t i = 0; i < j->n_saved; i++)
        j->saved[i]->dirty |= !j->saved[i]->base;
    return 0;
}
