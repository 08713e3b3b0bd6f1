/*
 * Walking a JSON text without copying it. A position is a pointer to a value's first character;
 * NULL stands for "there is none", and every call takes it. The text is what another program
 * sent: it is walked within its end, to any depth, and what is malformed is not there.
 */
#ifndef ACDR_MODEL_JSON_H
#define ACDR_MODEL_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* The value at the beginning of TEXT. */
const char *acdr_json_start(const char *text);
/* The first element of an array, or of an object: its keys, and each behind one its value. */
const char *acdr_json_first(const char *v);
/* What follows V in its array or object. */
const char *acdr_json_next(const char *v);
/* The value of a key in an object; the I-th element of an array. */
const char *acdr_json_member(const char *v, const char *key);
const char *acdr_json_item(const char *v, size_t i);
/* The string V into BUF, cut where it is long, its escapes as they are; "" where it is none. */
void acdr_json_text(const char *v, char *buf, size_t size);
bool acdr_json_is(const char *v, const char *text);
/* The first character behind the value, NULL where it does not end: it has not all come yet. */
const char *acdr_json_end(const char *v);

#endif
