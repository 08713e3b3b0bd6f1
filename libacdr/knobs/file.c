/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings that are one file: list:, mask:, num: and word:. Knows the formats that the kernel
 * prints and accepts, not the purpose of any file.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bitmap.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define NET_DIR "/sys/class/net/"

/* A default IRQ mask returns the same errors as an IRQ's own file, see irq.c. */
static int put(struct acdr_root *r, const char *path, const char *text, struct acdr_err *e)
{
    struct acdr_err local = { 0 };
    int rc = acdr_value_write(r, path, text, &local);
    if (rc == -EIO && strncmp(path, "/proc/irq/", 10) == 0)
        return acdr_err_set(e, EPERM, "%s: cannot be moved", path);
    if (rc < 0)
        return acdr_err_set(e, -rc, "%s", local.text);
    return 0;
}

static int list_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = acdr_value_read_set(r, rest, &s, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

static int list_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *text = NULL;
    (void)now;
    int rc = acdr_value_parse(&s, want, rest, e);
    if (rc < 0)
        return rc;
    rc = acdr_value_print(&s, &text, e);
    return rc < 0 ? rc : put(r, rest, text, e);
}

static int mask_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *text = NULL;
    int rc = acdr_value_read(r, rest, &text, e);
    if (rc < 0)
        return rc;
    rc = acdr_bitmap_parse_mask(&s, text);
    if (rc < 0)
        return acdr_err_set(e, -rc, "%s: not a mask: %.80s", rest, acdr_text_trim(text));
    return acdr_value_print(&s, ret, e);
}

/* The kernel's number of digits depends on the machine's CPUs: pad NEW with leading zeros to the
 * width of OLD. Both count groups from the right, so the commas align. */
static char *widen(const char *new, const char *old)
{
    size_t width = strspn(old, "0123456789abcdefABCDEF,");
    size_t len = strlen(new);
    size_t more = width > len ? width - len : 0;
    char *made = malloc(more + len + 1);
    if (!made)
        return NULL;
    for (size_t i = 0; i < more; i++)
        made[i] = old[i] == ',' ? ',' : '0';
    memcpy(made + more, new, len + 1);
    return made;
}

static int mask_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *old = NULL;
    acdr_auto(free) char *text = NULL;
    (void)now;
    int rc = acdr_value_parse(&s, want, rest, e);
    if (rc == 0)
        rc = acdr_value_unasked(acdr_value_read(r, rest, &old, e));
    if (rc < 0)
        return rc;
    acdr_auto(free) char *mask = acdr_bitmap_print_mask(&s);
    text = mask ? widen(mask, old) : NULL;
    return text ? put(r, rest, text, e) : acdr_err_nomem(e);
}

static int num_parse(const char *path, const char *text, char **ret, struct acdr_err *e)
{
    long long n;
    int rc = acdr_text_parse_num(text, &n);
    if (rc < 0)
        return acdr_err_set(e, -rc, "%s: not a number: %.*s", path, (int)strcspn(text, "\n"), text);
    char *made = acdr_text_format("%lld", n);
    if (!made)
        return acdr_err_nomem(e);
    *ret = made;
    return 0;
}

static int num_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    int rc = acdr_value_read(r, rest, &text, e);
    return rc < 0 ? rc : num_parse(rest, text, ret, e);
}

static int num_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                     struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    (void)now;
    int rc = num_parse(rest, want, &text, e);
    return rc < 0 ? rc : put(r, rest, text, e);
}

static int word_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    int rc = acdr_value_read(r, rest, &text, e);
    if (rc < 0)
        return rc;
    char *word = strdup(acdr_value_pick(text));
    if (!word)
        return acdr_err_nomem(e);
    *ret = word;
    return 0;
}

static int word_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    (void)now;
    return put(r, rest, want, e);
}

/*
 * A queue of a network interface: the guest's driver enables those of a tap and disables them when
 * it resets the device, `ethtool -L` does so to a NIC's. Then the queue's folder is gone, but not
 * the interface's. A file that the folder lacks will not come, unless it just did.
 */
static bool may_come(struct acdr_root *r, const char *rest)
{
    const char *queue = strstr(rest, "/queues/");
    const char *end = queue ? strchr(queue + strlen("/queues/"), '/') : NULL;
    char path[256];

    if (strncmp(rest, NET_DIR, strlen(NET_DIR)) != 0 || !end || end - rest >= (int)sizeof(path))
        return false;
    snprintf(path, sizeof(path), "%.*s", (int)(end - rest), rest);
    if (acdr_yes(acdr_root_has(r, "%s", path)))
        return !acdr_no(acdr_root_has(r, "%s", rest));
    path[queue - rest] = '\0';
    return !acdr_no(acdr_root_has(r, "%s", path));
}

const struct acdr_knob_kind acdr_file_list = {
    .prefix = "list",
    .form = ACDR_KNOB_SET,
    .read = list_read,
    .write = list_write,
};

const struct acdr_knob_kind acdr_file_mask = {
    .prefix = "mask",
    .form = ACDR_KNOB_SET,
    .read = mask_read,
    .write = mask_write,
    .may_come = may_come,
};

const struct acdr_knob_kind acdr_file_num = {
    .prefix = "num",
    .form = ACDR_KNOB_NUM,
    .read = num_read,
    .write = num_write,
    .may_come = may_come,
};

const struct acdr_knob_kind acdr_file_word = {
    .prefix = "word",
    .read = word_read,
    .write = word_write,
};
