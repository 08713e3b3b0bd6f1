/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What watching costs: processes that look like guests (name, threads, pid and status files, in a
 * mount namespace of our own) are watched through the real /proc once a second, with every probe.
 *
 *     bench_watch [GUESTS [SECONDS [PROBES]]]     50 guests, 20 seconds, all probes
 *
 * Where there is /dev/kvm each has a VM with vCPUs that are never run. Prints the share of one CPU
 * and the most memory that the watcher used, and the share that mpstat and pidstat (sysstat's), and
 * kvm_stat (the kernel's tools/kvm/kvm_stat) use beside each other for the same guests and as long.
 * 77: not allowed here.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "acdr/acdr.h"

enum { MOST = 500 };

static void *idle(void *name)
{
    prctl(PR_SET_NAME, name);
    for (;;)
        pause();
    return NULL;
}

/* For what KVM counts; it stays as long as the process does. */
static void have_vm(void)
{
    int kvm = open("/dev/kvm", O_RDWR);
    int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);

    for (int i = 0; i < 4 && vm >= 0; i++)
        ioctl(vm, KVM_CREATE_VCPU, i);
}

/* As QEMU with four vCPUs, an I/O thread, a vhost worker and RCU. */
static int be_guest(void)
{
    static const char *const names[] = { "CPU 0/KVM",    "CPU 1/KVM", "CPU 2/KVM", "CPU 3/KVM",
                                         "IO iothread1", "vhost-1",   "call_rcu" };
    pthread_t t;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    have_vm();
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (pthread_create(&t, NULL, idle, (void *)(unsigned long)names[i]))
            return 1;
    idle((void *)(unsigned long)"qemu-system-x86");
    return 0;
}

static void put(const char *name, const char *ending, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "/run/libvirt/qemu/%s.%s", name, ending);
    f = fopen(path, "we");
    if (!f || fputs(text, f) < 0 || fclose(f)) {
        perror(path);
        exit(1);
    }
}

static pid_t start_guest(const char *self, int n)
{
    char name[16], arg[64], text[1024];
    pid_t pid = fork();

    snprintf(name, sizeof(name), "g%d", n);
    snprintf(arg, sizeof(arg), "guest=%s,debug-threads=on", name);
    if (pid == 0) {
        execl(self, "qemu", "-name", arg, (char *)NULL);
        _exit(127);
    }
    snprintf(text, sizeof(text), "%d\n", (int)pid);
    put(name, "pid", text);
    snprintf(text, sizeof(text),
             "<domstatus pid='%d'><domain type='kvm' id='%d'><name>%s</name>"
             "<uuid>00000000-0000-4000-8000-%012d</uuid><memory unit='MiB'>1024</memory>"
             "<vcpu>4</vcpu><devices><disk type='file' device='disk'>"
             "<source file='/img/%s.raw'/><target dev='vda'/></disk><interface type='bridge'>"
             "<source bridge='br0'/><target dev='vnet%d'/></interface></devices></domain>"
             "</domstatus>",
             (int)pid, n, name, n, name, n);
    put(name, "xml", text);
    return pid;
}

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int watch(int guests, int seconds, const char *probes)
{
    const struct timespec second = { .tv_sec = 1 };
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    struct acdr_watch *w = NULL;
    struct rusage u;
    double first, begun;
    size_t n = 0;

    if (acdr_open(NULL, &a, &e) < 0 || acdr_watch_open(a, NULL, probes, &w, &e) < 0 ||
        acdr_watch_take(w, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    first = begun = cpu_seconds();
    for (int i = 0; i < seconds; i++) {
        nanosleep(&second, NULL);
        if (acdr_watch_take(w, &e) < 0)
            return 1;
    }
    n = acdr_watch_count(w);
    getrusage(RUSAGE_SELF, &u);
    printf("%d guests, %d samples of %zu readings: %.2f %% of one CPU, %.1f MiB at the most; "
           "the first sample %.0f ms\n",
           guests, seconds, n, (cpu_seconds() - begun) * 100 / seconds, (double)u.ru_maxrss / 1024,
           first * 1000);
    acdr_watch_close(w);
    acdr_close(a);
    return 0;
}

static pid_t run_beside(const char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(127);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    return pid;
}

/* All of them for SECONDS, telling once a second. */
static void others(const pid_t *pids, int guests, int seconds)
{
    char count[16], list[MOST * 12] = "", number[16];
    const char *const mpstat[] = { "mpstat", "-A", "1", count, NULL };
    const char *const pidstat[] = { "pidstat", "-t", "-u", "-w",  "-r", "-R",
                                    "-p",      list, "1",  count, NULL };
    const char *const kvm_stat[] = { "timeout", "-s", "INT", count, "kvm_stat", "-l", NULL };
    const char *const *const tools[] = { mpstat, pidstat, kvm_stat };
    static const char *const names[] = { "mpstat", "pidstat", "kvm_stat" };
    pid_t pid[3];
    int status;

    for (int i = 0; i < guests; i++) {
        snprintf(number, sizeof(number), "%s%d", i ? "," : "", (int)pids[i]);
        strncat(list, number, sizeof(list) - strlen(list) - 1);
    }
    snprintf(count, sizeof(count), "%d", seconds);
    for (int i = 0; i < 3; i++)
        pid[i] = run_beside(tools[i]);
    for (int i = 0; i < 3; i++) {
        struct rusage u;

        if (pid[i] < 0 || wait4(pid[i], &status, 0, &u) != pid[i] || !WIFEXITED(status) ||
            WEXITSTATUS(status) == 127)
            printf("%s: not there\n", names[i]);
        else
            printf("%s: %.2f %% of one CPU\n", names[i],
                   ((double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6) *
                       100 / seconds);
    }
}

int main(int argc, char **argv)
{
    int guests = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 50;
    int seconds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 20;
    const struct timespec settle = { .tv_sec = 1 };
    static pid_t pids[MOST];
    int status;

    if (argc == 3 && !strcmp(argv[1], "-name"))
        return be_guest();
    if (guests < 0 || guests > MOST || seconds < 1)
        return 2;
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("tmpfs", "/run", "tmpfs", 0, NULL) || mkdir("/run/libvirt", 0755) ||
        mkdir("/run/libvirt/qemu", 0755)) {
        perror("skipped: no mount namespace");
        return 77;
    }
    for (int i = 0; i < guests; i++)
        pids[i] = start_guest("/proc/self/exe", i + 1);
    nanosleep(&settle, NULL);
    status = watch(guests, seconds, argc > 3 ? argv[3] : NULL);
    fflush(stdout);
    if (status == 0)
        others(pids, guests, seconds);
    for (int i = 0; i < guests; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    return status;
}
