/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Empty files beside the journal, by which the early hook (hook/qemu.c) sees with a few calls what
 * concerns it, however long the journal is:
 *
 *   unfinished   the journal or a setting may be half done: made before the first change of an
 *                event, removed after its last. While it exists and nobody holds the lock, every
 *                hook call of every guest completes the work. A stale one costs only time. It is
 *                empty while an event works, and so if one was killed or failed once. An event
 *                that tried again and could not restore a setting either leaves two bytes in it:
 *                guests without a class then try once a minute only.
 *   guests/UUID  the journal has an entry of that guest
 *   swept        tasks are kept off clean cores, and those of a new guest are too
 *   .room        as much memory as the journal takes, given up when /run is full
 *
 * Marks of guests and `swept` are added before the journal says so, for an event that finds the
 * lock held by another looks for them; all are brought up to date while `unfinished` exists.
 */
#ifndef ACDR_JOURNAL_MARKS_H
#define ACDR_JOURNAL_MARKS_H

#include "journal.h"

#define ACDR_MARK_UNFINISHED ACDR_JOURNAL_DIR "/unfinished"
#define ACDR_MARK_GUESTS     ACDR_JOURNAL_DIR "/guests"
#define ACDR_MARK_SWEPT      ACDR_JOURNAL_DIR "/swept"
#define ACDR_MARK_ROOM       ACDR_JOURNAL_DIR "/.room"

/* Before a change. 0 or -errno. */
int acdr_marks_begin(struct acdr_root *root);
/* The guest has ended: where the journal may have it, as above, before the lock is waited for.
 * Whoever is killed from here on, the next call of any guest finds the end. */
void acdr_marks_ending(struct acdr_root *root, const char *id);
/* Before J is written, after acdr_marks_begin(): add what it will say. 0 or -errno. */
int acdr_marks_ahead(struct acdr_root *root, struct acdr_journal *j);
/* After the last write of J: `unfinished` is removed if no work is left in J and the other marks
 * are right. True if so. */
bool acdr_marks_end(struct acdr_root *root, const struct acdr_journal *j);

/* Is there work that an earlier event did not complete? */
struct acdr_answer acdr_marks_unfinished(struct acdr_root *root);
/* Is work left on K, other than what waits for a daemon or a queue that is absent? */
bool acdr_marks_left(struct acdr_root *root, const struct acdr_saved_knob *k);
/* Must the marks be made again, for that reason or because an older version wrote J? */
bool acdr_marks_due(struct acdr_root *root, const struct acdr_journal *j);

/* Call FN again with the reserved memory if it fails because /run is full. */
int acdr_marks_with_room(struct acdr_root *root, int (*fn)(struct acdr_root *root, void *arg),
                         void *arg);

#endif
