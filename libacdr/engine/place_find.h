/*
 * Choosing a guest's place: dedicated CPUs and memory nodes. A pure function: reads the host
 * snapshot and what is taken, writes nothing.
 */
#ifndef ACDR_ENGINE_PLACE_FIND_H
#define ACDR_ENGINE_PLACE_FIND_H

#include "class.h"
#include "domain.h"
#include "host.h"
#include "place.h"
#include "step.h"

struct acdr_place_request {
    const struct acdr_host *host;
    const struct acdr_domain *domain;
    const struct acdr_class *class;
    struct acdr_cpus housekeeping;
    struct acdr_cpus taken;  /* by other guests: dedicated ones, and those libvirt has pinned */
    struct acdr_cpus others; /* clean cores of others (a part of taken) */
    const struct acdr_held *held; /* what others claim */
    size_t n_held;
    struct acdr_cpus apart;  /* of guests that this one must be kept from (a part of taken) */
    struct acdr_cpus within; /* only these nodes; empty: any */
    bool share;              /* where nothing else is free, others' clean cores may be shared */
};

/*
 * One node with enough free CPUs and memory, preferring one L3 domain and then the node that is
 * left with the least; else the fewest nodes, the guest's NUMA cells mapped to them one to one.
 * CPUs of isolcpus come first where there are enough on one node. vCPUs that the XML pins stay
 * where it says. The caller frees. -ENOSPC with the figures of every node; -EINVAL: the XML's pins
 * contradict each other or the class; -ENOMEM.
 */
int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret,
                    struct acdr_err *e);

#endif
