/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recorded host: the files that this library read from a host, as lines of text from which
 * base/root/unpack.c recreates them. record.c and record_devices.c decide what to include,
 * record_path.c reads files, record_lines.c merges lines and removes what identifies a machine.
 */
#ifndef ACDR_REPORT_RECORD_RECORD_PART_H
#define ACDR_REPORT_RECORD_RECORD_PART_H

#include "host.h"
#include "root.h"
#include "text.h"

enum acdr_recorded_kind { ACDR_RECORDED_FILE, ACDR_RECORDED_FOLDER, ACDR_RECORDED_LINK };

/* A file with the content TEXT, a directory, or a link to TEXT. FORM is the path with "{}" in place
 * of the number NUM; the path itself if NUM is negative. */
struct acdr_recorded_entry {
    enum acdr_recorded_kind kind;
    char *path, *form, *text;
    int num;
};

struct acdr_recorded {
    struct acdr_recorded_entry *entries;
    size_t n;
    char **tokens; /* the replacements so far: the same name gets the same stand-in */
    size_t n_tokens;
    bool bad; /* out of memory */
};

void acdr_recorded_add(struct acdr_recorded *rec, enum acdr_recorded_kind kind, const char *path,
                       const char *text);
/* Add the file at PATH of the host, and the links on the way to it. */
void acdr_recorded_add_path(struct acdr_recorded *rec, struct acdr_root *root, const char *path);
/* Add libvirt's networks, if they lead to devices of the host. */
void acdr_recorded_add_networks(struct acdr_recorded *rec, struct acdr_root *root);
/* Add what the doctor alone reads: link speeds, interfaces with storage, SELinux. DRIVERS is the
 * root whose network drivers answer. */
void acdr_recorded_add_doctor(struct acdr_recorded *rec, struct acdr_root *drivers,
                              const struct acdr_host *h);
/* Append S to T with each MAC address and UUID replaced by a stand-in. */
void acdr_recorded_scrub(struct acdr_recorded *rec, const char *s, struct acdr_strbuf *t);
/* All entries as lines, sorted; paths that differ only by their number share one line. */
void acdr_recorded_print(struct acdr_recorded *rec, struct acdr_strbuf *t);
void acdr_recorded_done(struct acdr_recorded *rec);

static inline void acdr_auto_recorded(struct acdr_recorded *rec)
{
    acdr_recorded_done(rec);
}

#endif
