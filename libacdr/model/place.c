/* Knows what a place owns; how one is found, engine/place.c knows. */
#include "place.h"

void acdr_place_free(struct acdr_place *p)
{
    if (!p)
        return;
    free(p->vcpu);
    free(p->cell_node);
    free(p->why);
    free(p);
}
