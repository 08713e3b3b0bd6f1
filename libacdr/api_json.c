/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports as JSON text. Knows jansson and the kinds of a report's values, not what they mean. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acdr/base.h"
#include "auto.h"
#include "export.h"
#include "printable.h"

static json_t *convert(const struct acdr_item *i);

/* Names that come from the kernel or from firmware need not be UTF-8; JSON must. */
static json_t *convert_text(const char *text)
{
    json_t *j = json_string(text);
    acdr_auto(free) char *plain = j ? NULL : strdup(text);

    if (j || !plain)
        return j;
    for (char *p = plain; *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    return json_string(plain);
}

/* Increased when a member of a report disappears or changes its meaning. */
enum { SCHEMA_VERSION = 1 };

static json_t *convert_children(const struct acdr_item *i, json_t *j)
{
    bool map = json_is_object(j);

    for (const struct acdr_item *c = acdr_item_first(i); c && j; c = acdr_item_next(c)) {
        json_t *child = convert(c);
        int r = map ? json_object_set_new(j, acdr_item_name(c), child)
                    : json_array_append_new(j, child);

        if (r < 0) {
            json_decref(j);
            j = NULL;
        }
    }
    return j;
}

static json_t *convert(const struct acdr_item *i)
{
    switch (acdr_item_kind(i)) {
    case ACDR_ITEM_MAP:
        return convert_children(i, json_object());
    case ACDR_ITEM_LIST:
        return convert_children(i, json_array());
    case ACDR_ITEM_TEXT:
        return convert_text(acdr_item_text(i));
    case ACDR_ITEM_NUM:
        return json_integer(acdr_item_num(i));
    case ACDR_ITEM_BOOL:
        return json_boolean(acdr_item_num(i));
    case ACDR_ITEM_NULL:
        break;
    }
    return json_null();
}

/* The report itself begins with the version. */
static json_t *convert_report(const struct acdr_item *i)
{
    json_t *j;

    if (!i)
        return json_null();
    if (acdr_item_kind(i) != ACDR_ITEM_MAP)
        return convert(i);
    j = json_object();
    if (!j || json_object_set_new(j, "schema_version", json_integer(SCHEMA_VERSION)) == 0)
        return convert_children(i, j);
    json_decref(j);
    return NULL;
}

/* A terminal must not obey a name: what acdr_printable() replaces is escaped. Line breaks are the
 * document's own, for jansson has escaped those of texts. */
static int print_escaped(const char *text, FILE *f)
{
    const char *from = text;
    char escape[16];

    while (*text) {
        unsigned bad;
        size_t len = acdr_printable_next(text, &bad);

        if (bad && bad != '\n') {
            snprintf(escape, sizeof(escape), "\\u%04X", bad);
            if (fwrite(from, 1, (size_t)(text - from), f) != (size_t)(text - from) ||
                fputs(escape, f) < 0)
                return -1;
            from = text + len;
        }
        text += len;
    }
    return fputs(from, f) < 0 || putc('\n', f) == EOF ? -1 : 0;
}

ACDR_API int acdr_item_print_json(const struct acdr_item *i, FILE *f)
{
    json_t *j = convert_report(i);
    acdr_auto(free) char *text = NULL;

    if (!j)
        return -ENOMEM;
    text = json_dumps(j, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);
    json_decref(j);
    if (!text)
        return -ENOMEM;
    errno = 0;
    if (print_escaped(text, f) < 0)
        return errno ? -errno : -EIO;
    return 0;
}
