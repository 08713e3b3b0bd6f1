/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does a node hold a guest of a given size? CPUs and memory must both fit on the same node. */
#include "advise_part.h"

bool acdr_advise_holds_any(const struct acdr_advise_node *n)
{
    return n->cpus > 0 && n->total_kb != 0;
}

bool acdr_advise_holds(const struct acdr_advise_node *n, int vcpus, long long kb)
{
    return acdr_advise_holds_any(n) && n->capacity >= vcpus &&
           (n->total_kb < 0 || n->total_kb >= kb);
}
