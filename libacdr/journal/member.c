/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How settings become members of a family, see family.h. */
#include <errno.h>
#include <string.h>

#include "family.h"

int acdr_family_join(struct acdr_journal *j, const char *knob, const char *near, const char *seen)
{
    struct acdr_saved_knob *k = acdr_journal_save_knob(j, knob);

    if (!k)
        return -ENOMEM;
    k->dirty |= !k->base;
    if (!k->near && *near)
        k->near = strdup(near);
    free(k->seen);
    k->seen = seen ? strdup(seen) : NULL; /* without memory it is read again */
    return *near && !k->near ? -ENOMEM : 0;
}

/* The substitutes of ID's claims on members are those near each: all of them are that of its
 * family. Others of its claims have the whole list, but need not be there. */
static int widen_alt(struct acdr_journal *j, struct acdr_claim *c, const char *alt)
{
    acdr_auto(free) char *text = NULL;
    struct acdr_bitmap all, more;

    if (acdr_bitmap_parse_list(&all, c->alt) < 0 || acdr_bitmap_parse_list(&more, alt) < 0)
        return -EBADMSG;
    if (acdr_bitmap_subset(&more, &all))
        return 0;
    acdr_bitmap_or(&all, &more);
    text = acdr_bitmap_print_list(&all);
    c->alt = text ? acdr_journal_word(j, text) : NULL;
    return c->alt ? 0 : -ENOMEM;
}

int acdr_family_take_over(struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    const char *family = acdr_knob_of(c->knob).kind->family;
    struct acdr_claim all = *c;
    struct acdr_saved_knob *fam;
    struct acdr_claim *mine;
    int err;

    if (!family)
        return acdr_journal_claim_new(j, id, c);
    fam = acdr_journal_save_knob(j, family);
    err = fam ? acdr_family_join(j, c->knob, c->alt, NULL) : -ENOMEM;
    if (err < 0)
        return err;
    mine = (struct acdr_claim *)acdr_journal_claim_of(fam, id);
    if (mine)
        return widen_alt(j, mine, c->alt);
    all.knob = fam->name;
    return acdr_journal_claim_new(j, id, &all);
}
