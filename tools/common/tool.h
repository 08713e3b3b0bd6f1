/* One invocation of the acdr command, and what a command is made of. */
#ifndef ACDR_TOOLS_TOOL_H
#define ACDR_TOOLS_TOOL_H

#include <stdbool.h>

#include <acdr/acdr.h>

enum { ACDR_TOOL_ARGS = 32 }; /* arguments by place, at the most */

struct acdr_tool {
    const struct acdr_command *command;
    struct acdr *a;
    const char *root; /* NULL: this machine */
    bool csv, dry_run, full, help, json, once, place, record, textfile, version;
    /* By option, NULL where not given. */
    const char *class_name, *cpus, *interval, *max, *memory, *name, *output, *probes, *seconds,
        *svg, *vcpus, *xml;
    const char *arg[ACDR_TOOL_ARGS + 1]; /* by place, likewise */
};

struct acdr_command {
    const char *name, *args, *help;
    const char *options;             /* the options it takes, words */
    int min, max;                    /* how many arguments by place */
    int (*run)(struct acdr_tool *t); /* the exit status */
};

extern const struct acdr_command acdr_cmd_advise, acdr_cmd_apply, acdr_cmd_classes,
    acdr_cmd_doctor, acdr_cmd_explain, acdr_cmd_host, acdr_cmd_map, acdr_cmd_metrics, acdr_cmd_plan,
    acdr_cmd_rebalance, acdr_cmd_record, acdr_cmd_release, acdr_cmd_report, acdr_cmd_settle,
    acdr_cmd_start, acdr_cmd_status, acdr_cmd_tag, acdr_cmd_top, acdr_cmd_untag, acdr_cmd_verify,
    acdr_cmd_watch, acdr_cmd_why, acdr_cmd_xml;

/* Say what went wrong on stderr; returns the exit status for failures, 1. */
int acdr_tool_fail(const struct acdr_err *e);
/* Say how the command is used and what is wrong with this call; returns its exit status, 2. */
int acdr_tool_usage(const struct acdr_tool *t, const char *wrong);
/* A time as people write it: "30", "30s", "5m", "1h", as seconds. 0, or -1: it is none, or 0. */
int acdr_tool_seconds(const char *text, int *ret);
/* For commands about running guests: those are this machine's whatever the root is, so a foreign
 * root can only be a mistake. Says so; returns the exit status. */
int acdr_tool_refuse_root(const struct acdr_tool *t);

#endif
