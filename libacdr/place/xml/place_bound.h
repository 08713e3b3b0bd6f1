/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of a guest that the XML binds to nodes. */
#ifndef ACDR_PLACE_XML_PLACE_BOUND_H
#define ACDR_PLACE_XML_PLACE_BOUND_H

#include "place_find.h"

/* <memnode> decides where a cell's memory is: its nodes become nodes of P. */
void acdr_place_memnodes(const struct acdr_domain *d, struct acdr_place *p);
/* Do the nodes of P have the memory, and those of <memnode> that of their cells? 0, also if the
 * memory is not bound; -ENOSPC with E, which names the element; -ENOMEM. */
int acdr_place_check_bound(const struct acdr_place_request *q, const struct acdr_place *p,
                           struct acdr_err *e);
/* The reason if NODES, to which the XML binds the guest, lack memory. -ENOSPC or -ENOMEM. */
int acdr_place_refuse_bound(const struct acdr_place_request *q, const struct acdr_bitmap *nodes,
                            struct acdr_err *e);

#endif
