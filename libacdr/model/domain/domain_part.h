/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of a domain, each read from the <domain> element; private to domain*.c. 0, or -EBADMSG
 * with the line in E, or -ENOMEM.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_PART_H
#define ACDR_MODEL_DOMAIN_DOMAIN_PART_H

#include "domain.h"
#include "domain_xml.h"

/* acdr_domain_parse() of what LIMITS keep. */
int acdr_domain_parse_part(const char *xml, size_t len, const struct acdr_xml_limits *limits,
                           struct acdr_domain **ret, struct acdr_err *e);
/* vcpu, vcpus, cputune, iothreads. */
int acdr_domain_cpu_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
/* cpu/numa, numatune, memoryBacking. */
int acdr_domain_mem_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
/* devices: interfaces, disks, shared memory, the balloon; and assigned host devices. */
int acdr_domain_dev_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
int acdr_domain_device_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
/* The PCI address in an <address>, as "0000:3b:00.0"; the caller frees. */
int acdr_domain_pci_read(const struct acdr_xml *address, char **ret, struct acdr_err *e);
/* memory, currentMemory, memory devices; call after the two above. */
int acdr_domain_amount_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
/* True if this is the processor's base page size, not a huge page size. */
bool acdr_domain_is_ordinary(long long kb);
/* qemu:commandline; sets one_thread. */
int acdr_domain_qemu_args_read(struct acdr_domain *d, const struct acdr_xml *dom,
                               struct acdr_err *e);
/* metadata; sets class_name or tag_error, or neither. */
int acdr_domain_tag_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);
/* title, metadata of others; call after the name. */
int acdr_domain_labels_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e);

#endif
