/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words that are no command or option, and what was meant: the one with the fewest letters to
 * change. Knows only spelling. */
#include <string.h>

#include "commands.h"

enum { LONGEST = 24, NEAR = 2, SHARE = 3 /* of the letters may differ: a third */ };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many letters are to be put in, left out, replaced, or exchanged with their neighbour. */
static int distance(const char *a, const char *b)
{
    int d[LONGEST + 1][LONGEST + 1];
    int n = (int)strlen(a), m = (int)strlen(b);

    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= m; j++) {
            if (!i || !j) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                            least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

struct nearest {
    const char *text, *word;
    int far;
};

/* A beginning of the word counts as near, too. */
static void consider(struct nearest *n, const char *word)
{
    size_t len = strlen(n->text);
    int far = len > 2 && strncmp(word, n->text, len) == 0 ? 1 : distance(n->text, word);

    if (far < n->far && SHARE * far <= (int)len) {
        n->far = far;
        n->word = word;
    }
}

/* A word of the command line, as it may be shown. */
static const char *shown(const char *word)
{
    static char text[80];

    snprintf(text, sizeof(text), "%s", word);
    acdr_printable(text);
    return text;
}

static int say(const char *what, const char *word, const char *dashes, const char *meant)
{
    fprintf(stderr, "acdr: %s '%s'", what, word);
    if (meant)
        fprintf(stderr, "; did you mean '%s%s'?", dashes, meant);
    fputs("\nTry 'acdr --help'.\n", stderr);
    return 2;
}

int refuse_command(const struct tool_command *const *commands, const char *name)
{
    struct nearest n = { .text = name, .far = NEAR + 1 };

    for (const struct tool_command *const *c = commands; *c; c++)
        consider(&n, (*c)->name);
    return say("no command", shown(name), "", n.word);
}

int refuse_option(int answer, int letter, const char *word)
{
    char name[80];
    struct nearest n = { .text = name + 2, .far = NEAR + 1 };

    snprintf(name, sizeof(name), "%s", shown(word));
    name[strcspn(name, "=")] = '\0';
    if (letter >= ' ')
        snprintf(name, sizeof(name), "-%c", letter);
    if (answer == ':') {
        fprintf(stderr, "acdr: option '%s' requires an argument\nTry 'acdr --help'.\n", name);
        return 2;
    }
    if (letter > 0 && letter < ' ')
        return say("no argument goes with", name, "", NULL);
    for (int i = 0; i < TOOL_OPTIONS && letter == 0; i++)
        consider(&n, tool_options[i].name);
    return say("unrecognized option", name, "--", n.word);
}
