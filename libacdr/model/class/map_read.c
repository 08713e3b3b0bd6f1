/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds map.conf and says which file it was, so that its compiled rules can be told from those of
 * another. Does not know the rules.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "map_part.h"

/* A file system's clock may tick so seldom that two writes in a row have one time. */
#define SETTLED_NS 2000000000LL

static long long ns_of(struct timespec t)
{
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int identify(struct acdr_root *root, struct acdr_map_source *ret)
{
    struct stat st;
    int err = acdr_root_identify(root, ACDR_MAP_FILE, &st);

    memset(ret, 0, sizeof(*ret));
    if (err < 0)
        return err;
    ret->dev = st.st_dev;
    ret->ino = st.st_ino;
    ret->size = st.st_size;
    ret->mtime_ns = ns_of(st.st_mtim);
    ret->ctime_ns = ns_of(st.st_ctim);
    return 0;
}

static bool is_settled(const struct acdr_map_source *s)
{
    struct timespec now;

    return clock_gettime(CLOCK_REALTIME, &now) == 0 && ns_of(now) - s->ctime_ns > SETTLED_NS;
}

int acdr_map_read(struct acdr_root *root, struct acdr_map **ret, struct acdr_err *e)
{
    acdr_auto(acdr_map_free) struct acdr_map *m = calloc(1, sizeof(*m));
    acdr_auto(acdr_inifile_free) struct acdr_inifile *ini = NULL;
    struct acdr_map_source after;
    int err;

    *ret = NULL;
    if (!m)
        return acdr_err_nomem(e);
    err = identify(root, &m->source);
    if (err == -ENOENT)
        return 0;
    m->certain = err == 0 && is_settled(&m->source);
    err = acdr_inifile_read(root, ACDR_MAP_FILE, &ini, e);
    if (err)
        return err == -ENOENT ? 0 : err;
    err = acdr_map_read_lines(m, ini, e);
    if (err)
        return err;
    m->certain = m->certain && identify(root, &after) == 0 &&
                 memcmp(&after, &m->source, sizeof(after)) == 0;
    *ret = acdr_take(m);
    return 0;
}
