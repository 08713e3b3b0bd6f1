/* Which libacdr this is. */
#include "acdr/base.h"
#include "export.h"

ACDR_API const char *acdr_version(void)
{
    return ACDR_VERSION;
}
