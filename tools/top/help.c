/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The help page of acdr top. Knows the keys of each page, as keys.c has them. */
#include <stdio.h>
#include <stdlib.h>

#include "top_columns.h"
#include "top_texts.h"

static const char general_keys[] =
    "Everywhere\n"
    "  h, ?           this page, and back\n"
    "  q, Esc         back; on the page of all guests: quit\n"
    "  p, Space       pause, go on\n"
    "  +, -           a longer, a shorter interval\n"
    "  arrows, j, k   one line; PgUp, PgDn, Home, End: a page, all\n";

static const char *keys_of_page(enum top_page page)
{
    switch (page) {
    case TOP_PAGE_GUESTS:
        return "All guests\n"
               "  Enter          open the guest under the bar\n"
               "  s, S           sort by the next column; reverse the order\n";
    case TOP_PAGE_LAYER:
        return "A guest\n"
               "  t, c, n, m     its threads, cores, network interfaces, memory\n"
               "  w              search for what disturbs it, for 10 seconds\n"
               "  x              try another class on it; nothing changes before you confirm\n"
               "  s, S           sort by the next column; reverse the order\n";
    case TOP_PAGE_WHY:
        return "What disturbs the guest\n"
               "  w              search again\n";
    case TOP_PAGE_CLASSES:
        return "Try a class\n"
               "  Enter          show what the class would do; nothing is changed yet\n";
    case TOP_PAGE_PLAN:
        return "What the class would do\n"
               "  y              try it for a minute, then it is reverted\n"
               "  n              choose another class\n";
    case TOP_PAGE_TRIAL:
        break;
    }
    return "A trial\n"
           "  k              keep the class until the guest stops\n"
           "  u, q           revert it now\n";
}

static void print_columns(FILE *f, const struct top_layer_columns *l)
{
    fprintf(f, "\nColumns, from the left; a wider terminal has more of them. - is not known.\n");
    for (int i = 0; i < l->n; i++)
        fprintf(f, "  %-14s %s\n", l->columns[i].head, l->columns[i].means);
}

char *top_help(const struct top_state *s)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    fprintf(f, "%s\n%s", keys_of_page(s->page), general_keys);
    if (s->page <= TOP_PAGE_LAYER)
        print_columns(f, &top_layers[s->layer]);
    else if (s->page == TOP_PAGE_TRIAL)
        fprintf(f, "\nBEFORE and AFTER are means of the samples on either side of the change.\n");
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}
