/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One invocation of the acdr command, and what a command is made of. */
#ifndef ACDR_TOOLS_COMMON_TOOL_H
#define ACDR_TOOLS_COMMON_TOOL_H

#include <stdbool.h>

#include <acdr/acdr.h>

enum { TOOL_ARGS = 32 }; /* arguments by place, at the most */

struct tool {
    const struct tool_command *command;
    struct acdr *a;
    const char *root; /* NULL: this machine */
    bool csv, dry_run, full, help, json, once, place, record, textfile, version;
    /* By option, NULL where not given. */
    const char *class_name, *cpus, *interval, *max, *memory, *name, *output, *probes, *seconds,
        *svg, *vcpus, *xml;
    const char *arg[TOOL_ARGS + 1]; /* by place, likewise */
};

struct tool_command {
    const char *name, *args, *help;
    const char *options;        /* the options it takes, words */
    int min, max;               /* how many arguments by place */
    int (*run)(struct tool *t); /* the exit status */
};

extern const struct tool_command cmd_advise, cmd_apply, cmd_classes, cmd_doctor, cmd_explain,
    cmd_host, cmd_map, cmd_metrics, cmd_plan, cmd_rebalance, cmd_record, cmd_release, cmd_report,
    cmd_settle, cmd_start, cmd_status, cmd_tag, cmd_top, cmd_untag, cmd_verify, cmd_watch, cmd_why,
    cmd_xml;

/* Say what went wrong on stderr; returns the exit status for failures, 1. */
int tool_fail(const struct acdr_err *e);
/* Say how the command is used and what is wrong with this call; returns its exit status, 2. */
int tool_usage(const struct tool *t, const char *wrong);
/* A time as people write it: "30", "30s", "5m", "1h", as seconds. 0, or -1: it is none, or 0. */
int tool_seconds(const char *text, int *ret);
/* For commands about running guests: those are this machine's whatever the root is, so a foreign
 * root can only be a mistake. Says so; returns the exit status. */
int tool_refuse_root(const struct tool *t);

#endif
