/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_get [KEY|INDEX...]: reads one JSON text on stdin and prints the value at that path: text as
 * it is, a list or map as its size. 1: not JSON; 2: nothing at that path.
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

static void print(const json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_STRING:
        puts(json_string_value(j));
        break;
    case JSON_INTEGER:
        printf("%lld\n", (long long)json_integer_value(j));
        break;
    case JSON_OBJECT:
        printf("%zu\n", json_object_size(j));
        break;
    case JSON_ARRAY:
        printf("%zu\n", json_array_size(j));
        break;
    default:
        puts(json_is_true(j) ? "true" : json_is_false(j) ? "false" : "null");
    }
}

int main(int argc, char **argv)
{
    json_error_t error;
    json_t *root = json_loadf(stdin, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        fprintf(stderr, "not JSON: line %d: %s\n", error.line, error.text);
        return 1;
    }
    const json_t *j = root;
    for (int i = 1; i < argc && j; i++)
        j = json_is_array(j) ? json_array_get(j, (size_t)atol(argv[i]))
                             : json_object_get(j, argv[i]);
    if (j)
        print(j);
    else
        fprintf(stderr, "nothing at that path\n");
    json_decref(root);
    return j ? 0 : 2;
}
