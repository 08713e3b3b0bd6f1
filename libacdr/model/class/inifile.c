/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads one INI file into a list of lines. Knows inih and the permitted owners of such a file;
 * knows no section and no key. inih reports neither a key's line number nor a section without keys,
 * so it is given one line at a time, and the current section is kept here.
 */
#include "inifile.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"

#define SIZE_MAX_BYTES ((size_t)64 << 10)
/* inih silently splits longer lines and truncates longer section names. */
#define LINE_MAX_BYTES    190
#define SECTION_MAX_BYTES 48

struct reader {
    struct acdr_inifile *ini;
    char *section;
    bool header; /* the current line is a section header */
    int line, taken;
    struct acdr_err *e;
};

static int complain(const struct reader *r, const char *what)
{
    return acdr_err_set(r->e, EINVAL, "%s:%d: %s", r->ini->file, r->line, what);
}

static int append(struct reader *r, const char *section, const char *key, const char *value)
{
    struct acdr_inifile *ini = r->ini;
    struct acdr_inifile_line *lines = realloc(ini->lines, (ini->n_lines + 1) * sizeof(*lines));
    struct acdr_inifile_line *l;

    if (!lines)
        return acdr_err_nomem(r->e);
    ini->lines = lines;
    l = &lines[ini->n_lines];
    *l = (struct acdr_inifile_line){ .line = r->line, .section = strdup(section) };
    if (key) {
        l->key = strdup(key);
        l->value = strdup(value);
    }
    ini->n_lines++;
    if (!l->section || (key && (!l->key || !l->value)))
        return acdr_err_nomem(r->e);
    return 0;
}

static int enter(struct reader *r, const char *section)
{
    char *copy;

    if (!*section)
        return complain(r, "section: its name is empty; write [NAME]");
    copy = strdup(section);
    if (!copy)
        return acdr_err_nomem(r->e);
    free(r->section);
    r->section = copy;
    return append(r, section, NULL, NULL);
}

/* inih's handler: returns 1 to continue and 0 for an error. */
static int take(void *arg, const char *section, const char *name, const char *value)
{
    struct reader *r = arg;

    if (r->header)
        r->taken = enter(r, section);
    else if (!*name)
        r->taken = complain(r, "the key before '=' is missing; write KEY = VALUE");
    else
        r->taken = append(r, r->section, name, value);
    return r->taken == 0;
}

/* inih would ignore text after a header's bracket. */
static int check_header(const struct reader *r, const char *s)
{
    const char *end = strchr(s, ']');

    if (!end)
        return complain(r, "section: the closing ']' is missing; write [NAME]");
    if (end - s > SECTION_MAX_BYTES)
        return complain(r, "section: its name is too long; use a known one");
    end += 1 + strspn(end + 1, " \t\r");
    if (*end && *end != ';' && *end != '#')
        return complain(r, "section: text after ']'; move it to its own line");
    return 0;
}

static int read_line(struct reader *r, const char *s)
{
    char buf[LINE_MAX_BYTES + 8];
    int err;

    s += strspn(s, " \t\r\v\f");
    if (!*s || *s == '#' || *s == ';')
        return 0;
    if (strlen(s) > LINE_MAX_BYTES)
        return complain(r, "the line is too long; shorten it to 190 bytes");
    r->header = *s == '[';
    if (r->header) {
        err = check_header(r, s);
        if (err)
            return err;
    }
    /* The empty key makes inih report a header's name. */
    snprintf(buf, sizeof(buf), r->header ? "%s\n=\n" : "%s\n", s);
    r->taken = 0;
    err = ini_parse_string(buf, take, r);
    if (r->taken < 0)
        return r->taken;
    if (err < 0)
        return acdr_err_nomem(r->e);
    return err ? complain(r, "this is neither [SECTION] nor KEY = VALUE; fix or remove it") : 0;
}

static int read_text(struct acdr_inifile *ini, char *text, struct acdr_err *e)
{
    struct reader r = { .ini = ini, .section = strdup(""), .e = e };
    int err = r.section ? 0 : acdr_err_nomem(e);

    while (!err && text) {
        char *line = strsep(&text, "\n");

        r.line++;
        err = read_line(&r, line);
    }
    free(r.section);
    return err;
}

/* A class decides what root does to the host, so only root may be able to change it. */
static int check_owner(struct acdr_root *root, const char *file, struct acdr_err *e)
{
    uid_t uid;
    mode_t mode;
    int err;

    if (!acdr_root_live(root))
        return 0;
    err = acdr_root_stat(root, file, &uid, &mode);
    if (err == -ENOENT)
        return err;
    if (err)
        return acdr_err_errno(e, -err, "%s", file);
    if (!S_ISREG(mode))
        return acdr_err_set(e, EPERM, "%s: not a regular file; replace it with one", file);
    if (uid != 0)
        return acdr_err_set(e, EPERM, "%s: it belongs to uid %u, not to root; chown root it", file,
                            (unsigned)uid);
    if (mode & (S_IWGRP | S_IWOTH))
        return acdr_err_set(e, EPERM, "%s: writable by group or others; chmod go-w it", file);
    return 0;
}

static int load(struct acdr_root *root, const char *file, char **text, struct acdr_err *e)
{
    size_t len = 0;
    int err = check_owner(root, file, e);

    if (err)
        return err;
    err = acdr_root_read(root, file, SIZE_MAX_BYTES, text, &len);
    if (err == -ENOENT)
        return err;
    if (err == -EFBIG)
        return acdr_err_set(e, EINVAL, "%s:1: the file is longer than 64 KiB; shorten it", file);
    if (err)
        return acdr_err_errno(e, -err, "%s", file);
    if (strlen(*text) != len) {
        int line = 1;

        for (const char *p = *text; *p; p++)
            line += *p == '\n';
        return acdr_err_set(e, EINVAL, "%s:%d: contains a NUL byte; write plain text", file, line);
    }
    return 0;
}

int acdr_inifile_read(struct acdr_root *root, const char *file, struct acdr_inifile **ret,
                      struct acdr_err *e)
{
    acdr_auto(acdr_inifile_free) struct acdr_inifile *ini = NULL;
    acdr_auto(free) char *text = NULL;
    int err;

    err = load(root, file, &text, e);
    if (err)
        return err;
    ini = calloc(1, sizeof(*ini));
    if (!ini)
        return acdr_err_nomem(e);
    ini->file = strdup(file);
    if (!ini->file)
        return acdr_err_nomem(e);
    err = read_text(ini, text, e);
    if (err)
        return err;
    *ret = acdr_take(ini);
    return 0;
}

void acdr_inifile_free(struct acdr_inifile *i)
{
    if (!i)
        return;
    for (size_t n = 0; n < i->n_lines; n++) {
        free(i->lines[n].section);
        free(i->lines[n].key);
        free(i->lines[n].value);
    }
    free(i->lines);
    free(i->file);
    free(i);
}
