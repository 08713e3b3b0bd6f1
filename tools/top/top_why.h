/* What disturbs a guest, asked beside the page that goes on: the answer as text. */
#ifndef ACDR_TOOLS_TOP_WHY_H
#define ACDR_TOOLS_TOP_WHY_H

#include <acdr/acdr.h>

struct acdr_top_why;

/* Begin to watch GUEST of the host under ROOT for SECONDS, in a thread with a handle of its own.
 * NULL: no memory, or no thread. */
struct acdr_top_why *acdr_top_why_begin(const char *root, const char *guest, int seconds);
/* The answer, or why there is none; NULL: not yet. Stays W's. */
const char *acdr_top_why_text(struct acdr_top_why *w);
/* It is not wanted any more: a thread that still runs ends by itself, and frees W. */
void acdr_top_why_drop(struct acdr_top_why *w);

#endif
