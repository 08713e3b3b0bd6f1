/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A quota is a rest in every period: a vCPU with half of its CPU stands still for half of each
 * tenth of a second, on a core that is kept for it. The kernel limits ordinary tasks only. Knows
 * libvirt's <quota> elements, of which a negative value is no limit.
 */
#include "bandwidth.h"

#include "text.h"

int acdr_bandwidth_share(const struct acdr_bandwidth *b, int n)
{
    double share = b->quota && n > 0 ? 100.0 * (double)b->quota / ((double)b->period * n) : 100;

    return share < 100 ? (int)share : 100;
}

int acdr_bandwidth_note(struct acdr_plan *p, const struct acdr_bandwidth *b, int n,
                        const char *element, const char *who)
{
    int share = acdr_bandwidth_share(b, n);

    if (share >= 100)
        return 0;
    return acdr_plan_note(p,
                          "<%s> in its <cputune> lets %s run %d %% of the time: take it out, or "
                          "write <%s>-1</%s>",
                          element, who, share, element, element);
}

void acdr_bandwidth_define(struct acdr_definitions *ds, const struct acdr_bandwidth *b, int n,
                           const char *element)
{
    acdr_auto(free) char *path = acdr_text_format("cputune/%s", element);
    acdr_auto(free) char *value = acdr_text_format("<%s>-1</%s>", element, element);

    if (acdr_bandwidth_share(b, n) < 100)
        acdr_define(ds, path, NULL, value,
                    "no bandwidth limit on CPUs that are kept for the guest");
}
