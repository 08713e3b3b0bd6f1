/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parses /proc/interrupts. Its columns differ by architecture, interrupt chip and kernel, but the
 * kernel always puts two blanks or more in front of the action names and one between them:
 *
 *     24:     0    17  PCI-MSI-0000:00:03.0   1-edge      virtio1-input.0
 *     16:     3     0  IR-IO-APIC-fasteoi   ehci_hcd:usb1, mmc0
 *     51:    13     0   ITS-MSI 65536 Edge      nvme0q0
 */
#include "interrupts.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "ascii.h"
#include "kernel_file.h"
#include "text.h"

/* After the counters: standalone numbers. No loop over CPUs: the header may be wrong. */
static char *skip_counters(char *s)
{
    char *end;

    for (;;) {
        s += strspn(s, " \t");
        end = s + strspn(s, "0123456789");
        if (end == s || (*end && !acdr_is_space(*end)))
            return s;
        s = end;
    }
}

/* "2-edge", "65536 Edge", "Level": the trigger type; then the line has no names. */
static bool is_trigger(const char *s)
{
    s += strspn(s, "0123456789 -");
    return !*s || acdr_same_letters(s, "edge") || acdr_same_letters(s, "level") ||
           acdr_same_letters(s, "fasteoi");
}

/* Convert "a, b" to "a,b", as in /sys/kernel/irq. */
static void close_up(char *names)
{
    char *out = names;

    for (const char *p = names; *p; p++) {
        *out++ = *p;
        if (*p == ',' && p[1] == ' ')
            p++;
    }
    *out = '\0';
}

static bool parse_line(char *s, struct acdr_interrupt *ret)
{
    char *tail;
    char *names = NULL;
    long long num;
    char *colon = strchr(s, ':');

    if (!colon)
        return false;
    *colon = '\0';
    if (acdr_text_parse_num(s, &num) < 0 || num < 0 || num > INT_MAX)
        return false;
    tail = acdr_text_trim(skip_counters(colon + 1));
    for (char *p = strstr(tail, "  "); p; p = strstr(names, "  "))
        names = p + strspn(p, " ");
    if (names && is_trigger(names))
        names = NULL;
    if (names)
        close_up(names);
    ret->num = (int)num;
    ret->actions = names ? names : "";
    return true;
}

static int compare(const void *a, const void *b)
{
    int x = ((const struct acdr_interrupt *)a)->num;
    int y = ((const struct acdr_interrupt *)b)->num;

    return (x > y) - (x < y);
}

int acdr_interrupts_parse(char *text, struct acdr_interrupt **ret, size_t *n)
{
    acdr_auto(free) struct acdr_interrupt *list = NULL;
    struct acdr_interrupt *more;
    char *next = text;
    size_t count = 0;

    for (char *line = strsep(&next, "\n"); line; line = strsep(&next, "\n")) {
        more = acdr_hostfile_grow(list, count, sizeof(*more));
        if (!more)
            return -ENOMEM;
        list = more;
        if (parse_line(line, &list[count]))
            count++;
    }
    if (count)
        qsort(list, count, sizeof(*list), compare);
    *ret = acdr_take(list);
    *n = count;
    return 0;
}
