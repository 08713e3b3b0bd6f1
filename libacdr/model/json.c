/*
 * A walk over JSON by its brackets and quotes. Knows the grammar as far as finding ends needs it.
 */
#include "json.h"

#include <string.h>

static const char *skip_blanks(const char *s)
{
    return s ? s + strspn(s, " \t\r\n") : NULL;
}

static const char *end_of_string(const char *s)
{
    for (s++; *s && *s != '"'; s++)
        if (*s == '\\' && s[1])
            s++;
    return *s ? s + 1 : NULL;
}

const char *acdr_json_end(const char *v)
{
    int depth = 0;

    if (!v || !*v)
        return NULL;
    if (!strchr("[{\"", *v))
        return v + strcspn(v, ",]} \t\r\n");
    while (v && *v) {
        if (*v == '"') {
            v = end_of_string(v);
        } else {
            depth += (*v == '[' || *v == '{') - (*v == ']' || *v == '}');
            v++;
        }
        if (depth == 0)
            return v;
    }
    return NULL;
}

const char *acdr_json_start(const char *text)
{
    text = skip_blanks(text);
    return text && *text ? text : NULL;
}

const char *acdr_json_first(const char *v)
{
    if (!v || (*v != '[' && *v != '{'))
        return NULL;
    v = skip_blanks(v + 1);
    return *v && *v != ']' && *v != '}' ? v : NULL;
}

const char *acdr_json_next(const char *v)
{
    v = skip_blanks(acdr_json_end(v));
    if (!v || (*v != ',' && *v != ':'))
        return NULL;
    v = skip_blanks(v + 1);
    return *v ? v : NULL;
}

const char *acdr_json_member(const char *v, const char *key)
{
    if (!v || *v != '{')
        return NULL;
    for (v = acdr_json_first(v); v; v = acdr_json_next(acdr_json_next(v)))
        if (acdr_json_is(v, key))
            return acdr_json_next(v);
    return NULL;
}

const char *acdr_json_item(const char *v, size_t i)
{
    for (v = acdr_json_first(v); v && i; i--)
        v = acdr_json_next(v);
    return v;
}

void acdr_json_text(const char *v, char *buf, size_t size)
{
    const char *end = v && *v == '"' ? end_of_string(v) : NULL;
    size_t len = end ? (size_t)(end - v) - 2 : 0;

    if (len >= size)
        len = size - 1;
    if (len)
        memcpy(buf, v + 1, len);
    buf[len] = '\0';
}

bool acdr_json_is(const char *v, const char *text)
{
    size_t len = strlen(text);

    return v && *v == '"' && !strncmp(v + 1, text, len) && v[len + 1] == '"';
}
