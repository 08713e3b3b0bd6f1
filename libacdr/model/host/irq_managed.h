/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the kernel itself manages an interrupt's affinity, judged by its name and device. */
#ifndef ACDR_MODEL_HOST_IRQ_MANAGED_H
#define ACDR_MODEL_HOST_IRQ_MANAGED_H

#include "host.h"

/* What is known about the kernel and the device besides the interrupt's names. */
struct acdr_managed_by {
    bool old_kernel;     /* before 4.12, the first kernel that spreads block queues itself */
    unsigned long class; /* PCI class, 24 bits; 0 if not known */
};

/*
 * The rule, in this order:
 *   nvmeNq0, virtioN-config, -control, -virtqueues, -input.K, -output.K   NO
 *   nvmeNqK, virtioN-req.K               YES; UNKNOWN on an old kernel
 *   any other virtioN-*                  UNKNOWN
 *   PCI network, display, multimedia, bridge, serial, USB, SATA/IDE   NO
 *   other PCI storage                    UNKNOWN: depends on the driver
 *   names of drivers that use plain interrupts: i8042, ahci, ...   NO
 *   anything else                        UNKNOWN
 */
enum acdr_managed acdr_managed_guess(const char *actions, const struct acdr_managed_by *by);

/* True for a kernel release ("3.10.0-1062.el7") before 4.12; false if it is not of that form. */
bool acdr_managed_old_kernel(const char *release);

#endif
