/* Knows what a place owns; how one is found, engine/place.c knows. */
#include "place.h"

#include <string.h>

static int *copy_ints(const int *v, int n)
{
    int *copy = calloc((size_t)n + 1, sizeof(*copy));

    if (copy && n > 0)
        memcpy(copy, v, (size_t)n * sizeof(*copy));
    return copy;
}

struct acdr_place *acdr_place_copy(const struct acdr_place *p)
{
    acdr_auto(acdr_place_free) struct acdr_place *copy = malloc(sizeof(*copy));

    if (!copy)
        return NULL;
    *copy = *p;
    copy->vcpu = copy_ints(p->vcpu, p->n_vcpus);
    copy->cell_node = copy_ints(p->cell_node, p->n_cells);
    copy->why = strdup(p->why);
    return copy->vcpu && copy->cell_node && copy->why ? acdr_take(copy) : NULL;
}

void acdr_place_free(struct acdr_place *p)
{
    if (!p)
        return;
    free(p->vcpu);
    free(p->cell_node);
    free(p->why);
    free(p);
}
