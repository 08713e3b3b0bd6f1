# shellcheck shell=bash
# Outer side: the lines that jobs write, and the table made of them. Logs stay where one failed.

results_begin() {
    results_dir=$(mktemp -d "${TMPDIR:-/tmp}/acdr-lab.XXXXXX")
    : >"$results_dir/table"
}

# result MACHINE WORD SCENARIO SECONDS [DETAIL], or MACHINE runs KERNEL LIBVIRT
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
        begin) result "$1" runs "$name" "$seconds" ;;
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

# results_table FILE: a line each, then scenario by machine. 0 all passed, 1 one failed, 77 nothing ran.
results_table() {
    echo
    awk -F '\t' '
        function add(list, name) {
            if (seen[list, name]++) return
            named[list, ++n[list]] = name
        }
        function put(row, machine, text) {
            cell[row, machine] = text
            if (length(text) > width[machine]) width[machine] = length(text)
        }
        function print_row(row,    i, m, line) {
            line = sprintf("%-26s", row)
            for (i = 1; i <= n["machine"]; i++) {
                m = named["machine", i]
                line = line sprintf(" %-*s", width[m] + 1, cell[row, m] == "" ? "-" : cell[row, m])
            }
            sub(/ +$/, "", line)
            print line
        }
        BEGIN { printf "%-10s %-28s %-8s %7s  %s\n", "machine", "scenario", "result", "seconds", "" }
        $3 != "all" { add("machine", $1); put("", $1, $1) }
        $2 == "runs" { put("Linux", $1, $3); put("libvirt", $1, $4); next }
        {
            printf "%-10s %-28s %-8s %7s  %s\n", $1, $3, $2, $4, $5
            count[$2]++
            if ($3 == "all") next
            add("scenario", $3)
            put($3, $1, $2 == "ok" ? "ok " $4 "s" : $2)
        }
        END {
            if (n["machine"]) {
                print ""
                print_row("")
                print_row("Linux")
                print_row("libvirt")
                for (i = 1; i <= n["scenario"]; i++) print_row(named["scenario", i])
            }
            print ""
            printf "%d passed, %d failed, %d skipped\n", count["ok"], count["FAILED"], count["skipped"]
            exit count["FAILED"] ? 1 : count["ok"] ? 0 : 77
        }' "$1"
}

results_end() {
    if [ "$keep" = yes ]; then echo "logs: $results_dir" >&2
    else rm -rf "$results_dir"; fi
}
