/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block: the devices under the guest's disks, set for a guest.
 *
 * A guest has its own I/O scheduler; a second one below it reorders again and takes a lock. A
 * request that completes on another core than its submitter's costs cache misses, and read-ahead
 * for a guest with random access is wasted.
 *   queue/scheduler      of the devices that order requests, the lowest ones. The queue stops
 *                        briefly during a change. The knob is iosched:
 *   queue/rq_affinity    1 completes in the group of the core that asked, 2 on that core
 *   queue/read_ahead_kb  of every device on the way (the kernel rounds to whole pages)
 * A device that also carries other guests or the host's root affects them too: the plan says so. If
 * several guests claim one device, the first one's value wins.
 * Guest memory and shared memory devices in /dev/shm must fit into it, or QEMU dies of SIGBUS
 * later. A hook cannot enlarge it (AppArmor denies mounting): it is checked and reported.
 */
#include <string.h>

#include "steps.h"
#include "text.h"

#define BLOCK_DIR "/sys/class/block"

static const struct acdr_key keys[] = {
    { "scheduler", ACDR_KEY_CHOICE, "keep|none|mq-deadline|kyber|bfq", "keep",
      "I/O scheduler of the devices under the guest's disks" },
    { "rq-affinity", ACDR_KEY_CHOICE, "keep|0|1|2", "keep",
      "where requests complete: anywhere, near the CPU that asked, or on it" },
    { "read-ahead", ACDR_KEY_NUM, "keep", "keep", "kB that are read ahead" },
    { "shm", ACDR_KEY_CHOICE, "check|ignore", "check",
      "whether the guest's memory in /dev/shm must fit there" },
    { 0 },
};

static int claim_scheduler(const struct acdr_view *v, const struct acdr_block *b,
                           struct acdr_plan *p)
{
    const char *key = acdr_view_key(v, p, "scheduler");

    if (!strcmp(key, "keep") || (!b->leaf && !strcmp(b->schedulers, "none")))
        return 0;
    if (!b->scheduler[0])
        return b->leaf ? acdr_plan_note(p, "%s has no I/O scheduler", b->name) : 0;
    return acdr_plan_claim(p, ACDR_OP_SET, key, "iosched:%s", b->name);
}

static int claim_num(const struct acdr_view *v, const struct acdr_block *b, const char *key,
                     const char *file, struct acdr_plan *p)
{
    if (acdr_view_num(v, p, key) < 0)
        return 0;
    return acdr_plan_claim(p, ACDR_OP_SET, acdr_view_key(v, p, key),
                           "num:" BLOCK_DIR "/%s/queue/%s", b->name, file);
}

static int claim_block(const struct acdr_view *v, const struct acdr_block *b, struct acdr_plan *p)
{
    size_t before = p->n_claims;

    if (claim_scheduler(v, b, p) < 0 ||
        (b->rq_affinity >= 0 && claim_num(v, b, "rq-affinity", "rq_affinity", p) < 0) ||
        (b->read_ahead_kb >= 0 && claim_num(v, b, "read-ahead", "read_ahead_kb", p) < 0))
        return -1;
    if (b->roots && p->n_claims > before)
        return acdr_plan_note(p, "%s holds the host's own root as well", b->name);
    return 0;
}

/* Does the guest's memory fit into /dev/shm? 1: it does not, which is reported. */
static int check_shm(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_storage *s = &v->host->storage;
    bool file = !strcmp(v->domain->memory_source, "file") && !v->domain->hugepages;
    long long need = v->domain->shmem_kb;

    if (file && s->memory_in_shm)
        need += v->domain->start_kb;
    if (strcmp(acdr_view_key(v, p, "shm"), "check") || need == 0 || s->shm_kb < 0 ||
        need <= s->shm_kb)
        return 0;
    return acdr_plan_result(p, ACDR_STEP_REFUSED,
                            "%lld MiB of the guest's memory lie in /dev/shm, which holds %lld: "
                            "mount -o remount,size=%lldM /dev/shm",
                            need / 1024, s->shm_kb / 1024, (need + need / 4) / 1024 + 1) < 0
               ? -1
               : 1;
}

static bool asks(const struct acdr_view *v, const struct acdr_plan *p)
{
    return strcmp(acdr_view_key(v, p, "scheduler"), "keep") ||
           strcmp(acdr_view_key(v, p, "rq-affinity"), "keep") ||
           strcmp(acdr_view_key(v, p, "read-ahead"), "keep");
}

static int claim_disks(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_storage *s = &v->host->storage;

    for (size_t i = 0; i < s->n_disks; i++)
        if (s->disks[i].why &&
            acdr_plan_note(p, "disk %s: %s", s->disks[i].target, s->disks[i].why) < 0)
            return -1;
    for (size_t i = 0; i < s->n_blocks; i++)
        if (claim_block(v, &s->blocks[i], p) < 0)
            return -1;
    return 0;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    size_t before = p->n_claims;
    int r;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no disks");
    r = check_shm(v, p);
    if (r < 0)
        return acdr_err_nomem(e);
    if (r > 0)
        return 0;
    if (!asks(v, p))
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the class asks for no disk setting");
    if (claim_disks(v, p) < 0)
        return acdr_err_nomem(e);
    if (!v->host->storage.n_disks)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the guest has no disks");
    if (p->n_claims == before)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "no device to set it on");
    return 0;
}

/* Disks that can have their own iothread use the existing ones in turn. */
static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    const struct acdr_domain *d = v->domain;
    size_t first = ds->n;
    int id = -1;

    for (size_t i = 0; i < d->n_disks; i++) {
        acdr_auto(free) char *path = acdr_text_format("devices/disk[target/dev=%s]/driver",
                                                      d->disks[i].target);
        acdr_auto(free) char *value = NULL;

        if (strcmp(d->disks[i].bus, "virtio") || d->disks[i].iothread || d->disks[i].no_iothread)
            continue;
        id = acdr_bitmap_next(&d->iothread_ids, id);
        if (id < 0)
            id = acdr_bitmap_next(&d->iothread_ids, -1);
        value = acdr_text_format("%d", id < 0 ? 1 : id);
        acdr_define(ds, path, "iothread", value,
                    "its requests are not handled by the thread that does all else");
    }
    if (ds->n > first && !d->iothreads)
        acdr_define(ds, "iothreads", NULL, "<iothreads>1</iothreads>", "a thread for disks");
}

const struct acdr_step acdr_step_block = {
    .name = "block",
    .help = "the devices under the guest's disks",
    .stages = ACDR_STAGE_HOST,
    .reads = ACDR_HOST_STORAGE,
    .keys = keys,
    .define = define,
    .plan = plan,
};
