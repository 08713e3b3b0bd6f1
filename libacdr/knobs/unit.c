/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unit:NAME, the CPUs that systemd allows a slice, scope or service. Knows the property AllowedCPUs
 * and how it is cleared; EffectiveCPUs is the result, not the request. Set until reboot: systemd
 * stores it below /run.
 */
#include "unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "kinds.h"
#include "text.h"
#include "value.h"

/*
 * libsystemd loads a dozen libraries, which would delay a hook that does not need systemd: the
 * D-Bus part is a separate module, loaded at the first use and kept.
 */
static void *find(const char *name, const char *unit, struct acdr_err *e)
{
    void *module = dlopen(ACDR_MODULE_DIR "/unit.so", RTLD_NOW | RTLD_LOCAL);
    void *function = module ? dlsym(module, name) : NULL;

    if (!function)
        acdr_err_set(e, EOPNOTSUPP, "%s: cannot contact systemd: %s", unit, dlerror());
    return function;
}

static int get(const char *unit, struct acdr_bitmap *ret, struct acdr_err *e)
{
    acdr_unit_bus_get_fn *fn = (acdr_unit_bus_get_fn *)find("acdr_unit_bus_get", unit, e);

    return fn ? fn(unit, ret, e) : -EOPNOTSUPP;
}

static int set(const char *unit, const struct acdr_bitmap *s, struct acdr_err *e)
{
    acdr_unit_bus_set_fn *fn = (acdr_unit_bus_set_fn *)find("acdr_unit_bus_set", unit, e);

    return fn ? fn(unit, s, e) : -EOPNOTSUPP;
}

static int read_cpus(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s = { 0 };
    int rc = acdr_value_live(r, rest, e);
    if (rc == 0)
        rc = get(rest, &s, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

/* Clearing alone leaves the cpuset unchanged if another unit needs the controller: so set all CPUs
 * first. */
static int write_cpus(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct acdr_bitmap s, all;
    (void)now;
    int rc = acdr_value_live(r, rest, e);
    if (rc == 0)
        rc = acdr_value_parse(&s, want, rest, e);
    if (rc == 0 && acdr_bitmap_empty(&s)) {
        rc = acdr_value_read_set(r, "/sys/devices/system/cpu/online", &all, e);
        if (rc == 0)
            rc = set(rest, &all, e);
    }
    return rc < 0 ? rc : set(rest, &s, e);
}

/* Clearing begins with all CPUs and may be interrupted there. If the CPUs cannot be read, the value
 * counts as ours, and is restored. */
static bool half_cleared(struct acdr_root *r, const char *rest, const char *now)
{
    struct acdr_bitmap s, all;
    (void)rest;
    if (acdr_bitmap_parse_list(&s, now) < 0)
        return false;
    int rc = acdr_value_read_set(r, "/sys/devices/system/cpu/online", &all, NULL);
    return rc < 0 ? !acdr_is_gone(rc) : acdr_bitmap_equal(&s, &all);
}

const struct acdr_knob_kind acdr_unit_cpus = {
    .prefix = "unit",
    .form = ACDR_KNOB_SET,
    .read = read_cpus,
    .write = write_cpus,
    .is_ours = half_cleared,
};
