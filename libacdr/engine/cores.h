/*
 * Which CPUs make a good dedicated set: whole cores, few L3 domains. Knows siblings and the class
 * key `smt`; does not know nodes, memory or guests.
 */
#ifndef ACDR_ENGINE_CORES_H
#define ACDR_ENGINE_CORES_H

#include "host.h"

enum acdr_smt { ACDR_SMT_ISOLATE, ACDR_SMT_REQUIRE, ACDR_SMT_PREFER, ACDR_SMT_ANY };

struct acdr_cores {
    const struct acdr_host *host;
    enum acdr_smt smt;
    struct acdr_cpus from; /* free for dedicated use; take() takes out of it */
};

/* SMT is the key's word; "" counts as prefer. */
void acdr_cores_init(struct acdr_cores *c, const struct acdr_host *host, const char *smt);

/* How many vCPUs the free CPUs of WITHIN could hold: under isolate one per wholly free core, under
 * require and prefer every CPU of one (require: of one with siblings), under any each free CPU. */
int acdr_cores_capacity(const struct acdr_cores *c, const struct acdr_cpus *within);
/* True where N vCPUs, and beside them EXTRA CPUs on a core of their own, can be had in WITHIN. */
bool acdr_cores_fit(const struct acdr_cores *c, const struct acdr_cpus *within, int n, int extra);
/* True where one L3 domain within WITHIN has room for N. */
bool acdr_cores_one_l3(const struct acdr_cores *c, const struct acdr_cpus *within, int n);
/* Whether the N CPUs share one L3 domain, in words. */
const char *acdr_cores_tell_l3(const struct acdr_cores *c, const int *cpus, int n);
/*
 * Take N CPUs of WITHIN into CPUS, in the order of vCPUs: from the L3 domain that they fill best,
 * else from the emptiest ones on; siblings side by side. TAKEN gets them and, but for any, the
 * whole cores they are on (what is not used of those stays idle). -ENOSPC.
 */
int acdr_cores_take(struct acdr_cores *c, const struct acdr_cpus *within, int n, int *cpus,
                    struct acdr_cpus *taken);

#endif
