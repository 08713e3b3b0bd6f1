/* Where a process has memory of its own, as its numa_maps tells. */
#ifndef ACDR_KNOBS_MEMORY_H
#define ACDR_KNOBS_MEMORY_H

#include "cpus.h"

/* Add to NODES those on which the mapping of one line of numa_maps has pages of the process's own:
 * anonymous, shared or huge ones, but not those of ordinary files (programs and libraries). LINE
 * is cut up. */
void acdr_memory_add_line(char *line, struct acdr_cpus *nodes);

#endif
