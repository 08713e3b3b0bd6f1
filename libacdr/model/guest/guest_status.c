/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libvirt's status file says of a running guest, and whether its process still runs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "root.h"
#include "text.h"

#define RUN_DIR "/run/libvirt/qemu"

void acdr_guest_status(const char *xml, const char *attribute, char *buf, size_t size)
{
    const char *open = strstr(xml, "<domstatus ");
    const char *end = open ? strchr(open, '>') : NULL;
    size_t len = strlen(attribute);

    buf[0] = '\0';
    for (const char *p = open; end && (p = strstr(p, attribute)) && p < end; p += len) {
        if (p[-1] != ' ' || p[len] != '=' || !strchr("'\"", p[len + 1]) || !p[len + 1])
            continue;
        snprintf(buf, size, "%.*s", (int)strcspn(p + len + 2, "'\""), p + len + 2);
        return;
    }
}

int acdr_guest_status_pid(struct acdr_root *root, const char *xml)
{
    unsigned long long start = 0;
    char pid[32];
    long long n;

    acdr_guest_status(xml, "pid", pid, sizeof(pid));
    if (acdr_text_parse_num(pid, &n) < 0 || n <= 0 || n > INT_MAX)
        return 0;
    /* unknown: it counts */
    return acdr_guest_started(root, (int)n, &start) < 0 || start ? (int)n : 0;
}

struct acdr_answer acdr_guest_running(struct acdr_root *root, const char *name)
{
    char buf[4096];
    char state[32];
    ssize_t n;

    if (!*name || strchr(name, '/'))
        return acdr_answer(0);
    n = acdr_root_get(root, buf, sizeof(buf), RUN_DIR "/%s.xml", name);
    if (n < 0)
        return acdr_answer(acdr_is_gone((int)n) ? 0 : (int)n);
    acdr_guest_status(buf, "state", state, sizeof(state));
    return acdr_answer(!strcmp(state, "running"));
}

int acdr_guest_domain(struct acdr_root *root, const char *name, struct acdr_domain **ret,
                      struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format(RUN_DIR "/%s.xml", name);
    acdr_auto(free) char *xml = NULL;
    size_t len;
    int err;

    if (!path)
        return acdr_err_nomem(e);
    err = *name && !strchr(name, '/') ? acdr_root_read(root, path, 0, &xml, &len) : -ENOENT;
    if (err < 0)
        return acdr_err_errno(e, -err, "guest %s: %s", name, path);
    err = acdr_domain_parse(xml, len, ret, e);
    if (err < 0)
        acdr_err_context(e, "%s", path);
    return err;
}
