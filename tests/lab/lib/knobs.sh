# shellcheck shell=bash
# What the journal says of settings, and what the kernel says of the same: read by the shell, so that
# nothing of acdr vouches for itself.

journal=/run/acdr/journal

# journal_wants STEP: "KNOB<TAB>WANT" of each settled setting that a guest's step claims.
journal_wants() {
    awk -F '\t' -v OFS='\t' -v step="$1" '
        $1 == "claim" && $3 == step && $6 != "keep" { mine[$9] = 1 }
        $1 == "knob" && $3 ~ /^irq:/ && "irqs:" in mine { mine[$3] = 1 }
        $1 == "knob" && $2 == "settled" && $3 in mine { print $3, $6 == "%" ? "" : $6 }' "$journal"
}

# knob_now KNOB: sets now to the kernel's value and set to yes where values are sets of numbers.
# False for kinds that need more than a file: drivers, memory.
knob_now() {
    local rest=${1#*:} tid size
    set=no
    tid=${rest%@*} tid=${tid##*/}
    case $1 in
    irq:*) set=yes now=$(irq_affinity "${rest%%/*}") ;;
    list:*) set=yes now=$(cat "$rest") ;;
    mask:*) set=yes now=$(cpus_from_mask "$(cat "$rest")" | cpus_join) ;;
    wq:*) set=yes now=$(cpus_from_mask "$(cat "${unbound_mask}_requested" 2>/dev/null ||
        cat "$unbound_mask")" | cpus_join) ;;
    thread:* | task:*) set=yes now=$(task_allowed "$tid") ;;
    tasks:*) set=yes now=$(task_allowed 1) ;;
    kthreads:*) set=yes now=$(task_allowed 2) ;;
    excl:*) set=yes now=$(cat "$rest/cpuset.cpus.exclusive") ;;
    part:*) [ "$(cat "$rest/cpuset.cpus.partition")" = isolated ] &&
        set=yes now=$(cat "$rest/cpuset.cpus.exclusive.effective") ;;
    mems:*) set=yes now=$(cat "$rest/cpuset.mems") ;;
    unit:*) set=yes now=$(cat "/sys/fs/cgroup/$rest/cpuset.cpus") ;;
    group:*) now=$(cgroup_of "$tid") ;;
    sched:*) now=$(sched_attr "$tid" | awk '
        { print ($1 == 1 ? "fifo:" $3 : $1 == 2 ? "rr:" $3 : "other:" $2) ($5 % 2 ? "+reset" : "") }') ;;
    slice:*) now=$(sched_attr "$tid" | cut -d ' ' -f 4) ;;
    huge:*) size=${rest#*/} now=$(pool_pages "${rest%%/*}" "${size%kB}") ;;
    num:* | word:* | interval:*) now=$(cat "$rest") ;;
    iosched:*) now=$(cat "/sys/class/block/$rest/queue/scheduler") ;;
    *) return 1 ;;
    esac
}

# same_value WANT: does now mean that? Of a pick list, what stands in brackets.
same_value() {
    local want=$1 is=$now
    if [ "$set" = yes ]; then
        [ "$(cpus_expand "$want")" = "$(cpus_expand "$now")" ]
        return
    fi
    want=${want#*\[} is=${is#*\[}
    [ "${want%%\]*}" = "${is%%\]*}" ]
}

# step_shown STEP: sets shown to "KNOB = VALUE" of a setting of the step that the kernel has as the
# journal wants it. False where there is none.
step_shown() {
    local knob want now set
    while IFS=$'\t' read -r knob want; do
        knob_now "$knob" 2>/dev/null && same_value "$want" || continue
        shown="$knob = $now"
        return 0
    done < <(journal_wants "$1")
    return 1
}
