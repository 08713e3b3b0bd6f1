/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests of a tree of files, as libvirt and QEMU leave them on a host: pid and status file,
 * threads, cgroups of version 1 and 2, and a tap device on the bridge br0 where there is one.
 */
#ifndef ACDR_TESTS_LIB_FAKE_GUEST_H
#define ACDR_TESTS_LIB_FAKE_GUEST_H

#include <stdbool.h>

/* The main thread of guest N is PID + N * PIDS. */
enum { FAKE_GUEST_PID = 5000, FAKE_GUEST_PIDS = 100 };

/* QEMU of guest "gN" with VCPUS vCPUs runs below ROOT; STARTED is its start time, by which it is
 * told from an earlier one. */
void fake_guest_start(const char *root, int n, int vcpus, unsigned long started);
/* libvirt's status file has its XML as well. */
void fake_guest_status(const char *root, int n, const char *xml);
/* It is gone, with all that the kernel and systemd take along. */
void fake_guest_end(const char *root, int n);

/* Its XML, as a hook gets it; with the tap's name where it RUNS. CLASS NULL: untagged. HUGE: of
 * huge pages. Free it. */
char *fake_guest_xml(int n, int vcpus, const char *class_name, bool huge, bool runs);

#endif
