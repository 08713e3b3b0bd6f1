/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One invocation of the acdr command, and the definition of a command. */
#ifndef ACDR_TOOLS_COMMON_TOOL_H
#define ACDR_TOOLS_COMMON_TOOL_H

#include <stdbool.h>

#include <acdr/acdr.h>

enum { TOOL_ARGS = 32 }; /* maximum number of positional arguments */

struct tool {
    const struct tool_command *command;
    const struct tool_command *const *commands; /* all of them; NULL ends */
    struct acdr *a;
    const char *root;       /* NULL: this machine */
    const char *root_given; /* as on the command line: ROOT may be what it was unpacked to */
    bool claims, csv, dry_run, full, help, json, once, place, quiet, record, textfile, verbose,
        version;
    bool no_pager;
    /* By option, NULL if not given. */
    const char *class_name, *cores, *cpus, *interface, *interval, *max, *memory, *name, *output,
        *probes, *seconds, *svg, *vcpus, *xml;
    const char *arg[TOOL_ARGS + 1]; /* positional, likewise */
    char **words;                   /* all positional ones; NULL ends */
};

struct tool_command {
    const char *name, *args, *help;
    const char *about;   /* more for its own --help; NULL: nothing */
    const char *exits;   /* "STATUS MEANING\n" each; NULL: 0 done, 1 failed, 2 called wrongly */
    const char *example; /* one call, as it is typed */
    const char *options; /* the options that it accepts, as words */
    int min, max;        /* number of positional arguments */
    bool hostless;       /* it reads nothing of the host */
    int (*run)(struct tool *t); /* the exit status */
};

extern const struct tool_command cmd_advise, cmd_apply, cmd_classes, cmd_classify, cmd_completion,
    cmd_condition, cmd_doctor, cmd_explain, cmd_help, cmd_host, cmd_map, cmd_metrics, cmd_plan,
    cmd_rebalance, cmd_record, cmd_release, cmd_report, cmd_run, cmd_settle, cmd_start, cmd_status,
    cmd_tag, cmd_top, cmd_untag, cmd_verify, cmd_watch, cmd_why, cmd_xml;

/* Print the error on stderr; returns the exit status for failures, 1. */
int tool_fail(const struct acdr_err *e);
/* Print the command's usage and what is wrong with this call; returns the exit status, 2. */
int tool_usage(const struct tool *t, const char *wrong);
/* A time as people write it: "30", "30s", "5m", "1h", as seconds. 0, or -1: not a time, or zero. */
int tool_seconds(const char *text, int *ret);
/* A size as people write it: "512", "512M", "64G", "2T", in KiB; without a unit it is MiB. 0, or
 * -1: not a size, or zero. */
int tool_kib(const char *text, long long *ret);
/* 0; or -EEXIST with E: PATH is a recording of acdr record, which no output may replace. */
int tool_spare_recording(const char *path, struct acdr_err *e);
/* May a terminal be sent colours? By NO_COLOR, see no-color.org, and TERM. */
bool tool_colours(void);
enum { TOOL_HOST_NAME = 65 };

/* What the host is called, in TEXT: this machine's name, or the last part of --root. */
const char *tool_host_name(const struct tool *t, char text[TOOL_HOST_NAME]);
/* For commands about running guests: these always belong to this machine, so another root is a
 * mistake. Prints that; returns the exit status. */
int tool_refuse_root(const struct tool *t);

#endif
