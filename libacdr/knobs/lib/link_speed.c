/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link modes that a driver supports. Knows their numbers, which are part of the kernel's
 * interface, and their speeds; a mode of a newer kernel is not counted.
 */
#include "link_speed.h"

#include <errno.h>
#include <stdint.h>

#include <linux/ethtool.h>

#include "ethtool.h"

/* The kernel has 4 words of 32 modes now, and says how many it has. */
enum { WORDS = 16, MASKS = 3 * WORDS };

static const struct {
    int first, last; /* numbers of the modes */
    long long speed; /* Mbit/s */
} modes[] = {
    { 0, 1, 10 },       { 2, 3, 100 },      { 4, 5, 1000 },     { 12, 12, 10000 },
    { 15, 15, 2500 },   { 17, 17, 1000 },   { 18, 20, 10000 },  { 21, 22, 20000 },
    { 23, 26, 40000 },  { 27, 30, 56000 },  { 31, 33, 25000 },  { 34, 35, 50000 },
    { 36, 39, 100000 }, { 40, 40, 50000 },  { 41, 41, 1000 },   { 42, 46, 10000 },
    { 47, 47, 2500 },   { 48, 48, 5000 },   { 52, 56, 50000 },  { 57, 61, 100000 },
    { 62, 66, 200000 }, { 67, 67, 100 },    { 68, 68, 1000 },   { 69, 73, 400000 },
    { 75, 79, 100000 }, { 80, 84, 200000 }, { 85, 89, 400000 }, { 90, 91, 100 },
    { 92, 92, 10 },
};

static long long fastest(const uint32_t *supported, int words)
{
    long long most = -1;

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        for (int m = modes[i].first; m <= modes[i].last && m / 32 < words; m++)
            if (supported[m / 32] >> m % 32 & 1 && modes[i].speed > most)
                most = modes[i].speed;
    return most;
}

long long acdr_link_most(struct acdr_root *r, const char *name)
{
    /* and behind it the masks: supported, advertised, of the peer */
    uint32_t room[sizeof(struct ethtool_link_settings) / sizeof(uint32_t) + MASKS] = { 0 };
    struct ethtool_link_settings *ask = (struct ethtool_link_settings *)room;
    long long speed = -1;
    int words, err = acdr_root_live(r) ? -ENOENT
                                       : acdr_root_get_num(r, &speed, ACDR_LINK_SPEEDS "/%s", name);

    if (err == 0)
        return speed;
    /* The first call only asks how many words there are: the kernel answers with less than 0. */
    ask->cmd = ETHTOOL_GLINKSETTINGS;
    if (acdr_ethtool(r, name, ask, "link modes", NULL) < 0)
        return -1;
    words = -ask->link_mode_masks_nwords;
    if (words < 1 || words > WORDS)
        return -1;
    ask->cmd = ETHTOOL_GLINKSETTINGS;
    ask->link_mode_masks_nwords = (int8_t)words;
    if (acdr_ethtool(r, name, ask, "link modes", NULL) < 0)
        return -1;
    return fastest(room + sizeof(*ask) / sizeof(*room), words);
}
