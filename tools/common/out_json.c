/* Reports as JSON text. Knows jansson and the kinds of a report's values, not what they mean. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "out.h"

static json_t *convert(const struct acdr_item *i);

/* Names that come from the kernel or from firmware need not be UTF-8; JSON must. */
static json_t *convert_text(const char *text)
{
    json_t *j = json_string(text);
    if (j)
        return j;
    char *plain = strdup(text);
    if (!plain)
        return NULL;
    for (char *p = plain; *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    j = json_string(plain);
    free(plain);
    return j;
}

static json_t *convert_children(const struct acdr_item *i, bool map)
{
    json_t *j = map ? json_object() : json_array();
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
        return convert_children(i, true);
    case ACDR_ITEM_LIST:
        return convert_children(i, false);
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

int acdr_out_json(const struct acdr_item *report)
{
    json_t *j = convert(report);
    if (!j)
        return -ENOMEM;
    /* A failed write shows in ferror(stdout), which main looks at. */
    json_dumpf(j, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);
    putchar('\n');
    json_decref(j);
    return 0;
}

int acdr_out_report(const struct acdr_tool *t, struct acdr_item *report,
                    void (*text)(const struct acdr_item *report), int status)
{
    struct acdr_err e = {.code = ENOMEM};
    if (!t->json)
        text(report);
    else if (acdr_out_json(report) < 0)
        status = acdr_tool_fail(&e);
    acdr_item_free(report);
    return status;
}
