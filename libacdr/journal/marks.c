/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The marks for the early hook, and the reserved room. Knows which entries and knobs count; does
 * not know the journal's text. */
#include "marks.h"

#include <errno.h>
#include <string.h>

#include "text.h"

/* ROOM_MORE: more than a journal grows by between two writes of a release. TRIED: the bytes of a
 * mark whose event has come to its end. */
enum { ROOM_MORE = 16384, TRIED = 2 };

/* A journal whose guests are marked. */
struct marking {
    struct acdr_root *root;
    bool add_only;
    const char **ids; /* sorted; the guests of the journal */
    bool *marked;
    size_t n;
};

static int make(struct acdr_root *root, void *path)
{
    return acdr_root_touch(root, path);
}

int acdr_marks_with_room(struct acdr_root *root, int (*fn)(struct acdr_root *root, void *arg),
                         void *arg)
{
    int err = fn(root, arg);

    if ((err == -ENOSPC || err == -EDQUOT) && acdr_root_remove(root, ACDR_MARK_ROOM) == 0)
        err = fn(root, arg);
    return err;
}

int acdr_marks_begin(struct acdr_root *root)
{
    return acdr_marks_with_room(root, make, (void *)ACDR_MARK_UNFINISHED);
}

void acdr_marks_ending(struct acdr_root *root, const char *id)
{
    if (!acdr_no(acdr_root_has(root, ACDR_MARK_GUESTS "/%s", id)))
        acdr_marks_begin(root); /* if it fails, the end of the event says why */
}

struct acdr_answer acdr_marks_unfinished(struct acdr_root *root)
{
    return acdr_root_has(root, ACDR_MARK_UNFINISHED);
}

bool acdr_marks_due(struct acdr_root *root, const struct acdr_journal *j)
{
    return !acdr_no(acdr_marks_unfinished(root)) ||
           (j->n_entries && !acdr_yes(acdr_root_has(root, ACDR_MARK_GUESTS)));
}

/* A daemon that does not run, or a queue that is not enabled, gets its claimed value when it comes
 * back, at the event after that. */
static bool waits(struct acdr_root *root, const struct acdr_saved_knob *k)
{
    return k->claims.first && (k->knob.kind->readback_later || acdr_knob_may_come(root, k->knob));
}

bool acdr_marks_left(struct acdr_root *root, const struct acdr_saved_knob *k)
{
    return k->dirty && !waits(root, k);
}

static bool has_work(struct acdr_root *root, const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_saved; i++)
        if (acdr_marks_left(root, j->saved[i]))
            return true;
    return false;
}

static bool is_swept(const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_saved; i++)
        if (!strcmp(j->saved[i]->name, "tasks:"))
            return true;
    return false;
}

/* 0 or -errno; a mark that is not there need not be removed. */
static int put(struct acdr_root *root, const char *path, bool there)
{
    int err = there ? acdr_root_touch(root, path) : acdr_root_remove(root, path);

    return !there && acdr_is_gone(err) ? 0 : err;
}

static int put_guest(struct acdr_root *root, const char *id, bool there)
{
    acdr_auto(free) char *path = acdr_text_format(ACDR_MARK_GUESTS "/%s", id);

    return path ? put(root, path, there) : -ENOMEM;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A mark that is there: drop it if its guest is not in the journal. */
static int judge(void *arg, const char *name)
{
    struct marking *m = arg;
    const char **at = m->n ? bsearch(&name, m->ids, m->n, sizeof(*m->ids), by_text) : NULL;

    if (!at)
        return m->add_only ? 0 : put_guest(m->root, name, false);
    m->marked[at - m->ids] = true;
    return 0;
}

static int mark_guests(struct marking *m, const struct acdr_journal *j)
{
    int err;

    for (size_t i = 0; i < j->n_entries; i++)
        if (!j->entries[i].is_pool && !strchr(j->entries[i].id, '/'))
            m->ids[m->n++] = j->entries[i].id;
    if (m->n)
        qsort(m->ids, m->n, sizeof(*m->ids), by_text);
    err = acdr_root_list(m->root, ACDR_MARK_GUESTS, judge, m);
    if (err == -ENOENT)
        err = acdr_root_mkdir(m->root, ACDR_MARK_GUESTS);
    for (size_t i = 0; err == 0 && i < m->n; i++)
        if (!m->marked[i])
            err = put_guest(m->root, m->ids[i], true);
    return err;
}

static int mark_all(struct acdr_root *root, const struct acdr_journal *j, bool add_only)
{
    struct marking m = { .root = root, .add_only = add_only };
    bool swept = is_swept(j);
    int err;

    m.ids = calloc(j->n_entries + 1, sizeof(*m.ids));
    m.marked = calloc(j->n_entries + 1, sizeof(*m.marked));
    err = m.ids && m.marked ? mark_guests(&m, j) : -ENOMEM;
    free(m.ids);
    free(m.marked);
    return err < 0 || (add_only && !swept) ? err : put(root, ACDR_MARK_SWEPT, swept);
}

static int add_all(struct acdr_root *root, void *arg)
{
    return mark_all(root, arg, true);
}

int acdr_marks_ahead(struct acdr_root *root, struct acdr_journal *j)
{
    return j->n_entries ? acdr_marks_with_room(root, add_all, j) : 0;
}

bool acdr_marks_end(struct acdr_root *root, const struct acdr_journal *j)
{
    int err = mark_all(root, j, false);
    size_t len = j->filed.len;

    if (len)
        acdr_root_reserve(root, ACDR_MARK_ROOM, len + len / 4 + ROOM_MORE);
    else
        acdr_root_remove(root, ACDR_MARK_ROOM);
    if (err < 0)
        return false;
    if (has_work(root, j)) {
        if (j->again)
            acdr_root_reserve(root, ACDR_MARK_UNFINISHED, TRIED);
        return false;
    }
    acdr_root_remove(root, ACDR_MARK_UNFINISHED);
    return true;
}
