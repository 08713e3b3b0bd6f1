/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a domain's XML: read or refused, with what domain.h promises of either. */
#include <stdlib.h>
#include <string.h>

#include "class.h"
#include "domain.h"
#include "fuzz.h"

static void check_refusal(int err, const struct acdr_err *e)
{
    fuzz_require(err == -EBADMSG || err == -E2BIG);
    fuzz_require(e->code == -err);
    fuzz_require(!strchr(e->text, '\n'));
    fuzz_require(err == -E2BIG || strstr(e->text, "line "));
}

static void check_domain(const struct acdr_domain *d)
{
    fuzz_require(d->name && !strchr(d->name, '/'));
    fuzz_require(strlen(d->uuid) == 0 || strlen(d->uuid) == 36);
    fuzz_require(d->type && d->mem_mode && d->balloon);
    fuzz_require(d->vcpus >= 1 && d->vcpus <= d->vcpus_max && d->vcpus_max <= ACDR_BITMAP_MAX);
    fuzz_require(d->memory_kb >= 0 && d->current_kb >= 0 && d->current_kb <= d->memory_kb);
    fuzz_require(d->start_kb >= 0 && d->grow_kb >= 0 && d->balloon_kb >= 0);
    fuzz_require(d->boot_kb >= 0 && d->other_pages_kb >= 0);
    fuzz_require(!d->class_name || !d->tag_error);
    fuzz_require(!d->class_name || acdr_class_name_ok(d->class_name));
    fuzz_require(!d->tag_error || !strchr(d->tag_error, '\n'));
    for (int i = 0; i < d->vcpus_max; i++)
        fuzz_require(!d->pin[i] || !acdr_bitmap_empty(d->pin[i]));
    for (size_t i = 1; i < d->n_cells; i++)
        fuzz_require(d->cells[i - 1].id < d->cells[i].id);
    for (size_t i = 0; i < d->n_devices; i++)
        fuzz_require(strcmp(d->devices[i].bus, "pci") != 0 ||
                     strlen(d->devices[i].name) >= strlen("0000:00:00.0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_domain_parse((const char *)data, size, &d, &e);

    if (err) {
        check_refusal(err, &e);
        fuzz_require(!d);
    } else {
        check_domain(d);
    }
    acdr_domain_free(d);
    d = NULL;
    err = acdr_domain_skim((const char *)data, size, &d, NULL);
    fuzz_require(err ? !d : d != NULL);
    acdr_domain_free(d);
    return 0;
}
