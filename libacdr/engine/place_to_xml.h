/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes definitions and places into a domain's XML text. */
#ifndef ACDR_ENGINE_PLACE_TO_XML_H
#define ACDR_ENGINE_PLACE_TO_XML_H

#include "domain_edit.h"
#include "step.h"

/* Collect all XML-only settings of the steps of the class. 0 or -ENOMEM; acdr_define_done(). */
int acdr_definitions_collect(const struct acdr_view *v, struct acdr_definitions *ret);
/* Write it. 1 if something changed, 0 if not, -ENOMEM. */
int acdr_definitions_to_xml(struct acdr_edit *x, const struct acdr_definitions *ds);

/*
 * Replace pins and numatune with those of the view's place, and add the mark of their origin
 * (ACDR_PINS_NS). What the class does not place is not pinned. With RUNS the guest already has its
 * memory: whether guest NUMA cells are bound to nodes, which QEMU's layout depends on, stays as it
 * is. 1: written; 0: nothing to write; -ENOMEM.
 */
int acdr_place_to_xml(struct acdr_edit *x, const struct acdr_view *v, bool runs);

#endif
