/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * group:PID/TID@START, the folder of the cgroup that bounds one thread's CPUs. Knows that version
 * 1's `tasks` of cpuset moves a single thread, and version 2's cgroup.threads moves one within its
 * threaded domain; does not know the purpose of any cgroup.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "proc.h"
#include "text.h"
#include "value.h"

#define MOUNT  "/sys/fs/cgroup"
#define MOUNT1 MOUNT "/cpuset"

static int find(struct acdr_root *r, const char *rest, struct acdr_proc_id *id, struct acdr_err *e)
{
    int rc = acdr_proc_parse(rest, id, e);
    return rc < 0 ? rc : acdr_proc_check(r, id, NULL, e);
}

/* Version 1 is a line "ID:cpuset:PATH"; without one it is version 2's "0::PATH". */
static char *find_path(char *text, const char **mount)
{
    char *line = strstr(text, ":cpuset:");
    *mount = line ? MOUNT1 : MOUNT;
    if (!line)
        line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (!line)
        return NULL;
    line = strchr(line, '/');
    if (line)
        line[strcspn(line, "\n")] = '\0';
    return line;
}

static int read_group(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    acdr_auto(free) char *text = NULL;
    char file[64];
    int rc = find(r, rest, &id, e);
    if (rc < 0)
        return rc;
    snprintf(file, sizeof file, "/proc/%d/task/%d/cgroup", id.pid, id.tid);
    rc = acdr_value_read(r, file, &text, e);
    if (rc < 0)
        return rc;
    const char *mount;
    char *path = find_path(text, &mount);
    if (!path)
        return acdr_err_set(e, EOPNOTSUPP, "%s: no cgroup that bounds CPUs", file);
    *ret = acdr_text_format("%s%s", mount, path);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_group(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct acdr_proc_id id;
    char tid[16];
    (void)now;
    int rc = acdr_value_unasked(find(r, rest, &id, e));
    if (rc < 0)
        return rc;
    bool old = strncmp(want, MOUNT1 "/", strlen(MOUNT1) + 1) == 0;
    acdr_auto(free) char *path = acdr_text_format("%s/%s", want, old ? "tasks" : "cgroup.threads");
    if (!path)
        return acdr_err_nomem(e);
    snprintf(tid, sizeof tid, "%d", id.tid);
    return acdr_value_write(r, path, tid, e);
}

const struct acdr_knob_kind acdr_cgroup_thread = {
    .prefix = "group",
    .read = read_group,
    .write = write_group,
};
