# shellcheck shell=bash
# Outer side: the machines and their scenarios as data, and the run of one of them.

machine_names() { find "$lab/machines" -name '*.conf' -printf '%f\n' | sed 's/\.conf$//' | sort; }

machine_exists() {
    [ -n "$1" ] && [ -e "$lab/machines/$1.conf" ] && return 0
    echo "machines: $(machine_names | xargs)" >&2
    return 1
}

scenario_exists() {
    [ -e "$lab/scenarios/$1" ] && return 0
    echo "scenarios: $(find "$lab/scenarios" -type f -printf '%f\n' | sort | xargs)" >&2
    return 1
}

# machine_load NAME: sets the variables of its conf:
#   about      one line for a person
#   init       plain, systemd: booted with our PID 1 or with systemd; none: this machine itself
#   kernel     extended regular expression of Debian's package; the newest that matches is taken
#   cpu, smp   QEMU's -cpu and -smp
#   nodes      "CPULIST:MIB" for each NUMA node; no list, or 0 MiB, for one without
#   distances  "A-B=N" for two nodes that are not 21 apart
#   offline    cpulist that is switched off inside
#   append     more for the kernel's command line
#   devices    array: more arguments for QEMU
#   modules    kernel modules to load inside
#   guest      qemu or kvm: the type of the guests inside
#   vcpus      of a usual guest; two usual guests must fit where two_guests runs
#   too_many   vCPUs that never fit
#   deadline   seconds for the whole machine; limit: for one scenario
#   scenarios  what runs there, in this order; more: what does with ACDR_LAB_ALL set, after them
machine_load() {
    about='' kernel='' cpu='' smp='' nodes='' distances='' offline='' append='' devices=() modules='' init=plain guest=qemu
    vcpus=2 too_many=13 deadline=1800 limit=600 scenarios='' more=''
    # shellcheck source=/dev/null
    . "$lab/machines/$1.conf"
}

machines_table() {
    local machine scenario
    for machine in "${only_machines[@]}"; do
        machine_load "$machine"
        echo "$machine: $about"
        for scenario in $scenarios $more; do
            printf '    %-26s %s\n' "$scenario" "$(sed -n '1s/^# //p' "$lab/scenarios/$scenario")"
        done
    done
}

# machine_scenarios NAME: what is to run there now. Asked for by name, a scenario runs anywhere.
machine_scenarios() {
    if ((${#only_scenarios[@]})); then echo "${only_scenarios[*]}"
    elif [ -n "${ACDR_LAB_ALL:-}" ]; then echo "$scenarios $more"
    else echo "$scenarios"; fi
}

# machine_work SCENARIOS: lay out the folder that the machine sees as /lab.
machine_work() {
    work=$results_dir/$machine
    mkdir -p "$work/out"
    cp -a "$lab" "$work/tests"
    [ "$stage" = none ] || cp -a "$stage" "$work/stage"
    cat >"$work/env" <<-EOF
	LAB_MACHINE=$machine
	LAB_GUEST=$guest
	LAB_INIT=$init
	LAB_LIMIT=$limit
	LAB_SOURCE=$(cd "$lab/../.." && pwd)
	LAB_MODULES="$modules"
	LAB_OFFLINE=$offline
	LAB_VCPUS=$vcpus
	LAB_TOO_MANY=$too_many
	LAB_SCENARIOS="$1"
	EOF
}

# machine_lock: wait for who else runs this machine itself, or an emulator: two emulators at once take
# more than twice the time.
machine_lock() {
    local kind=booted
    [ "$init" != none ] || kind=native
    exec {lab_lock}>"$lab_cache/$kind.lock"
    flock "$lab_lock"
}

machine_run() {
    local machine=$1 todo
    lost='' skip_reason=''
    machine_load "$machine"
    todo=$(machine_scenarios)
    [ -n "$todo" ] || return 0
    machine_work "$todo"
    machine_lock
    echo "== $machine: $about"
    if [ "$init" = none ]; then native_machine; else boot_machine; fi
    exec {lab_lock}>&-
    progress
    results_take "$machine" "$todo"
}
