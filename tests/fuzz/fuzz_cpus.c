/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a cpulist and as a mask: what is read prints as what reads the same again. */
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "fuzz.h"

static void fill(struct acdr_bitmap *s)
{
    memset(s, 0xa5, sizeof(*s));
}

static void check(const char *text, int (*parse)(struct acdr_bitmap *s, const char *text),
                  char *(*print)(const struct acdr_bitmap *s))
{
    struct acdr_bitmap set, again, untouched;
    char *printed, *twice;
    int err;

    fill(&set);
    fill(&untouched);
    err = parse(&set, text);
    if (err) {
        fuzz_require(err == -EINVAL || err == -ERANGE);
        fuzz_require(acdr_bitmap_equal(&set, &untouched));
        return;
    }
    printed = print(&set);
    fuzz_require(printed);
    fuzz_require(parse(&again, printed) == 0 && acdr_bitmap_equal(&set, &again));
    twice = print(&again);
    fuzz_require(twice && !strcmp(printed, twice));
    free(printed);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    fuzz_require(text);
    memcpy(text, data, size);
    text[size] = '\0';
    check(text, acdr_bitmap_parse_list, acdr_bitmap_print_list);
    check(text, acdr_bitmap_parse_mask, acdr_bitmap_print_mask);
    free(text);
    return 0;
}
