/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands. See commands.h. */
#include "commands.h"

const struct tool_command *const tool_commands[] = {
    &cmd_host,   &cmd_doctor,    &cmd_classes, &cmd_classify,   &cmd_plan,    &cmd_explain,
    &cmd_advise, &cmd_xml,       &cmd_start,   &cmd_status,     &cmd_verify,  &cmd_map,
    &cmd_why,    &cmd_top,       &cmd_metrics, &cmd_record,     &cmd_report,  &cmd_condition,
    &cmd_settle, &cmd_rebalance, &cmd_watch,   &cmd_apply,      &cmd_release, &cmd_run,
    &cmd_tag,    &cmd_untag,     &cmd_help,    &cmd_completion, NULL,
};
