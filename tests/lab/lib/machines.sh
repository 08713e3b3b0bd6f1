# shellcheck shell=bash
# Outer side: the machines and their scenarios as data, and the run of one of them.

machine_names() { find "$lab/machines" -name '*.conf' -printf '%f\n' | sed 's/\.conf$//' | sort; }

machine_exists() {
    [ -n "$1" ] && [ -e "$lab/machines/$1.conf" ] && return 0
    echo "machines: $(machine_names | xargs)" >&2
    return 1
}

scenario_names() { find "$lab/scenarios" -type f -printf '%f\n' | sort; }

scenario_exists() {
    [ -e "$lab/scenarios/$1" ] && return 0
    echo "scenarios: $(scenario_names | xargs)" >&2
    return 1
}

# machine_load NAME: sets the variables of its conf:
#   about      a description in one line
#   init       plain, systemd: booted with our PID 1 or with systemd; none: this machine itself
#   root       Debian suite of its root file system and emulator (roots/); this machine's own without
#   kernel     extended regular expression of Debian's package; the newest that matches is taken
#   kernel_suite  where that is from; the root's own suite without
#   cpu, smp   QEMU's -cpu and -smp
#   nodes      "CPULIST:MIB" for each NUMA node; no list, or 0 MiB, for one without
#   distances  "A-B=N" for two nodes that are not 21 apart
#   offline    cpulist that is switched off inside
#   append     more for the kernel's command line
#   devices    array: more arguments for QEMU
#   modules    kernel modules to load inside
#   services   systemd units that run beside libvirtd
#   guest      qemu or kvm: the type of the guests inside
#   way        how the cleaner keeps cores clean there, which check_conditioned asks the kernel
#   vcpus      of a usual guest; two usual guests must fit where two_guests runs
#   too_many   vCPUs that never fit
#   cores      whole cores that guests can have: of each node all but the first
#   deadline   seconds for the machine in an ordinary run, three times as many with --all
#   limit      seconds for one scenario
#   ci         scenarios of an ordinary run, in this order
#   more       those that run after them with --all
machine_load() {
    about='' root='' kernel='' kernel_suite='' cpu='' smp='' nodes='' distances='' offline='' append='' devices=() modules='' services=''
    init=plain guest=qemu way='' vcpus=2 too_many=13 cores=6 deadline=1800 limit=600 ci='' more=''
    # shellcheck source=/dev/null
    . "$lab/machines/$1.conf"
}

# scenario_text NAME: the sentence that its file begins with.
scenario_text() {
    sed -n '/^# shellcheck/q; /^# fault: /d; s/^# //p' "$lab/scenarios/$1" | paste -s -d ' '
}

# machines_table: scenario by machine; x: in an ordinary run, o: with --all.
machines_table() {
    local machine scenario
    {
        for machine in "${only_machines[@]}"; do
            machine_load "$machine"
            for scenario in $ci; do printf 'runs\t%s\t%s\tx\n' "$scenario" "$machine"; done
            for scenario in $more; do printf 'runs\t%s\t%s\to\n' "$scenario" "$machine"; done
        done
        for scenario in $(scenario_names); do
            printf 'text\t%s\t%s\n' "$scenario" "$(scenario_text "$scenario")"
        done
    } | awk -F '\t' -v machines="${only_machines[*]}" '
        function row(name, text,    i, cell) {
            printf "%-26s", name
            for (i = 1; i <= n; i++) {
                cell = name == "" ? machine[i] : runs[name, machine[i]]
                printf "%-*s", length(machine[i]) + 2, cell == "" ? "." : cell
            }
            print text
        }
        BEGIN { n = split(machines, machine, " "); row("", "x: in an ordinary run, o: with --all") }
        $1 == "runs" { runs[$2, $3] = $4 }
        $1 == "text" { row($2, $3) }'
    echo
    for machine in "${only_machines[@]}"; do
        machine_load "$machine"
        printf '%-10s %s\n' "$machine" "$about"
    done
}

# machine_scenarios NAME: what is to run there now. Asked for by name, a scenario runs anywhere.
machine_scenarios() {
    if ((${#only_scenarios[@]})); then echo "${only_scenarios[*]}"
    elif [ "$all" = yes ]; then echo "$ci $more"
    else echo "$ci"; fi
}

# documents_lay FOLDER: what the scenario "documents" types, for the machine may have another root.
documents_lay() {
    local top
    top=$(cd "$lab/../.." && pwd)
    mkdir -p "$1"
    cp -a "$top/examples" "$top/tests/docs/table" "$top/tests/docs/session.sh" "$1"
    (cd "$top" && tests/docs/commands README.md CONTRIBUTING.md docs/*.md examples/*/README.md docs/man/*) \
        >"$1/commands.tsv"
}

# machine_work SCENARIOS: lay out the folder that the machine sees as /lab.
machine_work() {
    work=$results_dir/$machine
    mkdir -p "$work/out" && : >"$work/out/results"
    cp -a "$lab" "$work/tests"
    [ "$stage" = none ] || cp -a "$stage" "$work/stage"
    documents_lay "$work/docs"
    cat >"$work/env" <<-EOF
	LAB_MACHINE=$machine
	LAB_GUEST=$guest
	LAB_INIT=$init
	LAB_LIMIT=$((limit + ${ACDR_LAB_SECONDS:-0}))
	LAB_SOURCE=$(cd "$lab/../.." && pwd)
	LAB_MODULES="$modules"
	LAB_OFFLINE=$offline
	LAB_SERVICES="$services"
	LAB_WAY=$way
	LAB_VCPUS=$vcpus
	LAB_TOO_MANY=$too_many
	LAB_CORES=$cores
	LAB_EVENTS=${ACDR_LAB_EVENTS:-200}
	LAB_POINTS=${ACDR_LAB_POINTS:-6}
	LAB_CROWD=${ACDR_LAB_CROWD:-8}
	LAB_SECONDS=${ACDR_LAB_SECONDS:-60}
	LAB_SEED=${ACDR_LAB_SEED:-}
	LAB_SCENARIOS="$1"
	EOF
}

machine_run() {
    local machine=$1 todo
    lost='' skip_reason=''
    machine_load "$machine"
    [ "$all" = no ] || deadline=$((deadline * 3))
    todo=$(machine_scenarios)
    if [ -z "${todo// /}" ]; then
        result "$machine" skipped all 0 "it runs with --all"
        return 0
    fi
    machine_work "$todo"
    echo "== $machine: $about"
    if [ "$init" = none ]; then native_machine; else boot_machine; fi
    progress
    results_take "$machine" "$todo"
}
