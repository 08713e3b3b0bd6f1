/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as the answer of a daemon: irqbalance's to "setup", and OVSDB's to the question about
 * bridges and ports. The parser of the latter is no function of the library's rooms, so its source
 * is included.
 */
#include <string.h>

#define acdr_host_ovs_read fuzz_host_ovs_read
#include "../../libacdr/model/host/ovs.c"

#include "fuzz.h"
#include "irqbalance.h"

static void ovs(const uint8_t *data, size_t size)
{
    struct acdr_host h = { 0 };
    json_t *answer = json_loadb((const char *)data, size, JSON_DISABLE_EOF_CHECK, NULL);

    fuzz_require(read_answer(&h, answer) == 0);
    for (size_t i = 0; i < h.n_ovs; i++) {
        fuzz_require(strlen(h.ovs[i].name) < sizeof(h.ovs[i].name));
        fuzz_require(strlen(h.ovs[i].bridge) < sizeof(h.ovs[i].bridge));
    }
    free(h.ovs);
    json_decref(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acdr_bitmap set = { 0 };
    char *text = strndup((const char *)data, size);
    int err;

    fuzz_require(text);
    err = acdr_irqbalance_parse(&set, text);
    fuzz_require(err == 0 || err == -EINVAL || err == -ERANGE);
    fuzz_require(err || strstr(text, "BANNED "));
    free(text);
    ovs(data, size);
    return 0;
}
