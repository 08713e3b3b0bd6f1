/* Opening a host: its root, its configuration, the steps' tables. */
#include "handle.h"

#include <errno.h>
#include <string.h>

#include "steps.h"

void acdr_handle_close(struct acdr *a)
{
    if (!a)
        return;
    free(a->sections);
    acdr_config_free(a->config);
    acdr_root_free(a->root);
    free(a);
}

ACDR_AUTO_DEFINE(struct acdr, acdr_handle_close);

/* A configuration that cannot be read must not keep a guest from being released: the defaults
 * stand in, and who wants to condition anew is told. */
static int read_config(struct acdr *a)
{
    int err = acdr_config_read(a->root, &a->config, &a->config_err);

    if (err == 0 || err == -ENOMEM)
        return err;
    return acdr_config_default(&a->config);
}

int acdr_handle_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    acdr_auto(acdr_handle_close) struct acdr *a = calloc(1, sizeof(*a));
    int err;

    if (!a)
        return acdr_err_nomem(e);
    err = acdr_root_open(root, &a->root, e);
    if (err < 0)
        return err;
    if (read_config(a) < 0 || acdr_steps_sections(&a->sections) < 0)
        return acdr_err_nomem(e);
    *ret = acdr_take(a);
    return 0;
}

int acdr_handle_class(struct acdr *a, const char *name, struct acdr_class **ret,
                      struct acdr_err *e)
{
    return acdr_class_read(a->root, a->config, name, a->sections, ret, e);
}
