/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr report: recordings beside each other, as pictures and as one table. */
#ifndef ACDR_TOOLS_REPORT_RUN_REPORT_H
#define ACDR_TOOLS_REPORT_RUN_REPORT_H

#include "recording.h"

/* What a guest is at a sample. */
enum report_state {
    REPORT_ABSENT,
    REPORT_PLAIN,
    REPORT_CONDITIONED,
    REPORT_DEGRADED,
    REPORT_STATES
};

/* Something that happened to a guest, and at which sample it was seen. */
struct report_event {
    size_t sample;
    const char *guest;
    const char *word; /* for a mark on a time axis */
    char *text;       /* for a list */
};

struct report_guest {
    const char *name;
    unsigned char *state;    /* enum report_state of each sample */
    const char **class_name; /* of each sample, "" where it has none */
};

/* One recording. */
struct report_run {
    char *name; /* of its file, as text that a document may have */
    struct recording rec;
    struct report_guest *guests; /* by name */
    size_t n_guests;
    struct report_event *events; /* by guest, then by sample */
    size_t n_events, cap_events;
    bool tells_classes; /* something in it is of the probe acdr */
};

struct report {
    struct report_run *runs;
    size_t n_runs;
};

/* What one line of a picture stands for. */
enum report_figure_by {
    REPORT_BY_ALL,    /* all subjects together */
    REPORT_BY_CPU,    /* of the host, not of a guest */
    REPORT_BY_DEVICE, /* an interface and a direction, as the guest sees it */
    REPORT_BY_NODE,
    REPORT_BY_THREAD,
    REPORT_BY_THREADS, /* threads of a kind: vcpu, emulator, iothread, vhost */
    REPORT_BY_WHAT     /* what its label says */
};

/* Figures that are looked at, in their rows' order; the last one has no title. */
struct report_figure {
    const char *title;
    const char *metric;
    const char *what;   /* values of its label, words; NULL: any */
    const char *thread; /* how the thread's name begins; NULL: any */
    const char *probe;  /* who gives it */
    const char *unit;   /* once multiplied by SCALE; "B" counts in powers of 1024 */
    const char *note;   /* what to know about it, a sentence, "" */
    double scale;
    enum report_figure_by by;
    bool sparse; /* a CPU that has none is not told, and has 0 */
};

extern const struct report_figure report_plots[], report_summary[];

/* Is the subject one of the figure's? */
bool report_figure_has(const struct report_figure *f, const struct recording_subject *s);
/* Is it wanted for any figure, or for what is known of guests? For recording_read(). */
bool report_wants(const struct recording_subject *s);

/* Find the guests of a run that has been read, their states and events. 0 or -ENOMEM. */
int report_find_guests(struct report_run *run);
void report_run_done(struct report_run *run);
/* "conditioned", "not conditioned", ... */
const char *report_state_name(enum report_state state);

/* So many lines can be told apart in one picture. */
enum { REPORT_LINES = 7 };

/* Values of one line, or of one row, at each sample; NAN where there is none. */
struct report_series {
    char *name;
    float *v;
    int cpu, style;   /* STYLE: below REPORT_LINES */
    double mean, max; /* NAN where it has no value at all */
};

/* What one picture shows. */
struct report_panel {
    const struct report_figure *figure;
    const struct report_run *run;
    const struct report_guest *guest; /* NULL: the host */
    struct report_series *v;          /* by name */
    size_t n;                         /* 0: not recorded */
    double top;                       /* the highest value of any line, 0 */
};

/* The figure's lines for a guest; no more than MOST (0: as many as there are), of which the last
 * is then "others", the sum of the least. 0 or -ENOMEM. */
int report_panel_make(const struct report_figure *f, const struct report_run *run,
                      const struct report_guest *guest, size_t most, struct report_panel *ret);
/* Give lines of one name one style in all these panels. Needs no more lines than there are. */
void report_panel_style(struct report_panel *v, size_t n);
void report_panel_done(struct report_panel *p);
/* Where the guest's vCPUs are: the figure's mean over the CPUs that they ran on last, at each
 * sample. For figures by CPU. 0 or -ENOMEM. */
int report_panel_follow(const struct report_figure *f, const struct report_run *run,
                        const struct report_guest *guest, struct report_panel *ret);

/* Draw a picture of a panel as SVG, all of which ends at TOP, and put PREFIX before the names of
 * its parts, which must differ within a document. 0 or -errno; -ENOPKG: gnuplot is not here. */
int report_draw(const struct report_panel *p, double top, const char *prefix, FILE *f,
                struct acdr_err *e);
/* What gnuplot is told to draw of it. 0 or -ENOMEM. */
int report_script(const struct report_panel *p, double top, FILE *f);
/* So many samples are drawn as one point, their mean. */
size_t report_step(const struct recording *r);
/* Run SCRIPT (from its beginning) through gnuplot; what it prints is in SVG. As above. */
int report_gnuplot(FILE *script, FILE *svg, struct acdr_err *e);

/* The document, and its table of guests. 0 or -errno, as above. */
int report_page(const struct report *r, FILE *f, struct acdr_err *e);
int report_table(const struct report *r, FILE *f);

#endif
