/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's XML, from libvirt, from a file, or from another host's files. Does not know its
 * contents. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest_arg.h"
#include "virt.h"

#define XML_MAX ((size_t)16 << 20)

/* All of FD, up to one byte over the bound, which shows excess. */
static int read_all(int fd, size_t max, char **ret, size_t *len)
{
    char *buf = malloc(max + 2); /* and the end of the text */
    ssize_t n = 1;
    if (!buf)
        return -ENOMEM;
    for (*len = 0; *len <= max && n > 0; *len += (size_t)n) {
        n = read(fd, buf + *len, max + 1 - *len);
        if (n < 0)
            break;
    }
    int r = n < 0 ? -errno : *len > max ? -EFBIG : 0;
    if (r < 0) {
        free(buf);
        return r;
    }
    buf[*len] = '\0';
    *ret = buf;
    return 0;
}

int tool_read_file(const char *path, size_t max, char **ret, size_t *len, struct acdr_err *e)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int r = fd < 0 ? -errno : read_all(fd, max, ret, len);
    if (fd >= 0 && !is_stdin)
        close(fd);
    if (r < 0) {
        snprintf(e->text, sizeof(e->text), "%s: %s", path, strerrordesc_np(-r));
        e->code = -r;
    }
    return r;
}

/* The file of guest NAME in the folder DIR of the host. */
static int read_guest(const struct tool *t, const char *dir, const char *name, char **ret,
                      size_t *len, struct acdr_err *e)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s%s/%s.xml", t->root ? t->root : "", dir, name);

    if (strchr(name, '/') || n < 0 || (size_t)n >= sizeof(path)) {
        snprintf(e->text, sizeof(e->text), "%.100s: this is no name of a guest", name);
        e->code = EINVAL;
        return -EINVAL;
    }
    return tool_read_file(path, XML_MAX, ret, len, e);
}

int tool_guest_status(const struct tool *t, const char *name, char **ret, size_t *len,
                      struct acdr_err *e)
{
    return read_guest(t, "/run/libvirt/qemu", name, ret, len, e);
}

/* Of another host, whose libvirt cannot be asked. */
static int recorded_xml(const struct tool *t, char **ret, size_t *len, struct acdr_err *e)
{
    const char *name = t->arg[0];
    int r = read_guest(t, "/etc/libvirt/qemu", name, ret, len, e);

    if (r == -ENOENT)
        r = tool_guest_status(t, name, ret, len, e);
    if (r == -ENOENT)
        snprintf(
            e->text, sizeof(e->text),
            "%.300s: no file etc/libvirt/qemu/%.100s.xml there defines the guest: give its XML "
            "by --xml FILE",
            t->root, name);
    return r;
}

int tool_guest_xml(const struct tool *t, char **ret, size_t *len, struct acdr_err *e)
{
    if (t->xml)
        return tool_read_file(t->xml, XML_MAX, ret, len, e);
    if (t->root)
        return recorded_xml(t, ret, len, e);
    int r = virt_xml(t->arg[0], ret, e);
    if (r == 0)
        *len = strlen(*ret);
    return r;
}

int tool_guest_request(const struct tool *t, struct acdr_request **ret, struct acdr_err *e)
{
    char *xml = NULL;
    size_t len = 0;
    int r = tool_guest_xml(t, &xml, &len, e);

    if (r == 0)
        r = acdr_request_new(t->a, xml, len, t->class_name, ret, e);
    free(xml);
    return r;
}
