/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Appends a finding to the report; the rules in the files beside this one decide on it. */
#include "advise_part.h"

void acdr_advise_say(struct acdr_item *list, const char *kind, const char *subject,
                     const char *remedy, const char *text)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "kind", kind);
    acdr_item_add_text(m, "subject", subject);
    acdr_item_add_text(m, "text", text);
    acdr_item_add_text(m, "remedy", remedy);
}
