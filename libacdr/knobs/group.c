/*
 * group:PID/TID@START, the folder of the cgroup that one thread is in. Knows that a thread moves
 * alone only within its threaded domain, by cgroup.threads of version 2; does not know what any
 * group is for.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "proc.h"
#include "text.h"
#include "value.h"

#define MOUNT "/sys/fs/cgroup"

static int find(struct acdr_root *r, const char *rest, struct acdr_proc_id *id, struct acdr_err *e)
{
    int rc = acdr_proc_parse(rest, id, e);
    return rc < 0 ? rc : acdr_proc_check(r, id, NULL, e);
}

/* Version 2 is the line "0::PATH", behind those of version 1 where there are any. */
static char *find_path(char *text)
{
    char *line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
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
    char *path = find_path(text);
    if (!path)
        return acdr_err_set(e, EOPNOTSUPP, "%s: no cgroup of version 2", file);
    *ret = acdr_text_format(MOUNT "%s", path);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_group(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct acdr_proc_id id;
    char tid[16];
    (void)now;
    int rc = find(r, rest, &id, e);
    if (rc < 0)
        return rc;
    acdr_auto(free) char *path = acdr_text_format("%s/cgroup.threads", want);
    if (!path)
        return acdr_err_nomem(e);
    snprintf(tid, sizeof tid, "%d", id.tid);
    return acdr_value_write(r, path, tid, e);
}

const struct acdr_knob_kind acdr_group_thread = {
    .prefix = "group",
    .read = read_group,
    .write = write_group,
};
