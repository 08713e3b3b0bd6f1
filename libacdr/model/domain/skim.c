/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads what other guests need to know of a guest: its identity, its vCPUs and pins, its memory and
 * the devices that pin it. All else is left out, above all the metadata, where anyone who may
 * define a guest writes what he likes.
 */
#include <errno.h>
#include <string.h>

#include "domain.h"
#include "domain_part.h"
#include "err.h"

/* 8192 pinned vCPUs take half of it; expat reads it in some 20 ms, whatever it holds. */
#define READ_MAX ((size_t)1 << 20)

/* The children of <domain> that domain*.c reads, in each guest's interest. */
static const char *const domain_kept[] = {
    "name",          "uuid",        "resource", "vcpu",           "vcpus",   "cputune",
    "iothreads",     "cpu",         "numatune", "memoryBacking",  "memtune", "memory",
    "currentMemory", "iothreadids", "devices",  "launchSecurity", NULL,
};
static const char *const cpu_kept[] = { "numa", NULL };
/* Amounts of memory, and what is passed through: the kernel pins the memory of such a guest. */
static const char *const devices_kept[] = { "memory", "memballoon", "shmem", "hostdev", NULL };
/* By their type. */
static const char *const disk_kept[] = { "nvme", "vhostvdpa", NULL };
static const char *const interface_kept[] = { "hostdev", "vdpa", "network", NULL };

static bool has(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word) != 0)
        list++;
    return *list;
}

static bool has_type(const char *const *list, const char **attrs)
{
    for (; *attrs; attrs += 2)
        if (!strcmp(attrs[0], "type"))
            return has(list, attrs[1]);
    return false;
}

static bool keeps_device(const char *name, const char **attrs)
{
    if (!strcmp(name, "disk"))
        return has_type(disk_kept, attrs);
    return strcmp(name, "interface") ? has(devices_kept, name) : has_type(interface_kept, attrs);
}

static bool keeps(const struct acdr_xml *parent, const char *name, const char **attrs)
{
    if (!parent || !strcmp(parent->name, "domstatus"))
        return !strcmp(name, "domain") || (!parent && !strcmp(name, "domstatus"));
    if (!strcmp(parent->name, "domain"))
        return has(domain_kept, name);
    if (!strcmp(parent->name, "cpu"))
        return has(cpu_kept, name);
    return strcmp(parent->name, "devices") != 0 || keeps_device(name, attrs);
}

int acdr_domain_skim(const char *xml, size_t len, struct acdr_domain **ret, struct acdr_err *e)
{
    static const struct acdr_xml_limits limits = { 64, 20000, keeps };

    if (len > READ_MAX)
        return acdr_err_set(e, EBADMSG, "domain XML: it is longer than 1 MiB");
    return acdr_domain_parse_part(xml, len, &limits, ret, e);
}
