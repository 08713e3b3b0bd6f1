# shellcheck shell=bash
# Outer side: scenarios with a deliberate fault in the product or in what they plant, which each must
# notice. A scenario names its faults in its head (`# fault: NAME`); tests/mutation/fault.sh knows what
# a fault is. Each is tried on a machine of its own boot, so that none fails for what another left.

# scenario_faults NAME: the faults that its head names.
scenario_faults() { sed -n '/^# shellcheck/q; s/^# fault: //p' "$lab/scenarios/$1"; }

# faults_run: a row each, then "N noticed, N unnoticed, N not tried". 0 where none is unnoticed and
# each chosen scenario passes without a fault; 77 where nothing was tried.
faults_run() {
    source=$(cd "$lab/../.." && pwd) copy=$results_dir/source
    # shellcheck source=tests/mutation/fault.sh
    . "$source/tests/mutation/fault.sh"
    noticed=0 unnoticed=0 untried=0
    mkdir -p "$results_dir/tmp"
    copy_source || return 1
    lab=$copy/tests/lab faults=$copy/tests/mutation/faults # of one moment, like what is built
    faults_build || { tail -n 20 "$results_dir/build.log"; return 1; }
    printf '%-10s %-26s %-26s %s\n' machine scenario fault 'noticed by'
    for machine in "${only_machines[@]}"; do
        machine_load "$machine"
        faults_machine
    done
    echo "$noticed noticed, $unnoticed unnoticed, $untried not tried"
    ((unnoticed == 0)) || return 1
    ((noticed > 0)) || return 77
}

faults_build() {
    {
        cmake -S "$copy" -B "$results_dir/build" -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DACDR_TESTS=OFF &&
            cmake --build "$results_dir/build" -j2 &&
            DESTDIR=$results_dir/stage cmake --install "$results_dir/build"
    } >"$results_dir/build.log" 2>&1
}

# faults_machine: first all scenarios without a fault, then each fault with those that name it.
faults_machine() {
    local scenario fault word seconds detail passed=
    for scenario in $(machine_scenarios); do
        faults_try "$scenario"
        case $word in
        ok) passed="$passed $scenario" ;;
        skipped) fault_row - untried "skipped: $detail" ;;
        *) fault_row - unnoticed "FAILS WITHOUT A FAULT: $detail" ;;
        esac
    done
    for fault in $(for scenario in $passed; do scenario_faults "$scenario"; done | sort -u); do
        read_fault "$fault"
        faults_with "$fault" "$passed"
    done
}

# faults_with FAULT SCENARIOS: those that name it, with it put in.
faults_with() {
    local fault=$1 built=
    for scenario in $2; do
        scenario_faults "$scenario" | grep -x "$fault" >/dev/null || continue
        if except=$(grep "^$machine: " <<<"$excepted"); then
            fault_row "$fault" untried "not tried: ${except#*: }"
            continue
        fi
        if [ -z "$built" ]; then
            put_in && faults_build || { fault_row "$fault" unnoticed 'CANNOT BE PUT IN OR BUILT'; break; }
            built=yes
        fi
        faults_try "$scenario"
        case $word:$detail in
        FAILED:'the machine was lost'* | FAILED:'libvirtd does not answer before'* | : | none:*)
            fault_row "$fault" unnoticed "LOST: $detail"
            ;;
        FAILED:*) fault_row "$fault" noticed "$detail" ;;
        skipped:*) fault_row "$fault" untried "skipped: $detail" ;;
        *) fault_row "$fault" unnoticed "UNNOTICED: $what" ;;
        esac
    done
    [ -z "$built" ] || { take_out && faults_build; }
}

# faults_try SCENARIO: sets word, seconds and detail to its result as the copy is now.
faults_try() {
    local out=$results_dir/tmp/results
    : >"$out"
    word=none seconds=0 detail='the machine gave no result'
    # unchecked: the results say more than its status
    ACDR_STAGE=$results_dir/stage ACDR_LAB_RESULTS=$out TMPDIR=$results_dir/tmp \
        "$copy/tests/lab/run" --machine "$machine" --scenario "$1" >"$results_dir/tmp/log" 2>&1
    while IFS=$'\t' read -r _ word _ seconds detail; do
        [ "$word" = runs ] || break
    done < <(awk -F '\t' -v name="$1" '$2 != "runs" && ($3 == name || $3 == "prepare")' "$out")
}

# fault_row FAULT COUNTER TEXT
fault_row() {
    printf '%-10s %-26s %-26s %s\n' "$machine" "$scenario" "$1" "${3:0:160} (${seconds} s)"
    (($2 += 1))
}
