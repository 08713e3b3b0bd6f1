/* Who must be kept apart: other guests of the same [separate] group, and the CPUs that are out for
 * a guest because of them. Reads their classes; decides no place. */
#ifndef ACDR_ENGINE_APART_H
#define ACDR_ENGINE_APART_H

#include "handle.h"
#include "host.h"
#include "journal.h"

/*
 * For the entry ID of CLASS: into RET the cores, L3 domains or nodes (as CLASS says) of all other
 * members of its group, into *WHO their names ("" where there are none; the caller frees). Members
 * whose class cannot be read any more are passed over. 0 or -ENOMEM.
 */
int acdr_apart_find(struct acdr *a, const struct acdr_journal *j, const char *id,
                    const struct acdr_class *class, const struct acdr_host *host,
                    struct acdr_cpus *ret, char **who);

#endif
