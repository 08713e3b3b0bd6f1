/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file that this process may read, and cannot open to write (EACCES), root or not: its owner has
 * no permission to write, and root goes without the capability that passes over permissions. The
 * mode has others' permission to write: it is not a file for reading only.
 */
#ifndef ACDR_TESTS_LIB_NO_WRITER_H
#define ACDR_TESTS_LIB_NO_WRITER_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void no_writer_capability(bool on)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct caps[2];
    uint32_t one = 1U << CAP_DAC_OVERRIDE;

    assert_int_equal(syscall(SYS_capget, &head, caps), 0);
    caps[0].effective = on ? caps[0].effective | (caps[0].permitted & one)
                           : caps[0].effective & ~one;
    assert_int_equal(syscall(SYS_capset, &head, caps), 0);
}

static inline void no_writer_begin(const char *path)
{
    assert_int_equal(chmod(path, 0464), 0);
    no_writer_capability(false);
}

static inline void no_writer_end(const char *path)
{
    no_writer_capability(true);
    assert_int_equal(chmod(path, 0644), 0);
}

#endif
