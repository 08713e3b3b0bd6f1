/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small readers shared by several files of this folder: sets, names and tasks. */
#ifndef ACDR_MODEL_HOST_KERNEL_FILE_H
#define ACDR_MODEL_HOST_KERNEL_FILE_H

#include "bitmap.h"
#include "root.h"

/* Read the set in the file DIR/NAME, a cpulist or a mask. 0 or -errno; RET is written on success
 * only. */
int acdr_hostfile_list(struct acdr_root *r, const char *dir, const char *name,
                       struct acdr_bitmap *ret);
int acdr_hostfile_mask(struct acdr_root *r, const char *dir, const char *name,
                       struct acdr_bitmap *ret);

/* Decode "\040", which stands for a blank in mount tables. In place. */
void acdr_hostfile_unescape(char *s);

/* Grow the array of N entries of SIZE bytes by one entry; returns the array, or NULL if out of
 * memory (the old array remains valid). */
void *acdr_hostfile_grow(void *array, size_t n, size_t size);

/* The number after PREFIX if NAME consists of just these two ("cpu12"), else -1. */
int acdr_hostfile_number(const char *name, const char *prefix);

/* The numbers after PREFIX among the names in a directory, ascending. The caller frees. 0 or
 * -errno. */
int acdr_hostfile_numbers(struct acdr_root *r, const char *dir, const char *prefix, int **ret,
                          size_t *n);

/* The last component of the link's target; returns its length or -errno. */
ssize_t acdr_hostfile_link_name(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* A kernel thread; linux/sched.h. */
#define ACDR_PF_KTHREAD 0x00200000U

/* A task according to /proc/PID/stat or /proc/PID/task/TID/stat. */
struct acdr_hostfile_task {
    char comm[32];
    char state;
    int parent;               /* its process id */
    unsigned int flags;       /* PF_* of the kernel */
    int threads;              /* of its process */
    unsigned long long used;  /* CPU time in clock ticks, user and system */
    unsigned long long start; /* clock ticks after boot */
};

/* TID 0 is the process as a whole. 0; -errno; -EINVAL: another format. */
int acdr_hostfile_task(struct acdr_root *r, int pid, int tid, struct acdr_hostfile_task *ret);

#endif
