/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libxml2, loaded when a document is first edited: it brings ICU and a C++ library with it, which
 * would cost each hook and command a millisecond and each untagged guest nothing useful. */
#ifndef ACDR_MODEL_DOMAIN_XML2_CALLS_H
#define ACDR_MODEL_DOMAIN_XML2_CALLS_H

#include <libxml/parser.h>

#include "err.h"

#define ACDR_XML2_CALLS(call)                                                                      \
    call(xmlInitParser) call(xmlNewParserCtxt) call(xmlFreeParserCtxt) call(xmlCtxtReadMemory)     \
        call(xmlFreeDoc) call(xmlByteConsumed)

struct acdr_xml2_calls {
#define ACDR_XML2_MEMBER(name) __typeof__(&name) name;
    ACDR_XML2_CALLS(ACDR_XML2_MEMBER)
#undef ACDR_XML2_MEMBER
};

/* 0; -ELIBACC: libxml2 is not installed. The library stays loaded. */
int acdr_xml2_load(struct acdr_xml2_calls *ret, struct acdr_err *e);

#endif
