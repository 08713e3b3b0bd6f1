/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a domain's XML says for the rules of map.conf, and which rule fits it. Knows the metadata of
 * Nova and of oVirt; knows no host.
 */
#ifndef ACDR_MODEL_DOMAIN_LABEL_H
#define ACDR_MODEL_DOMAIN_LABEL_H

#include "domain.h"
#include "map.h"

/* One thing that the XML says; some it says twice, as a project's name and ID. */
struct acdr_label {
    enum acdr_map_key key;
    char *property; /* NULL: a key without one */
    char *value;
};

/* The first label of that key and property, or NULL. */
const struct acdr_label *acdr_domain_label(const struct acdr_domain *d, enum acdr_map_key key,
                                           const char *property);
/* The first test of R that the domain does not pass, while no alternative to it fits either; NULL:
 * R fits. */
const struct acdr_map_test *acdr_map_rule_lacks(const struct acdr_map_rule *r,
                                                const struct acdr_domain *d);
/* The first rule that fits; NULL: none does. */
const struct acdr_map_rule *acdr_map_find(const struct acdr_map *m, const struct acdr_domain *d);
/*
 * Give the domain the class of the first rule that fits, unless its tag counts more: sets
 * class_name or tag_error, and class_by. 0 or -ENOMEM.
 */
int acdr_map_apply(const struct acdr_map *m, struct acdr_domain *d);
/* Forget what map and tag say: the class is NAMES, by BY. 0 or -ENOMEM. */
int acdr_domain_set_class(struct acdr_domain *d, const char *names, const char *by);
void acdr_domain_labels_free(struct acdr_domain *d);

#endif
