/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The module unit.so: AllowedCPUs of a unit over D-Bus, by libsystemd. Knows systemd's manager;
 * does not know why the property is wanted.
 */
#include <errno.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "auto.h"
#include "export.h"
#include "unit.h"

#define SERVICE "org.freedesktop.systemd1"
#define FOLDER  "/org/freedesktop/systemd1"

enum { WAIT_US = 5 * 1000 * 1000 };

ACDR_AUTO_DEFINE(sd_bus, sd_bus_flush_close_unref);
ACDR_AUTO_DEFINE(sd_bus_message, sd_bus_message_unref);

static const char *interface(const char *unit)
{
    const char *dot = strrchr(unit, '.');
    if (dot && strcmp(dot, ".slice") == 0)
        return SERVICE ".Slice";
    if (dot && strcmp(dot, ".scope") == 0)
        return SERVICE ".Scope";
    if (dot && strcmp(dot, ".service") == 0)
        return SERVICE ".Service";
    return NULL;
}

static int open_bus(const char *unit, sd_bus **ret, struct acdr_err *e)
{
    if (!interface(unit))
        return acdr_err_set(e, EINVAL, "%s: not a slice, scope or service", unit);
    int rc = sd_bus_open_system(ret);
    if (rc == -ENOENT || rc == -ECONNREFUSED)
        return acdr_err_set(e, EOPNOTSUPP, "%s: systemd does not run here", unit);
    if (rc < 0) { /* it was not asked */
        acdr_err_errno(e, -rc, "%s: cannot reach systemd", unit);
        return -EAGAIN;
    }
    sd_bus_set_method_call_timeout(*ret, WAIT_US);
    return 0;
}

static int explain(const char *unit, int rc, sd_bus_error *error, struct acdr_err *e)
{
    if (sd_bus_error_has_name(error, SERVICE ".NoSuchUnit"))
        rc = -ENOENT;
    else if (sd_bus_error_has_name(error, SD_BUS_ERROR_UNKNOWN_PROPERTY) ||
             sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN))
        rc = -EOPNOTSUPP;
    acdr_err_set(e, -rc, "%s: AllowedCPUs: %s", unit,
                 error->message ? error->message : strerrordesc_np(-rc));
    sd_bus_error_free(error);
    return rc;
}

ACDR_API int acdr_unit_bus_get(const char *unit, struct acdr_bitmap *ret, struct acdr_err *e)
{
    acdr_auto(sd_bus_flush_close_unref) sd_bus *bus = NULL;
    acdr_auto(sd_bus_message_unref) sd_bus_message *m = NULL;
    acdr_auto(free) char *path = NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    const void *bytes = NULL;
    size_t n = 0;
    int rc = open_bus(unit, &bus, e);
    if (rc < 0)
        return rc;
    rc = sd_bus_path_encode(FOLDER "/unit", unit, &path);
    if (rc >= 0)
        rc = sd_bus_get_property(bus, SERVICE, path, interface(unit), "AllowedCPUs", &error, &m,
                                 "ay");
    if (rc >= 0)
        rc = sd_bus_message_read_array(m, 'y', &bytes, &n);
    if (rc < 0)
        return explain(unit, rc, &error, e);
    acdr_unit_unpack(bytes, n, ret);
    return 0;
}

/* SetUnitProperties(unit, runtime, [("AllowedCPUs", <ay>)]) */
static int fill(sd_bus_message *m, const char *unit, const struct acdr_bitmap *s)
{
    unsigned char bytes[ACDR_UNIT_BYTES];
    size_t n = acdr_unit_pack(s, bytes);
    int rc = sd_bus_message_append(m, "sb", unit, 1);
    if (rc >= 0)
        rc = sd_bus_message_open_container(m, 'a', "(sv)");
    if (rc >= 0)
        rc = sd_bus_message_open_container(m, 'r', "sv");
    if (rc >= 0)
        rc = sd_bus_message_append(m, "s", "AllowedCPUs");
    if (rc >= 0)
        rc = sd_bus_message_open_container(m, 'v', "ay");
    if (rc >= 0)
        rc = sd_bus_message_append_array(m, 'y', bytes, n);
    for (int i = 0; i < 3 && rc >= 0; i++)
        rc = sd_bus_message_close_container(m);
    return rc;
}

ACDR_API int acdr_unit_bus_set(const char *unit, const struct acdr_bitmap *s, struct acdr_err *e)
{
    acdr_auto(sd_bus_flush_close_unref) sd_bus *bus = NULL;
    acdr_auto(sd_bus_message_unref) sd_bus_message *m = NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    int rc = open_bus(unit, &bus, e);
    if (rc < 0)
        return rc;
    rc = sd_bus_message_new_method_call(bus, &m, SERVICE, FOLDER, SERVICE ".Manager",
                                        "SetUnitProperties");
    if (rc >= 0)
        rc = fill(m, unit, s);
    if (rc >= 0)
        rc = sd_bus_call(bus, m, 0, &error, NULL);
    return rc < 0 ? explain(unit, rc, &error, e) : 0;
}
