/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A running guest as the kernel shows it: QEMU's process, its threads and their cgroups. Knows
 * /proc and libvirt's pid file; identifies by process id and start time, never by name alone.
 */
#ifndef ACDR_MODEL_GUEST_GUEST_H
#define ACDR_MODEL_GUEST_GUEST_H

#include "answer.h"
#include "auto.h"
#include "domain.h"
#include "host.h"

enum acdr_thread_kind {
    ACDR_THREAD_EMULATOR, /* main loop, RCU, monitor and worker threads */
    ACDR_THREAD_VCPU,     /* "CPU 3/KVM" */
    ACDR_THREAD_IOTHREAD, /* "IO iothread1" */
    ACDR_THREAD_VHOST,    /* "vhost-1234", QEMU's thread or (before 6.4) a kernel thread */
};

struct acdr_thread {
    int pid, tid; /* pid: the process of the thread; its own tid for a kernel thread */
    unsigned long long start;
    enum acdr_thread_kind kind;
    int index; /* vCPU or iothread number, else -1 */
    char comm[32];
    char *cgroup; /* directory of its cpuset cgroup under the host's root, "" if not known */
    char *bounds; /* that group's cpuset.cpus, "" if inherited from its parent or not known */
};

struct acdr_guest {
    int pid;
    unsigned long long start;
    struct acdr_thread *threads; /* in ascending order of tid, kernel threads last */
    size_t n_threads;
    int unread; /* errno of a thread whose files could not be read, and which is missing; else 0 */
};

/*
 * Find the guest called NAME by /run/libvirt/qemu/NAME.pid and read its threads. HOST gives the
 * cgroup mount (ACDR_HOST_ISOLATION). The caller frees. -ESRCH: not running, or the pid is not a
 * QEMU with that name. Any other error: unknown, a file could not be read.
 */
int acdr_guest_read(const struct acdr_host *host, const char *name, struct acdr_guest **ret,
                    struct acdr_err *e);
struct acdr_guest_devices;
/* preview.c: guest D as it will run with DEVICES; its threads have no tids. The caller frees. 0 or
 * -ENOMEM. */
int acdr_guest_preview(const struct acdr_domain *d, const struct acdr_guest_devices *devices,
                       struct acdr_guest **ret);
void acdr_guest_free(struct acdr_guest *g);
ACDR_AUTO_DEFINE(struct acdr_guest, acdr_guest_free);

/*
 * True if QEMU now has a thread in the cgroup of a vCPU that G, read earlier, has not: KVM makes a
 * helper (kvm-nx-lpage-recovery, a thread of QEMU on newer kernels, seen with 6.18) when a vCPU
 * first runs, which is about when libvirt calls `started`. False if the threads cannot be listed.
 */
bool acdr_guest_has_late_thread(const struct acdr_host *host, const struct acdr_guest *g);
/* kvm_helper.c: the same, after a wait of up to 300 ms where such a helper is still to come, since
 * no vCPU of a KVM guest has run yet. For `started`. */
bool acdr_guest_wait_late_thread(const struct acdr_host *host, const struct acdr_guest *g);

/* True if thread I is the first one in its cgroup; false if that is not known. */
bool acdr_guest_first_in_group(const struct acdr_guest *g, size_t i);

/* The start time of process PID in clock ticks after boot (field 22 of /proc/PID/stat); *ret is 0
 * if it does not exist or is a zombie. 0, or -errno: unknown. */
int acdr_guest_started(struct acdr_root *root, int pid, unsigned long long *ret);
/* Does the process PID that started at START live? */
struct acdr_answer acdr_guest_lives(struct acdr_root *root, int pid, unsigned long long start);

/* The libvirt daemon above process PID: its nearest ancestor called libvirtd or virtqemud, else its
 * parent (the parent's parent if both have the same name); 0 if that has ended. */
int acdr_guest_daemon(struct acdr_root *root, int pid);

/*
 * The domain of the running guest NAME, from libvirt's status file /run/libvirt/qemu/NAME.xml. The
 * caller frees. -ENOENT: no such file; -EBADMSG: it cannot be read as a domain.
 */
int acdr_guest_domain(struct acdr_root *root, const char *name, struct acdr_domain **ret,
                      struct acdr_err *e);

/* Does libvirt's status file of NAME say that it runs (not paused, not incoming)? */
struct acdr_answer acdr_guest_running(struct acdr_root *root, const char *name);

/* The value of an attribute of the root element of a status file's text; "" if it has none. */
void acdr_guest_status(const char *xml, const char *attribute, char *buf, size_t size);
/* QEMU's process by a status file's text; 0 if it has ended, for files remain after libvirtd was
 * killed. One that may run counts. */
int acdr_guest_status_pid(struct acdr_root *root, const char *xml);

#endif
