/* What memory a node has for a guest: of the pages that its XML asks for, and not promised to
 * others. */
#ifndef ACDR_ENGINE_PLACE_MEMORY_H
#define ACDR_ENGINE_PLACE_MEMORY_H

#include "place_find.h"

/* kB of the (first) kind of page that the guest asks for, -1 where the host does not tell. */
long long acdr_place_free_kb(const struct acdr_place_request *q, const struct acdr_node *n);
/* True where the node has the memory of that guest NUMA cell (-1: of the whole guest), or the
 * PARTSth part of it, or where the host does not tell. */
bool acdr_place_holds(const struct acdr_place_request *q, const struct acdr_node *n, int cell,
                      int parts);
/* "512 of 2048 MiB free", for a person; the caller frees. */
char *acdr_place_tell_memory(const struct acdr_place_request *q, const struct acdr_node *n);

#endif
