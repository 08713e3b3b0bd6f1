/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a file of acdr record: refused with a line, or read, with texts that can be shown.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "recording.h"

static bool all(const struct recording_subject *s)
{
    (void)s;
    return true;
}

static void shows(const char *text)
{
    for (; *text; text++)
        fuzz_require((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void check(const struct recording *r, const struct recording_subject *s, float *values)
{
    const char *const texts[] = { s->metric, s->kind,   s->unit,  s->guest,
                                  s->thread, s->device, s->label, s->what };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        shows(texts[i]);
    for (size_t i = 0; i < s->n; i++)
        fuzz_require(s->v[i].sample < r->n_samples && (!i || s->v[i - 1].sample <= s->v[i].sample));
    recording_values(r, s, values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recording r = { 0 };
    struct acdr_err e = { 0 };
    FILE *f = size ? fmemopen((void *)data, size, "rb") : NULL;
    float *values;
    int err;

    if (!f)
        return 0;
    err = recording_read(f, "samples", all, &r, &e);
    fclose(f);
    if (err < 0) {
        fuzz_require(e.code == -err && e.text[0] && !strchr(e.text, '\n'));
        return 0;
    }
    fuzz_require(r.n_samples > 0);
    values = calloc(r.n_samples, sizeof(*values));
    fuzz_require(values);
    shows(r.end);
    for (size_t i = 0; i < r.n_subjects; i++)
        check(&r, &r.subjects[i], values);
    free(values);
    recording_done(&r);
    return 0;
}
