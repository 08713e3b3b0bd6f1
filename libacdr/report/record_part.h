/*
 * A recording: what this library read of a host as lines of text, from which base/recording.c
 * makes the files again. record.c decides what goes in, record_path.c looks at the files,
 * record_lines.c makes few lines of many and takes out what names a machine.
 */
#ifndef ACDR_ENGINE_RECORD_H
#define ACDR_ENGINE_RECORD_H

#include "root.h"
#include "text.h"

enum acdr_record_kind { ACDR_RECORD_FILE, ACDR_RECORD_FOLDER, ACDR_RECORD_LINK };

/* A file with TEXT in it, a folder, or a link to TEXT. FORM is the path with "{}" in place of the
 * number NUM; the path itself where NUM is negative. */
struct acdr_record_entry {
    enum acdr_record_kind kind;
    char *path, *form, *text;
    int num;
};

struct acdr_record {
    struct acdr_record_entry *entries;
    size_t n;
    char **tokens; /* what was replaced so far: the same name gets the same stand-in */
    size_t n_tokens;
    bool bad; /* memory was out */
};

void acdr_record_add(struct acdr_record *rec, enum acdr_record_kind kind, const char *path,
                     const char *text);
/* Add what is at PATH of the host, and the links on the way to it. */
void acdr_record_add_path(struct acdr_record *rec, struct acdr_root *root, const char *path);
/* Add S to T with each MAC address and UUID replaced by a stand-in. */
void acdr_record_scrub(struct acdr_record *rec, const char *s, struct acdr_text *t);
/* All entries as lines, sorted; a path that differs by its number only is one line. */
void acdr_record_print(struct acdr_record *rec, struct acdr_text *t);
void acdr_record_done(struct acdr_record *rec);

static inline void acdr_auto_record(struct acdr_record *rec)
{
    acdr_record_done(rec);
}

#endif
