/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host written down as text, one fact a line (tests/hosts/README.md tells the form), unpacked
 * below a folder.
 */
#ifndef ACDR_TESTS_LIB_HOST_FILE_H
#define ACDR_TESTS_LIB_HOST_FILE_H

/* Unpack TEXT below ROOT. Ends the test program on a line of another form. */
void host_file_unpack(const char *root, const char *text);
/* A whole file PATH below the source folder; the caller frees it. NULL where it is not there. */
char *host_file_read(const char *path);
/* Copy the shipped classes to /etc/acdr/classes below ROOT. */
void host_file_classes(const char *root);
/* Make a folder for trees and unpack the text file PATH of the source folder in it. */
char *host_file_tree(const char *path);

#endif
