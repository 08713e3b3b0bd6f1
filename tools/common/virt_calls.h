/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls of libvirt that the command makes. The library, with the twenty that it needs, takes
 * most of the time of a short command: it is loaded by those that talk to libvirt.
 */
#ifndef ACDR_TOOLS_COMMON_VIRT_CALLS_H
#define ACDR_TOOLS_COMMON_VIRT_CALLS_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <acdr/base.h>

#define VIRT_CALLS(X)                                                                              \
    X(virConnectClose)                                                                             \
    X(virConnectDomainEventRegisterAny)                                                            \
    X(virConnectOpen)                                                                              \
    X(virConnectOpenReadOnly)                                                                      \
    X(virConnectRegisterCloseCallback)                                                             \
    X(virConnectUnregisterCloseCallback)                                                           \
    X(virDomainCreate)                                                                             \
    X(virDomainCreateXML)                                                                          \
    X(virDomainFree)                                                                               \
    X(virDomainGetName)                                                                            \
    X(virDomainGetXMLDesc)                                                                         \
    X(virDomainHasManagedSaveImage)                                                                \
    X(virDomainIsActive)                                                                           \
    X(virDomainIsPersistent)                                                                       \
    X(virDomainLookupByName)                                                                       \
    X(virDomainLookupByUUIDString)                                                                 \
    X(virDomainSetMetadata)                                                                        \
    X(virEventAddHandle)                                                                           \
    X(virEventAddTimeout)                                                                          \
    X(virEventRegisterDefaultImpl)                                                                 \
    X(virEventRemoveHandle)                                                                        \
    X(virEventRemoveTimeout)                                                                       \
    X(virEventRunDefaultImpl)                                                                      \
    X(virGetLastError)                                                                             \
    X(virGetLastErrorMessage)                                                                      \
    X(virSetErrorFunc)

struct virt_calls {
#define VIRT_CALL(name) __typeof__(name) *name;
    VIRT_CALLS(VIRT_CALL)
#undef VIRT_CALL
};

/* Load libvirt, once. NULL with E: it is not installed, or lacks a call. Not for several threads.
 */
const struct virt_calls *virt_load(struct acdr_err *e);

#endif
