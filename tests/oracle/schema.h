/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is a domain what libvirt's own schema says one is? */
#ifndef ACDR_TESTS_ORACLE_SCHEMA_H
#define ACDR_TESTS_ORACLE_SCHEMA_H

/* 1: valid; 0: not; -1: there is no schema on this machine. */
int schema_takes(const char *xml);

#endif
