/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the XML says of one guest. Knows libvirt's domain format (formatdomain) and ACDR's tag;
 * knows nothing of the host. libxml2 is used in this folder alone.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_H
#define ACDR_MODEL_DOMAIN_DOMAIN_H

#include "auto.h"
#include "bitmap.h"
#include "err.h"

#define ACDR_TAG_NS "urn:libacdr:domain:1"
/* An element of this namespace in the metadata says that the pins are not the owner's: ACDR wrote
 * them for one start on one host. */
#define ACDR_PINS_NS "urn:libacdr:pins:1"

/* A guest NUMA cell. */
struct acdr_cell {
    int id;
    struct acdr_bitmap vcpus;
    long long memory_kb;
    long long start_kb; /* its part of the domain's */
    bool has_nodes;     /* numatune/memnode of this cell */
    struct acdr_bitmap nodes;
};

/* One <page> of memoryBacking/hugepages. */
struct acdr_domain_page {
    long long size_kb; /* -1: ordinary pages */
    bool has_cells;    /* else it is for the cells that no other entry names */
    struct acdr_bitmap cells;
};

struct acdr_domain_nic {
    char *type, *target, *mac, *model, *source, *driver; /* "" where not given */
    int queues;                                          /* 0 where not given */
    char *ip;         /* its address for the network filter, "" where not given */
    int vlan;         /* the one tag that libvirt gives it; 0: none, or several */
    bool openvswitch; /* a port of Open vSwitch, by its <virtualport> */
};

/* A disk, cdroms and floppies left out; "" where not given. */
struct acdr_domain_disk {
    char *type, *source, *target; /* type: file, block, network, ...; source: the path, if any */
    char *bus;
    int iothread;     /* 0: none of its own */
    bool no_iothread; /* libvirt takes none for it, or it has several */
};

/* A limit on CPU time, in microseconds; quota 0: none. */
struct acdr_bandwidth {
    long long quota, period;
};

/* An <iothreadpin>. */
struct acdr_domain_pin {
    int id;
    struct acdr_bitmap cpus;
};

/*
 * A device that the XML takes from the host. BUS says how NAME names it: pci and nvme (a disk that
 * QEMU drives itself) by a PCI address "0000:3b:00.0"; mdev by its UUID; usb by "BUS/DEVICE",
 * "BUS-PORT" or "VENDOR:PRODUCT"; scsi by its adapter "host2"; vhost-scsi by a target's WWPN; vdpa
 * by a device node; network by the libvirt network that an interface without a device yet is from.
 */
struct acdr_domain_device {
    const char *bus;
    char *name;
};

struct acdr_domain {
    char *name, *uuid, *type; /* uuid: canonical lower case; "" where the XML has none */
    int id;                   /* -1 where inactive */
    int vcpus, vcpus_max;     /* to run at start; the most there can be */
    int *vcpu_id;             /* their numbers, ascending, vcpus entries: there may be holes */
    int sockets, threads;     /* cpu/topology, 0 where not given */
    bool cpu_is_host;         /* cpu mode='host-passthrough' */
    bool has_topoext;         /* it has that feature, by name */
    long long memory_kb, current_kb; /* <memory>, with all memory devices; <currentMemory> */
    long long boot_kb;               /* <memory> without the memory devices */
    long long start_kb;              /* what it takes of the host's memory at its start */
    long long grow_kb;               /* what may come on top of that with the devices it has */
    long long balloon_kb;            /* what a balloon holds back */
    long long hard_limit_kb;         /* memtune/hard_limit, 0: none */
    long long other_pages_kb; /* of devices whose pages are not their cell's: counted nowhere */

    char *class_name; /* NULL without a tag */
    char *tag_error;  /* what is wrong with the tag(s), NULL where nothing is */
    bool own_pins;    /* its pins and numatune are ACDR's, see ACDR_PINS_NS */

    /* Where the XML itself pins. pin[i] is NULL where vCPU i is not pinned; vcpus_max entries. A
     * <vcpu cpuset=> counts as a pin of every vCPU without one of its own. */
    struct acdr_bitmap **pin;
    bool has_cpuset; /* the same set, which binds other threads without a pin as well */
    struct acdr_bitmap cpuset;
    bool has_emulatorpin;
    struct acdr_bitmap emulatorpin;
    int iothreads;
    struct acdr_bitmap iothread_ids;
    /* Of each vCPU, of the emulator, of each I/O thread, of the whole guest. */
    struct acdr_bandwidth vcpu_limit, emulator_limit, iothread_limit, global_limit;
    struct acdr_domain_pin *iothreadpins;
    size_t n_iothreadpins;
    bool numad_cpus, numad_memory; /* libvirt asks numad at the start, after the hook's prepare */
    char *partition;               /* resource/partition: "/machine"; "" where not given */
    bool cachetune;                /* cputune has cachetune or memorytune */
    char *mem_mode;                /* numatune/memory mode, "" where none */
    bool has_mem_nodes;
    struct acdr_bitmap mem_nodes;

    bool hugepages;        /* memoryBacking/hugepages */
    long long hugepage_kb; /* the (first) page size asked for; 0: the host's default */
    struct acdr_domain_page *pages;
    size_t n_pages;
    bool nosharepages, locked;
    char *launch_security; /* sev, sev-snp, tdx, ...; "" where not given */
    char *memory_source;   /* memoryBacking/source type, "" where not given */
    char *allocation;      /* memoryBacking/allocation mode, "" where not given */
    char *fixed_by;        /* why no page can be moved once it is touched; NULL: they can be */
    long long shmem_kb;    /* shared memory devices, all together */
    char *balloon;         /* memballoon model, "" where not given */

    struct acdr_cell *cells;
    size_t n_cells;
    struct acdr_domain_nic *nics;
    size_t n_nics;
    struct acdr_domain_disk *disks;
    size_t n_disks;
    struct acdr_domain_device *devices; /* in document order */
    size_t n_devices;
};

/*
 * Read a <domain>, or the <domain> within a <domstatus>. No network, no entities, no DTD. The
 * caller frees. -EBADMSG with line in E: not well-formed, a DTD, or no domain; -E2BIG: more than
 * 16 MiB. A wrong tag is no failure here: see tag_error.
 */
int acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret, struct acdr_err *e);
/* Which of the vCPUs that run at start has this number: 0.. in ascending order; -1: none. */
int acdr_domain_vcpu(const struct acdr_domain *d, int id);
/* True where the XML pins any of the vCPUs that run at start. */
bool acdr_domain_pinned(const struct acdr_domain *d);
/* The CPUs that libvirt binds QEMU's main thread and iothread ID to by the XML; NULL: to none. */
const struct acdr_bitmap *acdr_domain_emulator_set(const struct acdr_domain *d);
const struct acdr_bitmap *acdr_domain_iothread_set(const struct acdr_domain *d, int id);
/* True where the XML says anything of where threads or memory go. */
bool acdr_domain_placed(const struct acdr_domain *d);
/* As if the XML had no pins and no numatune. */
void acdr_domain_unpin(struct acdr_domain *d);
/* The size of the huge pages that the memory of a guest NUMA cell is of (number 0.. in the order of
 * cells; 0 as well where there are none): 0 the host's default size, -1 ordinary pages. */
long long acdr_domain_page_kb(const struct acdr_domain *d, size_t cell);
/* True where the kernel pins the guest's memory for a device of this bus: by VFIO or by vDPA. */
bool acdr_domain_bus_pins(const char *bus);
/*
 * Why the kernel cannot move the guest's memory to another node: "its memory is pinned ..."; NULL:
 * by the XML nothing does. Locked memory can be moved: mlock(2) keeps it from being swapped only. A
 * device of bus network is not known here. The caller frees *RET. 0 or -ENOMEM.
 */
int acdr_domain_memory_pinned(const struct acdr_domain *d, char **ret);
void acdr_domain_free(struct acdr_domain *d);
ACDR_AUTO_DEFINE(struct acdr_domain, acdr_domain_free);

#endif
