/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain's XML is to say, put into its text. */
#ifndef ACDR_ENGINE_PLACE_TO_XML_H
#define ACDR_ENGINE_PLACE_TO_XML_H

#include "domain_edit.h"
#include "step.h"

/* What only the XML can say, of all steps of the view's class. 0 or -ENOMEM; acdr_define_done(). */
int acdr_definitions_collect(const struct acdr_view *v, struct acdr_definitions *ret);
/* Put it in. 1 where something was changed, 0 where not, -ENOMEM. */
int acdr_definitions_to_xml(struct acdr_edit *x, const struct acdr_definitions *ds);

/*
 * Pins and numatune that say the view's place, in place of those that there are, and the mark that
 * says whose they are (ACDR_PINS_NS). What the class puts nowhere is not pinned. With RUNS the
 * guest has its memory already: what QEMU's view of it hangs on (memory of guest NUMA cells with or
 * without nodes) stays of one kind. 1: written; 0: there is nothing to say; -ENOMEM.
 */
int acdr_place_to_xml(struct acdr_edit *x, const struct acdr_view *v, bool runs);

#endif
