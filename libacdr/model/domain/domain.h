/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest as described by its XML. Knows libvirt's domain format (formatdomain) and ACDR's tag;
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
    long long start_kb; /* its part of the domain's start_kb */
    bool has_nodes;     /* numatune/memnode of this cell */
    struct acdr_bitmap nodes;
};

/* One <page> of memoryBacking/hugepages. */
struct acdr_domain_page {
    long long size_kb; /* -1: ordinary pages */
    bool has_cells;    /* else: for the cells that no other entry names */
    struct acdr_bitmap cells;
};

struct acdr_domain_nic {
    char *type, *target, *mac, *model, *source, *driver; /* "" if not given */
    int queues;                                          /* 0 if not given */
    char *ip;         /* its address in the network filter, "" if not given */
    int vlan;         /* the single tag that libvirt sets; 0: none, or several */
    bool openvswitch; /* an Open vSwitch port, by its <virtualport> */
    char *via;        /* of a libvirt network: the host's interfaces that it leads to,
                       * blank-separated, if acdr_guest_networks() knows them; else "" or NULL */
};

/* A disk, not a cdrom or floppy; "" if not given. */
struct acdr_domain_disk {
    char *type, *source, *target; /* type: file, block, network, ...; source: the path, if any */
    char *bus;
    int iothread;     /* 0: none of its own */
    bool no_iothread; /* libvirt accepts no I/O thread for it, or it has several */
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
 * A host device that the XML assigns to the guest. BUS defines the form of NAME: pci and nvme (a
 * disk that QEMU drives itself) a PCI address "0000:3b:00.0"; mdev its UUID; usb "BUS/DEVICE",
 * "BUS-PORT" or "VENDOR:PRODUCT"; scsi its adapter "host2"; vhost-scsi the WWPN of a target; vdpa a
 * device node; network the libvirt network of an interface that has no device yet.
 */
struct acdr_domain_device {
    const char *bus;
    char *name;
};

struct acdr_domain {
    char *name, *uuid, *type; /* uuid: canonical lower case; "" if the XML has none */
    int id;                   /* -1 if inactive */
    int vcpus, vcpus_max;     /* online at start; the maximum */
    int *vcpu_id;             /* their numbers, ascending, vcpus entries: there may be gaps */
    int sockets, threads;     /* cpu/topology, 0 if not given */
    bool cpu_is_host;         /* cpu mode='host-passthrough' */
    bool has_topoext;         /* it has the feature of that name */
    char *one_thread;         /* QEMU's option by which one thread runs all vCPUs, NULL: none */
    long long memory_kb, current_kb; /* <memory>, with all memory devices; <currentMemory> */
    long long boot_kb;               /* <memory> without the memory devices */
    long long start_kb;              /* host memory it needs at start */
    long long grow_kb;               /* upper bound of what its devices can add to that */
    long long balloon_kb;            /* what a balloon keeps from the guest */
    long long hard_limit_kb;         /* memtune/hard_limit, 0: none */
    long long other_pages_kb; /* of devices with other pages than their cell: counted nowhere */

    char *class_name; /* NULL without a tag, and without a rule of map.conf that gives one */
    char *class_by;   /* the rule that decided, "FILE:LINE [rule NAME]"; NULL: the tag did */
    char *tag_error;  /* the error in the tag(s), or in what a rule reads; NULL if there is none */
    struct acdr_label *labels; /* what rules can test: label.h */
    size_t n_labels;
    bool own_pins; /* its pins and numatune are ACDR's, see ACDR_PINS_NS */

    /* The pins in the XML itself. pin[i] is NULL if vCPU i is not pinned; vcpus_max entries. A
     * <vcpu cpuset=> counts as a pin of every vCPU that has none of its own. */
    struct acdr_bitmap **pin;
    bool has_cpuset; /* the same set; it also binds other threads that have no pin */
    struct acdr_bitmap cpuset;
    bool has_emulatorpin;
    struct acdr_bitmap emulatorpin;
    int iothreads;
    struct acdr_bitmap iothread_ids;
    struct acdr_bitmap vcpusched; /* vCPUs whose policy <vcpusched> sets */
    /* Of each vCPU, of the emulator, of each I/O thread, of the whole guest. */
    struct acdr_bandwidth vcpu_limit, emulator_limit, iothread_limit, global_limit;
    struct acdr_domain_pin *iothreadpins;
    size_t n_iothreadpins;
    bool numad_cpus, numad_memory; /* libvirt asks numad at start, after the hook's prepare */
    char *partition;               /* resource/partition: "/machine"; "" if not given */
    bool cachetune;                /* cputune has cachetune or memorytune */
    char *mem_mode;                /* numatune/memory mode, "" if none */
    bool has_mem_nodes;
    struct acdr_bitmap mem_nodes;

    bool hugepages;        /* memoryBacking/hugepages */
    long long hugepage_kb; /* the (first) page size requested; 0: the host's default */
    struct acdr_domain_page *pages;
    size_t n_pages;
    bool nosharepages, locked;
    char *launch_security; /* sev, sev-snp, tdx, ...; "" if not given */
    char *memory_source;   /* memoryBacking/source type, "" if not given */
    char *allocation;      /* memoryBacking/allocation mode, "" if not given */
    char *fixed_by;        /* why no touched page can be moved; NULL: they can be moved */
    long long shmem_kb;    /* total of the shared memory devices */
    char *balloon;         /* memballoon model, "" if not given */

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
 * caller frees. -EBADMSG with line in E: not well-formed, a DTD, or no domain; -E2BIG: more than 16
 * MiB. An invalid tag is not an error here: see tag_error.
 */
int acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret, struct acdr_err *e);
/*
 * The same of another guest's document, in a time that its author cannot extend: identity, vCPUs
 * and memory, with the devices that pin it; no metadata, no other devices, no features of the CPU.
 * -EBADMSG also beyond limits that are narrower than for the guest itself.
 */
int acdr_domain_skim(const char *xml, size_t len, struct acdr_domain **ret, struct acdr_err *e);
/* The index of the vCPU with this number among those online at start, from 0; -1: none. */
int acdr_domain_vcpu(const struct acdr_domain *d, int id);
/* True if the XML pins any vCPU that is online at start. */
bool acdr_domain_pinned(const struct acdr_domain *d);
/* The CPUs that libvirt binds QEMU's main thread and iothread ID to, by the XML; NULL: none. */
const struct acdr_bitmap *acdr_domain_emulator_set(const struct acdr_domain *d);
const struct acdr_bitmap *acdr_domain_iothread_set(const struct acdr_domain *d, int id);
/* True if the XML says anything about the placement of threads or memory. */
bool acdr_domain_placed(const struct acdr_domain *d);
/* True if <memnode> binds the memory of any guest NUMA cell. */
bool acdr_domain_has_memnodes(const struct acdr_domain *d);
/* True if the numatune confines all memory to its nodes (strict, restrictive). */
bool acdr_domain_confines_memory(const struct acdr_domain *d);
/* Remove all pins and numatune from D. */
void acdr_domain_unpin(struct acdr_domain *d);
/* The huge page size of a guest NUMA cell's memory (cells are numbered from 0 in order; use 0 if
 * there are none): 0 the host's default size, -1 ordinary pages. */
long long acdr_domain_page_kb(const struct acdr_domain *d, size_t cell);
/* True if the kernel pins the guest's memory for a device of this bus: by VFIO or by vDPA. */
bool acdr_domain_bus_pins(const char *bus);
/*
 * Why the kernel cannot move the guest's memory to another node: "its memory is pinned ..."; NULL:
 * the XML gives no reason. Locked memory can be moved: mlock(2) only prevents swapping. A device of
 * bus network is not resolved here. The caller frees *RET. 0 or -ENOMEM.
 */
int acdr_domain_memory_pinned(const struct acdr_domain *d, char **ret);
void acdr_domain_free(struct acdr_domain *d);
ACDR_AUTO_DEFINE(struct acdr_domain, acdr_domain_free);

#endif
