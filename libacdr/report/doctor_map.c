/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* map.conf: its errors, and rules that name classes which are not there or cannot be read. */
#include <errno.h>

#include "doctor.h"
#include "text.h"

static int look_at_rule(struct acdr_doctor *d, const struct acdr_map_rule *r)
{
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    acdr_auto(free) char *text = NULL;
    struct acdr_err e = { 0 };

    if (!r->classes || !*r->classes || acdr_handle_class(d->a, r->classes, &class, &e) == 0)
        return 0;
    text = acdr_text_format("line %d: [rule %s]: %s", r->line, r->name, e.text);
    if (!text)
        return -ENOMEM;
    acdr_doctor_problem(d, "map.conf", text,
                        "correct the name; see acdr classes: the guests of the rule do not start");
    return 0;
}

int acdr_doctor_map(struct acdr_doctor *d)
{
    const struct acdr *a = d->a;
    int err = 0;

    if (a->map_err.code)
        acdr_doctor_problem(d, "map.conf", a->map_err.text,
                            "correct it: until then guests without a tag run unconditioned");
    for (size_t i = 0; err == 0 && a->map && i < a->map->n_rules; i++)
        err = look_at_rule(d, &a->map->rules[i]);
    return err;
}
