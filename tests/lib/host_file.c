/* Unpacking hosts. See host_file.h. */
#include "host_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpus.h"
#include "host_tree.h"

static void die(const char *what, const char *line)
{
    fprintf(stderr, "host file: %s: %s\n", what, line);
    abort();
}

static void make_folders(char *full, size_t root_len)
{
    for (char *p = strchr(full + root_len + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        mkdir(full, 0755);
        *p = '/';
    }
}

/* Append, so that a file of several lines is several lines of the text. */
static void add_line(const char *root, const char *path, const char *line, size_t len)
{
    char full[1024];
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", root, path);
    if (path[strlen(path) - 1] == '/') {
        make_folders(full, strlen(root));
        return;
    }
    f = host_tree_open(full, strlen(root), "a");
    if (fwrite(line, 1, len, f) != len || fclose(f) != 0)
        die("cannot write", full);
}

static void __attribute__((format(printf, 3, 4))) add(const char *root, const char *path,
                                                      const char *fmt, ...)
{
    char *line;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&line, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort();
    add_line(root, path, line, (size_t)n);
    free(line);
}

/* "/sys/.../cpu{0,36}/...": one file for each number in the braces. */
static void add_file(const char *root, const char *path, const char *content)
{
    const char *open = strchr(path, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    char one[1024], *list;
    struct acdr_cpus set;

    if (!close) {
        add(root, path, "%s\n", content);
        return;
    }
    list = strndup(open + 1, (size_t)(close - open - 1));
    if (!list || acdr_cpus_parse_list(&set, list) < 0)
        die("no cpulist in the braces", path);
    free(list);
    ACDR_CPUS_FOR(n, &set) {
        snprintf(one, sizeof(one), "%.*s%d%s", (int)(open - path), path, n, close + 1);
        add(root, one, "%s\n", content);
    }
}

/* thread PID TID NAME FLAGS START CPUS; the main thread is the process's stat as well. */
static void add_thread(const char *root, char **f)
{
    static const char stat[] =
        "%s (%s) S 1 1 1 0 -1 %lu 0 0 0 0 0 0 0 0 20 0 1 0 %s 0 0 18446744073709551615\n";
    unsigned long flags = strtoul(f[4], NULL, 16);
    char path[128];

    snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", f[1], f[2]);
    add(root, path, stat, f[2], f[3], flags, f[5]);
    snprintf(path, sizeof(path), "/proc/%s/task/%s/status", f[1], f[2]);
    add(root, path, "Name:\t%s\nCpus_allowed_list:\t%s\n", f[3], f[6]);
    if (strcmp(f[1], f[2]))
        return;
    snprintf(path, sizeof(path), "/proc/%s/stat", f[1]);
    add(root, path, stat, f[2], f[3], flags, f[5]);
    snprintf(path, sizeof(path), "/proc/%s/comm", f[1]);
    add(root, path, "%s\n", f[3]);
}

/* irq NUM NAMES CPUS */
static void add_irq(const char *root, char **f)
{
    char path[128];

    snprintf(path, sizeof(path), "/proc/irq/%s/smp_affinity_list", f[1]);
    add(root, path, "%s\n", f[3]);
    snprintf(path, sizeof(path), "/sys/kernel/irq/%s/actions", f[1]);
    add(root, path, "%s\n", f[2]);
}

/* link PATH TARGET */
static void add_link(const char *root, char **f)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", root, f[1]);
    make_folders(full, strlen(root));
    if (symlink(f[2], full) < 0)
        die("cannot make the link", full);
}

/* args PID WORDS: a command line, a NUL behind each word. */
static void add_args(const char *root, char **f)
{
    size_t len = strlen(f[2]);
    char path[128];

    for (char *p = f[2]; *p; p++)
        if (*p == ' ')
            *p = '\0';
    snprintf(path, sizeof(path), "/proc/%s/cmdline", f[1]);
    add_line(root, path, f[2], len + 1);
}

static void unpack_line(const char *root, char *line)
{
    char *f[8] = { 0 };
    char *next = line;
    int n = 0;

    if (*line == '/') {
        f[0] = strsep(&next, "\t");
        add_file(root, f[0], next ? next : "");
        return;
    }
    while (next && n < 8)
        f[n++] = strsep(&next, "\t");
    if (!strcmp(f[0], "thread") && n == 7)
        add_thread(root, f);
    else if (!strcmp(f[0], "irq") && n == 4)
        add_irq(root, f);
    else if (!strcmp(f[0], "args") && n == 3)
        add_args(root, f);
    else if (!strcmp(f[0], "link") && n == 3)
        add_link(root, f);
    else
        die("is no line of a host", line);
}

void host_file_unpack(const char *root, char *text)
{
    char *next = text;

    while (next) {
        char *line = strsep(&next, "\n");

        if (*line && *line != '#')
            unpack_line(root, line);
    }
}

char *host_file_read(const char *path)
{
    const char *source = getenv("ACDR_SOURCE");
    char full[1024];
    char *text = NULL;
    size_t size = 0;
    FILE *f;

    snprintf(full, sizeof(full), "%s/%s", source ? source : ".", path);
    f = fopen(full, "r");
    if (!f)
        return NULL;
    if (getdelim(&text, &size, '\0', f) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(f);
    return text;
}

char *host_file_tree(const char *path)
{
    char *text = host_file_read(path);
    char *root = host_tree_new();

    if (!text)
        die("is not there", path);
    host_file_unpack(root, text);
    free(text);
    return root;
}
