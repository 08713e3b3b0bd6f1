# shellcheck shell=bash
# Outer side: the lines that jobs write, and the table made of them. Logs stay where one failed.

results_begin() {
    results_dir=$(mktemp -d "${TMPDIR:-/tmp}/acdr-lab.XXXXXX")
    : >"$results_dir/table"
}

# result MACHINE WORD SCENARIO SECONDS [DETAIL]
result() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$results_dir/table"; }

# progress: the job's lines that were not shown yet; called every second.
progress() {
    local n
    n=$(wc -l <"$work/out/results")
    ((n > ${shown:-0})) || return 0
    sed -n "$((${shown:-0} + 1)),${n}p" "$work/out/results" | grep -vE '^(begin|end)' |
        sed "s/^/   $machine: /"
    shown=$n
}

# results_take MACHINE SCENARIOS: into the table; a scenario without a line did not happen, which
# is a failure unless the machine could not be had at all.
results_take() {
    local word name seconds detail seen=' '
    shown=0
    while read -r word name seconds detail; do
        case $word in
        ok | FAILED | skipped)
            result "$1" "$word" "$name" "$seconds" "$detail"
            seen="$seen$name "
            ;;
        esac
    done <"$work/out/results"
    for name in $2; do
        [ "${seen/ $name /}" = "$seen" ] || continue
        if [ -n "$skip_reason" ]; then result "$1" skipped "$name" 0 "$skip_reason"
        else result "$1" FAILED "$name" 0 "the machine was lost: ${lost:-it died}"; fi
    done
    ! grep -qP "^\Q$1\E\tFAILED" "$results_dir/table" || failure_shown "$1"
}

failure_shown() {
    local name
    keep=yes
    echo "-- $1: the console's end"
    tail -n 15 "$work/out/console" | tr -d '\r\033'
    while read -r name; do
        [ -e "$work/out/$name.log" ] || continue
        echo "-- $1: $name"
        sed '/^=== evidence/,$d' "$work/out/$name.log" | tail -n 25
    done < <(awk -F '\t' -v m="$1" '$1 == m && $2 == "FAILED" { print $3 }' "$results_dir/table")
}

# results_table: 0 all passed, 1 one failed, 77 nothing ran.
results_table() {
    echo
    awk -F '\t' '
        BEGIN { printf "%-10s %-28s %-8s %7s  %s\n", "machine", "scenario", "result", "seconds", "" }
        { printf "%-10s %-28s %-8s %7s  %s\n", $1, $3, $2, $4, $5; n[$2]++ }
        END {
            printf "%d passed, %d failed, %d skipped\n", n["ok"], n["FAILED"], n["skipped"]
            exit n["FAILED"] ? 1 : n["ok"] ? 0 : 77
        }' "$results_dir/table" | tee -a "${ACDR_LAB_RESULTS:-/dev/null}"
}

results_end() {
    if [ "$keep" = yes ]; then echo "logs: $results_dir" >&2
    else rm -rf "$results_dir"; fi
}
