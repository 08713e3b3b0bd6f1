/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SELinux: is it enforcing where libvirt's separate daemon runs the hook in a domain that may do
 * nothing, and without ACDR's module? Knows where the modules of a policy are stored. The single
 * daemon libvirtd runs unconfined.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "hook_state.h"
#include "selinux_module.h"
#include "text.h"

struct search {
    struct acdr_root *root;
    const char *type;
};

/* Modules lie in a folder for each priority. */
static int has_module(void *arg, const char *priority)
{
    const struct search *s = arg;

    return acdr_root_has(s->root, ACDR_SELINUX_MODULES, s->type, priority).is;
}

/* The policy's name of /etc/selinux/config. */
static bool policy_type(struct acdr_root *r, char *ret, size_t size)
{
    acdr_auto(free) char *text = NULL;
    const char *at;

    if (acdr_root_read(r, "/etc/selinux/config", 0, &text, NULL) < 0)
        return false;
    for (at = text; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (!strncmp(at, "SELINUXTYPE=", 12)) {
            snprintf(ret, size, "%.*s", (int)strcspn(at + 12, " \t\n"), at + 12);
            return *ret && !strchr(ret, '/');
        }
    return false;
}

int acdr_selinux_has_module(struct acdr_root *r, char *type, size_t size)
{
    struct search s = { .root = r, .type = type };
    char folder[300];
    int found;

    if (!policy_type(r, type, size))
        return -ENOENT;
    snprintf(folder, sizeof(folder), "/var/lib/selinux/%s/active/modules", type);
    found = acdr_root_list(r, folder, has_module, &s);
    return found;
}

bool acdr_selinux_enforces(struct acdr_root *r)
{
    long long enforce = 0;

    return acdr_root_get_num(r, &enforce, "/sys/fs/selinux/enforce") == 0 && enforce == 1;
}

static bool is_separate(struct acdr_root *r)
{
    char comm[32] = "";
    int pid = acdr_hook_daemon(r);

    if (pid && acdr_root_get(r, comm, sizeof(comm), "/proc/%d/comm", pid) < 0)
        return false;
    return pid ? !strcmp(comm, "virtqemud")
               : acdr_yes(acdr_root_has(r, "/run/libvirt/virtqemud-sock"));
}

void acdr_doctor_selinux(struct acdr_doctor *d)
{
    struct acdr_root *r = d->host->root;
    char type[64] = "";
    int found;

    if (!acdr_selinux_enforces(r) || !is_separate(r))
        return;
    found = acdr_selinux_has_module(r, type, sizeof(type));
    if (found == 0)
        acdr_doctor_problem(d, "SELinux",
                            "it is enforcing, and the policy has no module acdr: virtqemud's hook "
                            "may neither move tasks nor write to sysfs",
                            "semodule -i acdr.pp and restorecon -v " ACDR_HOOK_FILE
                            "; docs/operating.md has the commands that make acdr.pp");
    else if (found < 0)
        acdr_doctor_advice(d, "SELinux",
                           "it is enforcing, and whether the policy has the module acdr cannot be "
                           "read",
                           "run acdr doctor as root, or semodule -l | grep acdr");
}
