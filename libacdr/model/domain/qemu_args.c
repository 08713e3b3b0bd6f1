/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arguments that the XML passes to QEMU past libvirt, <qemu:commandline>. Knows those that decide
 * which threads there are (QEMU, docs/devel/multi-thread-tcg and accel/tcg).
 */
#include <stdlib.h>
#include <string.h>

#include "domain_part.h"
#include "domain_xml.h"
#include "text.h"

#define QEMU_NS "http://libvirt.org/schemas/domain/qemu/1.0"

static bool is_qemu(const struct acdr_xml *n, const char *name)
{
    return n->ns && !strcmp(n->ns, QEMU_NS) && !strcmp(acdr_xml_local(n->name), name);
}

/* Counting instructions, recording and "thread=single" make one thread run all vCPUs in turn. */
static bool means_one_thread(const char *option, const char *value)
{
    if (!strcmp(option, "-icount") || !strcmp(option, "--icount"))
        return true;
    return !strcmp(option + strspn(option, "-"), "accel") && strstr(value, "thread=single");
}

static int read_args(struct acdr_domain *d, const struct acdr_xml *list)
{
    acdr_auto(free) char *option = strdup("");

    for (const struct acdr_xml *n = list->child; option && n; n = n->next) {
        acdr_auto(free) char *value = NULL;

        if (!is_qemu(n, "arg"))
            continue;
        if (acdr_domain_xml_text(n, "value", &value) < 0)
            return -1;
        if (!d->one_thread && means_one_thread(option, value)) {
            d->one_thread = acdr_text_format("%s %s", option, value);
            if (!d->one_thread)
                return -1;
        }
        free(option);
        option = acdr_take(value);
    }
    return option ? 0 : -1;
}

int acdr_domain_qemu_args_read(struct acdr_domain *d, const struct acdr_xml *dom,
                               struct acdr_err *e)
{
    for (const struct acdr_xml *n = dom->child; n; n = n->next)
        if (is_qemu(n, "commandline") && read_args(d, n) < 0)
            return acdr_err_nomem(e);
    return 0;
}
