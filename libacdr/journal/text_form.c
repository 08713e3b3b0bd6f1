/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text of a journal to its form in memory, see text_form.h. Also reads version 1, which ACDR
 * 0.1 wrote: it has a claim for each interrupt, and the substitutes in the claims.
 */
#include "text_form.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "family.h"
#include "text.h"

enum { MAX_FIELDS = 13 };

struct parser {
    struct acdr_journal *j;
    int version;
    char **alts; /* of lines "cpus", by their number less one; point into the text */
    size_t n_alts;
};

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

/* N fields: a journal of 0.1 has no promises and no listed CPUs. */
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
    if (n > 12 && acdr_bitmap_parse_list(&p->listed, f[12]) < 0)
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

/* N fields: the rule that gave the class may be absent. */
static int parse_entry(struct acdr_journal *j, char **f, int n)
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
    if (!en->nics || (n > 9 && acdr_journal_mapped(en, f[9]) < 0))
        return -ENOMEM;
    if (parse_process(f[6], &en->pid, &en->start) < 0)
        return -EBADMSG;
    return parse_process(f[7], &en->daemon_pid, &en->daemon_start);
}

static int parse_cpus(struct parser *p, char **f)
{
    char **more = reallocarray(p->alts, p->n_alts + 1, sizeof(*more));
    long long n;

    if (!more)
        return -ENOMEM;
    p->alts = more;
    if (acdr_text_parse_num(f[1], &n) < 0 || n != (long long)p->n_alts + 1)
        return -EBADMSG;
    more[p->n_alts++] = f[2];
    return 0;
}

/* "@N": the one of line N. NULL if there is none. */
static char *find_alt(const struct parser *p, char *field)
{
    long long n;

    if (p->version == 1 || field[0] != '@')
        return field;
    if (acdr_text_parse_num(field + 1, &n) < 0 || n < 1 || (size_t)n > p->n_alts)
        return NULL;
    return p->alts[n - 1];
}

static int parse_claim(struct parser *p, char **f)
{
    struct acdr_journal *j = p->j;
    int op = acdr_op_find(f[5]);
    struct acdr_claim c = {
        .step = f[2],
        .knob = f[8],
        .op = (enum acdr_op)op,
        .value = f[6],
        .alt = find_alt(p, f[7]),
        .soft = !strcmp(f[4], "soft"),
        .stage = !strcmp(f[3], "host") ? ACDR_STAGE_HOST : ACDR_STAGE_GUEST,
    };

    if (op < 0 || !c.alt || !acdr_journal_find(j, f[1]))
        return -EBADMSG;
    if (p->version == 1 && op == ACDR_OP_MINUS)
        return acdr_family_take_over(j, f[1], &c);
    return acdr_journal_claim_new(j, f[1], &c);
}

/* N fields: "near" may be absent. */
static int parse_knob(struct acdr_journal *j, char **f, int n)
{
    struct acdr_saved_knob *k = acdr_journal_save_knob(j, f[2]);

    if (!k)
        return -ENOMEM;
    if (k->base)
        return -EBADMSG;
    k->base = strdup(f[3]);
    k->was = strdup(f[4]);
    k->want = strdup(f[5]);
    k->fixed = !strcmp(f[1], "fixed");
    k->dirty = strcmp(f[1], "settled") != 0 && !k->fixed;
    if (n > 6 && *f[6] && acdr_family_join(j, f[2], f[6], NULL) < 0)
        return -ENOMEM;
    return k->base && k->was && k->want ? 0 : -ENOMEM;
}

static int parse_line(struct parser *p, char *line)
{
    struct acdr_journal *j = p->j;
    char *f[MAX_FIELDS];
    int n = split(line, f);
    struct acdr_entry *en;
    int result;

    if (n < 2)
        return -EBADMSG;
    if (!strcmp(f[0], "entry") && (n == 9 || n == 10))
        return parse_entry(j, f, n);
    if (!strcmp(f[0], "claim") && n == 9)
        return parse_claim(p, f);
    if (!strcmp(f[0], "knob") && (n == 6 || (n == 7 && p->version > 1)))
        return parse_knob(j, f, n);
    if (!strcmp(f[0], "cpus") && n == 3 && p->version > 1)
        return parse_cpus(p, f);
    en = acdr_journal_find(j, f[1]);
    if (!en)
        return -EBADMSG;
    if (!strcmp(f[0], "place") && n >= 11 && n <= 13)
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

    snprintf(want, sizeof(want), "end\t%08x\n", acdr_text_sum(text, (size_t)(end - text)));
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

/* Whether the last write of each knob is complete. Those that claims alone name are to be read; of
 * version 1 also the members of families, which claims of more owners concern now. */
static void judge_knobs(const struct parser *p)
{
    for (size_t i = 0; i < p->j->n_saved; i++) {
        struct acdr_saved_knob *k = p->j->saved[i];

        k->dirty = !k->sum && (k->dirty || !k->base || (p->version == 1 && k->knob.kind->family));
    }
}

/* All lines up to END. *LINE: the number of the one that is damaged. */
static int parse_lines(struct parser *p, char *text, const char *end, int *line)
{
    char *next;
    int err = 0;

    for (char *s = text; err == 0 && s < end; s = next) {
        ++*line;
        next = strchr(s, '\n');
        *next++ = '\0';
        err = parse_line(p, s);
    }
    return err;
}

/* The version, 0 if it is not known; *NEXT is what follows. */
static int parse_version(char *text, char **next)
{
    size_t magic = strlen(ACDR_TEXT_MAGIC);
    const char *v = text + magic;

    if (strncmp(text, ACDR_TEXT_MAGIC, magic) || !*v || v[1] != '\t')
        return 0;
    *next = text + magic + 2;
    return *v == '1' ? 1 : *v == ACDR_TEXT_VERSION[0] ? 2 : 0;
}

int acdr_journal_parse(char *text, struct acdr_journal *j, struct acdr_err *e)
{
    struct parser p = { .j = j };
    char *end, *boot, *next;
    int line = 0, err;

    p.version = parse_version(text, &boot);
    if (!p.version)
        return damaged(e, 1, "is not a journal of this version of ACDR");
    end = find_end(text, &line);
    if (!end)
        return damaged(e, line + 1, "the file is truncated");
    err = check_end(text, end, line, e);
    if (err < 0)
        return err;
    next = strchr(boot, '\n');
    *next++ = '\0';
    snprintf(j->boot, sizeof(j->boot), "%s", boot);
    line = 1;
    err = parse_lines(&p, next, end, &line);
    free(p.alts);
    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    if (err < 0)
        return damaged(e, line, "is not a valid journal record");
    if (has_pool_without_place(j))
        return damaged(e, line + 1, "a static entry above has no place");
    judge_knobs(&p);
    return 0;
}
