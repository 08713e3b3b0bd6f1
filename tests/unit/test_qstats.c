/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers of the kernel about queues, made by hand: whole, cut anywhere, with any bit turned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "qstats.h"

struct answer {
    unsigned char data[512];
    size_t len;
};

struct seen {
    struct acdr_qstat v[8];
    int n;
};

static void see(void *arg, const struct acdr_qstat *q)
{
    struct seen *s = arg;

    if (s->n < 8)
        s->v[s->n++] = *q;
}

static void add(struct answer *a, const void *data, size_t len)
{
    memcpy(a->data + a->len, data, len);
    a->len = NLMSG_ALIGN(a->len + len);
}

static void add_attr(struct answer *a, uint16_t type, uint64_t value, size_t len)
{
    struct nlattr head = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type };

    add(a, &head, sizeof(head));
    add(a, &value, len); /* of a little-endian machine, as all that this is built for are */
}

static void add_queue(struct answer *a, int ifindex, int tx, int queue, uint64_t packets)
{
    struct genlmsghdr genl = { .cmd = 12, .version = 1 };
    struct nlmsghdr h = { .nlmsg_type = 31 };
    size_t at = a->len;

    add(a, &h, sizeof(h));
    add(a, &genl, sizeof(genl));
    add_attr(a, 1, (uint64_t)ifindex, 4);
    add_attr(a, 2, (uint64_t)tx, 4);
    add_attr(a, 3, (uint64_t)queue, 4);
    add_attr(a, tx ? 10 : 8, packets, packets >> 32 ? 8 : 4);
    add_attr(a, 99, 5, 4);
    h.nlmsg_len = (uint32_t)(a->len - at);
    memcpy(a->data + at, &h, sizeof(h));
}

static void add_end(struct answer *a, uint16_t type, int32_t code)
{
    struct nlmsghdr h = { .nlmsg_len = NLMSG_HDRLEN + sizeof(code), .nlmsg_type = type };

    add(a, &h, sizeof(h));
    add(a, &code, sizeof(code));
}

/* From memory that ends where the answer does, so that a step too far is seen. */
static int parse(const struct answer *a, size_t len, struct seen *s)
{
    unsigned char *copy = malloc(len ? len : 1);
    int rc;

    assert_non_null(copy);
    memcpy(copy, a->data, len);
    *s = (struct seen){ .n = 0 };
    rc = acdr_qstats_parse(copy, len, see, s);
    free(copy);
    return rc;
}

static void each_queue_is_told(void **state)
{
    struct answer a = { .len = 0 };
    struct seen s;

    (void)state;
    add_queue(&a, 4, 0, 0, 24231);
    add_queue(&a, 4, 1, 7, 5000000000);
    assert_int_equal(parse(&a, a.len, &s), 1);
    assert_int_equal(s.n, 2);
    assert_true(s.v[0].ifindex == 4 && !s.v[0].tx && s.v[0].queue == 0);
    assert_true(s.v[0].packets > 24230 && s.v[0].packets < 24232 && s.v[0].bytes < 0);
    assert_true(s.v[1].tx && s.v[1].queue == 7 && s.v[1].packets > 4999999999);
    add_end(&a, NLMSG_DONE, 0);
    assert_int_equal(parse(&a, a.len, &s), 0);
    assert_int_equal(s.n, 2);
}

static void what_the_kernel_refuses_is_passed_on(void **state)
{
    struct answer done = { .len = 0 }, error = { .len = 0 }, odd = { .len = 0 };
    struct seen s;

    (void)state;
    add_end(&done, NLMSG_DONE, -EOPNOTSUPP);
    assert_int_equal(parse(&done, done.len, &s), -EOPNOTSUPP);
    add_end(&error, NLMSG_ERROR, -ENODEV);
    assert_int_equal(parse(&error, error.len, &s), -ENODEV);
    add_end(&odd, NLMSG_ERROR, 5);
    assert_int_equal(parse(&odd, odd.len, &s), -EBADMSG);
}

static void a_damaged_answer_gives_no_queue_that_is_not_there(void **state)
{
    struct answer a = { .len = 0 }, b;
    struct seen s;

    (void)state;
    add_queue(&a, 4, 0, 0, 24231);
    add_end(&a, NLMSG_DONE, 0);
    for (size_t len = 0; len < a.len; len++) {
        parse(&a, len, &s);
        assert_true(s.n == (len >= a.len - NLMSG_HDRLEN - sizeof(int32_t)));
    }
    for (size_t i = 0; i < a.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            b = a;
            b.data[i] ^= (unsigned char)(1 << bit);
            assert_true(parse(&b, b.len, &s) <= 1 && s.n <= 1);
        }
    }
}

/* One that says that it is longer than what there is tells nothing. */
static void a_number_that_does_not_fit_is_not_read(void **state)
{
    struct nlattr long_one = { .nla_len = 64, .nla_type = 8 };
    struct answer a = { .len = 0 };
    struct nlmsghdr h;
    struct seen s;

    (void)state;
    add_queue(&a, 4, 0, 3, 24231);
    memcpy(a.data + a.len - 2 * (NLA_HDRLEN + 4), &long_one, sizeof(long_one));
    memcpy(&h, a.data, sizeof(h));
    assert_int_equal(h.nlmsg_len, a.len);
    assert_int_equal(parse(&a, a.len, &s), 1);
    assert_int_equal(s.n, 1);
    assert_true(s.v[0].queue == 3 && s.v[0].packets < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_queue_is_told),
        cmocka_unit_test(what_the_kernel_refuses_is_passed_on),
        cmocka_unit_test(a_number_that_does_not_fit_is_not_read),
        cmocka_unit_test(a_damaged_answer_gives_no_queue_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
