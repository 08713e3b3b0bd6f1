/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds elements by a path such as "devices/disk[target/dev=vda]/driver". Knows the path syntax and
 * the positions of elements, not libxml2. */
#include <stdlib.h>
#include <string.h>

#include "domain_edit_part.h"

int acdr_span_child(const char *xml, const struct acdr_spans *all, int parent, const char *name,
                    int after)
{
    for (int i = (after < 0 ? parent : after) + 1; i < (int)all->n; i++)
        if (all->v[i].parent == parent && (!name || acdr_span_is(xml, &all->v[i], name)))
            return i;
    return -1;
}

/* "target/dev=vda": does EL have a child "target" with that attribute? */
static bool has_value(const char *xml, const struct acdr_spans *all, int el, const char *what)
{
    acdr_auto(free) char *copy = strdup(what);
    char *attr = copy ? strchr(copy, '/') : NULL;
    char *value = attr ? strchr(attr, '=') : NULL;
    size_t from, to;
    int child;

    if (!value)
        return false;
    *attr++ = '\0';
    *value++ = '\0';
    child = acdr_span_child(xml, all, el, copy, -1);
    return child >= 0 && acdr_span_attr(xml, &all->v[child], attr, &from, &to) &&
           to - from == strlen(value) && !strncmp(xml + from, value, to - from);
}

int acdr_span_step(const char *xml, const struct acdr_spans *all, int parent, char *step,
                   bool *chosen)
{
    char *what = strchr(step, '[');
    int el;

    *chosen = what;
    if (what) {
        *what++ = '\0';
        what[strcspn(what, "]")] = '\0';
    }
    el = acdr_span_child(xml, all, parent, step, -1);
    if (!what)
        return el;
    if (strchr(what, '=')) {
        while (el >= 0 && !has_value(xml, all, el, what))
            el = acdr_span_child(xml, all, parent, step, el);
        return el;
    }
    for (long n = strtol(what, NULL, 10); el >= 0 && n > 0; n--)
        el = acdr_span_child(xml, all, parent, step, el);
    return el;
}

/* Slashes in brackets do not separate steps. */
char *acdr_span_cut(char **path)
{
    char *step = *path;
    char *p = step;
    int depth = 0;

    for (; *p && (*p != '/' || depth); p++)
        depth += (*p == '[') - (*p == ']');
    *path = *p ? p + 1 : NULL;
    *p = '\0';
    return step;
}
