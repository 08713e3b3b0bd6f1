/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guesses from names whether an interrupt can be moved. The kernel shows it only in debugfs; only a
 * write to smp_affinity is conclusive, which is why a claim on an interrupt is soft. Knows the
 * names that drivers give; reads nothing.
 */
#include "irq_managed.h"

#include <stdio.h>
#include <string.h>

#include "bitmap.h"

/* Drivers that use ordinary interrupts; names are matched by prefix. */
static const char *const movable[] = {
    "ACPI:", "acpi", "ahci",     "ehci_hcd", "ena-",     "i40e-", "i8042",    "ice-",
    "mlx4-", "mlx5", "ohci_hcd", "rtc0",     "snd_hda_", "ttyS",  "uhci_hcd", "xhci_hcd",
};

/* If NAME is PREFIX, a number, MIDDLE and a rest, the rest; else NULL. */
static const char *match(const char *name, const char *prefix, const char *middle)
{
    size_t skip = strlen(prefix);
    size_t digits;

    if (strncmp(name, prefix, skip) != 0)
        return NULL;
    digits = strspn(name + skip, "0123456789");
    skip += digits;
    if (!digits || strncmp(name + skip, middle, strlen(middle)) != 0)
        return NULL;
    return name + skip + strlen(middle);
}

static bool is_number(const char *s)
{
    return *s && !s[strspn(s, "0123456789")];
}

static enum acdr_managed guess_virtio(const char *rest, enum acdr_managed yes)
{
    static const char *const plain[] = { "config", "control", "virtqueues", "input.", "output." };

    if (!strncmp(rest, "req.", 4) && is_number(rest + 4))
        return yes;
    for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
        if (!strncmp(rest, plain[i], strlen(plain[i])))
            return ACDR_MANAGED_NO;
    }
    return ACDR_MANAGED_UNKNOWN;
}

/* What a PCI class shows: NO, or UNKNOWN if drivers of the class differ. */
static enum acdr_managed guess_class(unsigned long class)
{
    switch (class >> 8) {
    case 0x0101: /* IDE */
    case 0x0106: /* SATA */
    case 0x0c03: /* USB */
        return ACDR_MANAGED_NO;
    default:
        break;
    }
    switch (class >> 16) {
    case 0x02: /* network */
    case 0x03: /* display */
    case 0x04: /* multimedia */
    case 0x06: /* bridge: hot plug, power and error events */
    case 0x07: /* serial ports and the like */
        return ACDR_MANAGED_NO;
    default:
        return ACDR_MANAGED_UNKNOWN;
    }
}

enum acdr_managed acdr_managed_guess(const char *actions, const struct acdr_managed_by *by)
{
    enum acdr_managed yes = by->old_kernel ? ACDR_MANAGED_UNKNOWN : ACDR_MANAGED_YES;
    const char *rest = match(actions, "nvme", "q");

    if (rest && is_number(rest))
        return strcmp(rest, "0") != 0 ? yes : ACDR_MANAGED_NO;
    rest = match(actions, "virtio", "-");
    if (rest)
        return guess_virtio(rest, yes);
    if (guess_class(by->class) == ACDR_MANAGED_NO || by->class >> 16 == 0x01)
        return guess_class(by->class);
    for (size_t i = 0; i < sizeof(movable) / sizeof(*movable); i++) {
        if (!strncmp(actions, movable[i], strlen(movable[i])))
            return ACDR_MANAGED_NO;
    }
    return ACDR_MANAGED_UNKNOWN;
}

bool acdr_managed_old_kernel(const char *release)
{
    int major;
    int minor;

    if (sscanf(release, "%d.%d", &major, &minor) != 2)
        return false;
    return major < 4 || (major == 4 && minor < 12);
}
