/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks libvirt's RELAX NG schema, which Debian's libvirt0 installs. */
#include "schema.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <string.h>

#define SCHEMA "/usr/share/libvirt/schemas/domain.rng"

static void be_silent(void *arg, const char *fmt, ...)
{
    (void)arg;
    (void)fmt;
}

/* Read once: it is a large document. */
static xmlRelaxNG *read_schema(void)
{
    static xmlRelaxNG *schema;
    static int tried;
    xmlRelaxNGParserCtxt *p = tried++ ? NULL : xmlRelaxNGNewParserCtxt(SCHEMA);

    if (p) {
        xmlSetGenericErrorFunc(NULL, be_silent);
        schema = xmlRelaxNGParse(p);
        xmlRelaxNGFreeParserCtxt(p);
    }
    return schema;
}

int schema_takes(const char *xml)
{
    xmlRelaxNG *schema = read_schema();
    xmlDoc *doc = schema ? xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
                                         XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
                         : NULL;
    xmlRelaxNGValidCtxt *v = doc ? xmlRelaxNGNewValidCtxt(schema) : NULL;
    int r;

    if (!schema)
        return -1;
    if (v)
        xmlRelaxNGSetValidErrors(v, be_silent, be_silent, NULL);
    r = v && xmlRelaxNGValidateDoc(v, doc) == 0;
    xmlRelaxNGFreeValidCtxt(v);
    xmlFreeDoc(doc);
    return r;
}
