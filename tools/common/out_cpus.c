/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of CPUs for people: CPUs at equal distances are written as a stride. */
#include <stdlib.h>
#include <string.h>

#include "out.h"

int out_numbers(const char *list, int *ret)
{
    int n = 0;

    while (*list) {
        char *end;
        long first = strtol(list, &end, 10), last = first;

        if (end == list || first < 0)
            return -1;
        if (*end == '-') {
            list = end + 1;
            last = strtol(list, &end, 10);
        }
        if (end == list || last < first || last - first >= OUT_NUMBERS - n || (*end && *end != ','))
            return -1;
        while (first <= last)
            ret[n++] = (int)first++;
        list = *end ? end + 1 : end;
    }
    return n;
}

/* How many of the N numbers at V follow each other at one distance. */
static int run_of(const int *v, int n)
{
    int k = 1;

    while (k + 1 < n && v[k + 1] - v[k] == v[1] - v[0])
        k++;
    return n < 2 ? n : k + 1;
}

const char *out_cpus(const char *list)
{
    static char kept[4][1024];
    static unsigned next;
    char *s = kept[next++ % 4];
    static int v[OUT_NUMBERS];
    int n = out_numbers(list, v), len = 0;

    snprintf(s, sizeof(kept[0]), "%s", list);
    for (int i = 0, k; n > 0 && i < n && len < (int)sizeof(kept[0]) - 32; i += k) {
        int step = i + 1 < n ? v[i + 1] - v[i] : 1;

        k = run_of(v + i, n - i);
        if (k < (step == 1 ? 2 : 3))
            k = 1;
        len += snprintf(s + len, sizeof(kept[0]) - (size_t)len, "%s%d", i ? "," : "", v[i]);
        if (k > 1)
            len += snprintf(s + len, sizeof(kept[0]) - (size_t)len, "-%d", v[i + k - 1]);
        if (k > 1 && step > 1)
            len += snprintf(s + len, sizeof(kept[0]) - (size_t)len, ":%d", step);
    }
    return s;
}
