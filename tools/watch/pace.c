/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back-off by name; see watch_pace.h. Knows no clock: the caller gives the time. */
#include "watch_pace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct watch_paced *find(const struct watch_pace *p, const char *key)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->v[i].key, key) == 0)
            return &p->v[i];
    return NULL;
}

bool watch_pace_ready(const struct watch_pace *p, const char *key, long long now)
{
    const struct watch_paced *d = find(p, key);

    return !d || now >= d->until;
}

long long watch_pace_until(const struct watch_pace *p, const char *key)
{
    const struct watch_paced *d = find(p, key);

    return d ? d->until : 0;
}

/* What has been calm for long: knobs come and go with guests. */
static void forget(struct watch_pace *p, long long now)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n; i++) {
        if (now - p->v[i].until < p->calm)
            p->v[kept++] = p->v[i];
        else
            free(p->v[i].key);
    }
    p->n = kept;
}

static struct watch_paced *add(struct watch_pace *p, const char *key)
{
    struct watch_paced *v = reallocarray(p->v, p->n + 1, sizeof(*v));
    char *copy = strdup(key);

    if (v)
        p->v = v;
    if (!v || !copy) {
        free(copy);
        return NULL;
    }
    v[p->n] = (struct watch_paced){ .key = copy };
    return &v[p->n++];
}

int watch_pace_done(struct watch_pace *p, const char *key, long long now)
{
    struct watch_paced *d;

    forget(p, now);
    d = find(p, key);
    if (!d)
        d = add(p, key);
    if (!d)
        return -ENOMEM;
    d->wait = d->times++ ? 2 * d->wait : p->first;
    if (d->wait > p->most)
        d->wait = p->most;
    d->until = now + d->wait;
    return d->times;
}

void watch_pace_free(struct watch_pace *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->v[i].key);
    free(p->v);
    p->v = NULL;
    p->n = 0;
}
