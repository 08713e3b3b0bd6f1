/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a recording: opened or refused with a line, and nothing appears outside of its own
 * folder, which is gone in the end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acdr/acdr.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acdr *a = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_open_recording(size ? (const char *)data : "", size, &a, &e);

    fuzz_require(access("/acdr-fuzz-out", F_OK) != 0);
    if (err < 0) {
        fuzz_require(!a && e.code == -err && e.text[0] && !strchr(e.text, '\n'));
        return 0;
    }
    char *folder = strdup(acdr_root(a));
    fuzz_require(folder && access(folder, F_OK) == 0);
    acdr_close(a);
    fuzz_require(access(folder, F_OK) != 0);
    free(folder);
    return 0;
}
