/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr report: recordings side by side, as pictures and as one table. */
#ifndef ACDR_TOOLS_REPORT_RUN_REPORT_H
#define ACDR_TOOLS_REPORT_RUN_REPORT_H

#include "recording.h"

/* The state of a guest at a sample. */
enum report_state {
    REPORT_ABSENT,
    REPORT_PLAIN,
    REPORT_CONDITIONED,
    REPORT_DEGRADED,
    REPORT_STATES
};

/* An event of a guest, and the sample that shows it. */
struct report_event {
    size_t sample;
    const char *guest;
    const char *word; /* for a mark on a time axis */
    char *text;       /* for a list */
};

struct report_guest {
    const char *name;
    unsigned char *state;    /* enum report_state of each sample */
    const char **class_name; /* of each sample, "" if none */
};

/* One recording. */
struct report_run {
    char *name; /* of its file, as text that is safe in a document */
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

/* The meaning of one line of a picture. */
enum report_figure_by {
    REPORT_BY_ALL,    /* all subjects together */
    REPORT_BY_CPU,    /* of the host, not of a guest */
    REPORT_BY_DEVICE, /* an interface and a direction, as the guest sees it */
    REPORT_BY_NODE,
    REPORT_BY_THREAD,
    REPORT_BY_THREADS, /* threads of a kind: vcpu, emulator, iothread, vhost */
    REPORT_BY_WHAT     /* what its label says */
};

/* The figures, in the order of rows; the last one has no title. */
struct report_figure {
    const char *title;
    const char *metric;
    const char *what;   /* values of its label, words; NULL: any */
    const char *thread; /* how the thread's name begins; NULL: any */
    const char *probe;  /* its source */
    const char *unit;   /* once multiplied by SCALE; "B" counts in powers of 1024 */
    const char *note;   /* what to know about it, a sentence, "" */
    double scale;
    enum report_figure_by by;
    int better;  /* 1: more is better, -1: less is; 0: neither */
    bool sparse; /* a CPU without a reading counts as 0 */
};

extern const struct report_figure report_plots[], report_summary[];

/* Is the subject one of the figure's? */
bool report_figure_has(const struct report_figure *f, const struct recording_subject *s);
/* Does any figure or a guest's state need it? For recording_read(). */
bool report_wants(const struct recording_subject *s);

/* Find the guests of a loaded run, their states and events. 0 or -ENOMEM. */
int report_find_guests(struct report_run *run);
void report_run_done(struct report_run *run);
/* "conditioned", "not conditioned", ... */
const char *report_state_name(enum report_state state);

/* The number of distinguishable lines in one picture. */
enum { REPORT_LINES = 7 };

/* Values of one line, or of one row, at each sample; NAN if none. */
struct report_series {
    char *name;
    float *v;
    int cpu, style;   /* STYLE: below REPORT_LINES */
    double mean, max; /* NAN without any value */
};

/* The contents of one picture. */
struct report_panel {
    const struct report_figure *figure;
    const struct report_run *run;
    const struct report_guest *guest; /* NULL: the host */
    struct report_series *v;          /* by name */
    size_t n;                         /* 0: not recorded */
    double top;                       /* the highest value of any line, 0 */
};

/* The figure's lines for a guest; at most MOST (0: all); beyond that the last is "others", the sum
 * of the smallest. 0 or -ENOMEM. */
int report_panel_make(const struct report_figure *f, const struct report_run *run,
                      const struct report_guest *guest, size_t most, struct report_panel *ret);
/* Give lines of one name one style in all these panels, each of at most REPORT_LINES lines. */
void report_panel_style(struct report_panel *v, size_t n);
void report_panel_done(struct report_panel *p);
/* Where the guest's vCPUs are: the figure's mean over their last CPUs, at each sample. For figures
 * by CPU. 0 or -ENOMEM. */
int report_panel_follow(const struct report_figure *f, const struct report_run *run,
                        const struct report_guest *guest, struct report_panel *ret);

/* Draw a panel as SVG with the axis up to TOP, and put PREFIX before the names of its parts, which
 * must be unique within a document. 0 or -errno; -ENOPKG: gnuplot is not installed. */
int report_draw(const struct report_panel *p, double top, const char *prefix, FILE *f,
                struct acdr_err *e);
/* The gnuplot script for it. 0 or -ENOMEM. */
int report_script(const struct report_panel *p, double top, FILE *f);
/* The number of samples averaged into one point. */
size_t report_step(const struct recording *r);
/* Run SCRIPT (from its beginning) through gnuplot; SVG gets its output. As above. */
int report_gnuplot(FILE *script, FILE *svg, struct acdr_err *e);

extern const char report_style[];

/* The document; its table of guests; its pictures. 0 or -errno, as above. */
int report_page(const struct report *r, FILE *f, struct acdr_err *e);
int report_table(const struct report *r, FILE *f);
int report_pictures(const struct report *r, FILE *f, struct acdr_err *e);

#endif
