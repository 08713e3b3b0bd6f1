/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a panel to a picture within a document: adapts gnuplot's output. Knows SVG, not what is
 * drawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "out.h"
#include "run_report.h"

/* Names of parts are one document's, which several pictures are now in: PREFIX tells them apart.
 * The parts' titles are gnuplot's numbers, and go. */
static void copy_parts(const char *s, const char *end, const char *prefix, FILE *f)
{
    static const char *const before[] = { "id='", "id=\"", "href='#", "href=\"#", "url(#" };
    bool in_tag = false;

    while (s < end) {
        size_t len = 1;

        if (strncmp(s, "<title>", 7) == 0 && strstr(s, "</title>")) {
            s = strstr(s, "</title>") + 8;
            continue;
        }
        in_tag = *s == '<' || (in_tag && *s != '>');
        for (size_t i = 0; in_tag && i < sizeof(before) / sizeof(*before); i++)
            if (strncmp(s, before[i], strlen(before[i])) == 0)
                len = strlen(before[i]);
        fwrite(s, 1, len, f);
        if (len > 1)
            fputs(prefix, f);
        s += len;
    }
}

/* The SVG alone, without what stands before it in a file of its own, and with a title that says
 * what is drawn in place of who drew it. */
static int copy_svg(const char *text, const struct report_panel *p, const char *prefix, FILE *f,
                    struct acdr_err *e)
{
    const char *svg = strstr(text, "<svg"), *end = svg ? strstr(svg, "</svg>") : NULL;
    const char *title = svg ? strstr(svg, "<title>") : NULL;
    const char *behind = title ? strstr(title, "</title>") : NULL;

    if (!end || !behind || behind > end) {
        e->code = EIO;
        snprintf(e->text, sizeof(e->text), "gnuplot: it drew nothing");
        return -EIO;
    }
    copy_parts(svg, title, prefix, f);
    fprintf(f, "<title>%s: ", p->figure->title);
    out_xml(f, p->guest ? p->guest->name : "host");
    fputs(", ", f);
    out_xml(f, p->run->name);
    copy_parts(behind, end, prefix, f);
    fputs("</svg>\n", f);
    return 0;
}

static int draw(const struct report_panel *p, FILE *script, FILE *svg, const char *prefix, FILE *f,
                struct acdr_err *e)
{
    int err = report_gnuplot(script, svg, e);
    off_t len;
    char *text;

    if (err < 0)
        return err;
    len = lseek(fileno(svg), 0, SEEK_END);
    text = len < 0 ? NULL : malloc((size_t)len + 1);
    if (!text || pread(fileno(svg), text, (size_t)len, 0) != (ssize_t)len) {
        free(text);
        return -(e->code = ENOMEM);
    }
    text[len] = '\0';
    err = copy_svg(text, p, prefix, f, e);
    free(text);
    return err;
}

static FILE *open_memory(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w+");

    if (!f && fd >= 0)
        close(fd);
    return f;
}

int report_draw(const struct report_panel *p, double top, const char *prefix, FILE *f,
                struct acdr_err *e)
{
    FILE *script = open_memory("acdr-script"), *svg = open_memory("acdr-svg");
    int err = -(e->code = ENOMEM);

    if (script && svg && report_script(p, top, script) == 0)
        err = draw(p, script, svg, prefix, f, e);
    if (script)
        fclose(script);
    if (svg)
        fclose(svg);
    return err;
}
