/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's handle, as the engine sees it. */
#ifndef ACDR_ENGINE_HANDLE_H
#define ACDR_ENGINE_HANDLE_H

#include "class.h"
#include "log.h"
#include "map.h"
#include "place_hints.h"
#include "root.h"

struct acdr_domain; /* domain.h */

struct acdr {
    struct acdr_root *root;
    struct acdr_config *config; /* the defaults if config_err is set */
    struct acdr_err config_err;
    struct acdr_map *map; /* NULL: there is no map.conf, or map_err is set */
    struct acdr_err map_err;
    struct acdr_section *sections;
    struct acdr_log log;
    char *folder; /* of a recorded host, removed at the end; NULL: none */
};

/* As acdr_open() and acdr_close() in acdr/base.h. */
int acdr_handle_open(const char *root, struct acdr **ret, struct acdr_err *e);
/* As acdr_open_recording(); FROM ("/") provides classes that the recording lacks. */
int acdr_handle_open_recording(const char *text, size_t len, const char *from, struct acdr **ret,
                               struct acdr_err *e);
void acdr_handle_close(struct acdr *a);

/* Without a right acdr.conf nothing is done for anybody: 0, or its error. */
int acdr_handle_check(const struct acdr *a, struct acdr_err *e);
/* Give a domain without a tag the class that map.conf says (label.h). 0, the error of map.conf if
 * it is wrong, or -ENOMEM. */
int acdr_handle_map(const struct acdr *a, struct acdr_domain *d, struct acdr_err *e);
/* The class called NAME, with the known steps. As acdr_class_read(). */
int acdr_handle_class(struct acdr *a, const char *name, struct acdr_class **ret,
                      struct acdr_err *e);
/* What the steps of a class require of the place of a guest called NAME, from the class and
 * acdr.conf alone, without the host. */
void acdr_handle_hints(const struct acdr *a, const struct acdr_class *class, const char *name,
                       struct acdr_place_hints *ret);

#endif
