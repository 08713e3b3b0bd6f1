/* Members of a [separate] group. See apart.h. */
#include "apart.h"

#include <errno.h>
#include <string.h>

#include "place_sets.h"
#include "steps.h"
#include "text.h"

static const char *group_of(const struct acdr_class *c)
{
    const char *name = acdr_step_separate.name;

    return acdr_class_has(c, name) ? acdr_class_get(c, name, "group") : "-";
}

/* What a member takes away from the others: of a guest without cores of its own, its nodes. */
static void widen(const struct acdr_host *h, const struct acdr_place *p, const char *what,
                  struct acdr_cpus *ret)
{
    struct acdr_cpus more;

    if (!strcmp(what, "node")) {
        acdr_place_cpus(h, &p->nodes, &more);
        acdr_cpus_or(ret, &more);
    }
    ACDR_CPUS_FOR(cpu, &p->clean) {
        if (!strcmp(what, "l3"))
            acdr_host_l3(h, cpu, &more);
        else
            acdr_host_core(h, cpu, &more);
        acdr_cpus_or(ret, &more);
    }
}

static int add_member(struct acdr *a, const struct acdr_entry *en, const struct acdr_class *class,
                      const struct acdr_host *host, struct acdr_cpus *ret, struct acdr_text *who)
{
    acdr_auto(acdr_class_free) struct acdr_class *other = NULL;
    const char *group = group_of(class);
    int err = acdr_handle_class(a, en->class_name, &other, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    if (strcmp(group_of(other), group))
        return 0;
    widen(host, en->place, acdr_class_get(class, acdr_step_separate.name, "what"), ret);
    acdr_text_addf(who, "%s%s", who->len ? ", " : "", en->name);
    return 0;
}

int acdr_apart_find(struct acdr *a, const struct acdr_journal *j, const char *id,
                    const struct acdr_class *class, const struct acdr_host *host,
                    struct acdr_cpus *ret, char **who)
{
    acdr_auto(text) struct acdr_text names = { 0 };
    int err = 0;

    acdr_cpus_zero(ret);
    acdr_text_add(&names, "");
    for (size_t i = 0; err == 0 && i < j->n_entries; i++)
        if (strcmp(group_of(class), "-") && j->entries[i].place && strcmp(j->entries[i].id, id))
            err = add_member(a, &j->entries[i], class, host, ret, &names);
    *who = err ? NULL : acdr_text_take(&names);
    return *who ? 0 : -ENOMEM;
}
