/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-rect.h"

static void
test_intersect (void)
{
  PelRect a = { 0, 0, 10, 10 };
  PelRect b = { 8, 9, 10, 10 };
  PelRect c = { 10, 0, 5, 5 };
  PelRect out;

  g_assert_true (pel_rect_intersect (&a, &b, &out));
  g_assert_cmpint (out.x, ==, 8);
  g_assert_cmpint (out.y, ==, 9);
  g_assert_cmpint (out.width, ==, 2);
  g_assert_cmpint (out.height, ==, 1);

  /* Touching edges share no pixel. */
  g_assert_false (pel_rect_intersect (&a, &c, &out));
  g_assert_true (pel_rect_is_empty (&out));

  /* Far corners do not overflow. */
  PelRect far = { G_MAXINT - 1, G_MAXINT - 1, 100, 100 };
  g_assert_false (pel_rect_intersect (&a, &far, NULL));
}

static void
test_union (void)
{
  PelRect a = { -3, 2, 4, 4 };
  PelRect b = { 5, 0, 1, 1 };
  PelRect empty = { 100, 100, 0, 7 };
  PelRect out;

  pel_rect_union (&a, &b, &out);
  g_assert_cmpint (out.x, ==, -3);
  g_assert_cmpint (out.y, ==, 0);
  g_assert_cmpint (out.width, ==, 9);
  g_assert_cmpint (out.height, ==, 6);

  pel_rect_union (&a, &empty, &a);
  g_assert_cmpint (a.width, ==, 4);
  pel_rect_union (&empty, &b, &out);
  g_assert_cmpint (out.x, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rect/intersect", test_intersect);
  g_test_add_func ("/rect/union", test_union);
  return g_test_run ();
}
