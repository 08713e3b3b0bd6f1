/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iosched:DEVICE, the I/O scheduler of a block device. Knows that the kernel changes the queue
 * length with the scheduler: so the value is both, "[mq-deadline] 256", and a length is written
 * after its scheduler. The scheduler alone shows the owner of the value: the length that the kernel
 * chose for another one has no owner. So a length set by others meanwhile is lost with its
 * scheduler.
 */
#include <string.h>

#include "kinds.h"
#include "text.h"
#include "value.h"

#define BLOCK_DIR "/sys/class/block"

static int read_sched(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format(BLOCK_DIR "/%s/queue/scheduler", rest);
    acdr_auto(free) char *text = NULL;
    long long length;
    int rc = path ? acdr_value_read(r, path, &text, e) : acdr_err_nomem(e);
    if (rc < 0)
        return rc;
    rc = acdr_root_get_num(r, &length, BLOCK_DIR "/%s/queue/nr_requests", rest);
    if (rc < 0 && !acdr_is_gone(rc))
        return acdr_err_errno(e, -rc, BLOCK_DIR "/%s/queue/nr_requests", rest);
    if (rc < 0)
        *ret = acdr_text_format("[%s]", acdr_value_pick(text));
    else
        *ret = acdr_text_format("[%s] %lld", acdr_value_pick(text), length);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_length(struct acdr_root *r, const char *rest, const char *length,
                        struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format(BLOCK_DIR "/%s/queue/nr_requests", rest);
    return path ? acdr_value_write(r, path, length, e) : acdr_err_nomem(e);
}

static int write_sched(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format(BLOCK_DIR "/%s/queue/scheduler", rest);
    acdr_auto(free) char *copy = strdup(want);
    (void)now;
    if (!path || !copy)
        return acdr_err_nomem(e);
    const char *close = strstr(want, "] ");
    int rc = acdr_value_write(r, path, acdr_value_pick(copy), e);
    if (rc < 0 || !close)
        return rc;
    return write_length(r, rest, close + 2, e);
}

/* An interruption between the two leaves the right scheduler with the wrong length. */
static bool matches_both(const char *now, const char *want)
{
    const char *length = strstr(want, "] ");
    const char *is = strstr(now, "] ");
    return acdr_value_same_word(now, want) && (!length || (is && strcmp(is, length) == 0));
}

const struct acdr_knob_kind acdr_iosched_queue = {
    .prefix = "iosched",
    .matches = matches_both,
    .read = read_sched,
    .write = write_sched,
};
