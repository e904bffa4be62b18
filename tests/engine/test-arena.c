/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-arena.h"
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/core/pel-tensor.h"

#include <string.h>

static void
test_try_alloc (void)
{
  static const gsize bad[][2] = {
    { G_MAXSIZE, 2 }, { G_MAXSIZE, 1 }, { G_MAXSIZE / 4, 5 }, { G_MAXSSIZE, 1 }
  };

  for (gsize n = 0; n < 300; n += 7)
    {
      char *block = pel_try_alloc (n, 3, NULL);

      g_assert_nonnull (block);
      g_assert_cmpuint ((guintptr)block % 64, ==, 0);
      memset (block, 1, n * 3);
      pel_aligned_free (block);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pel_try_alloc (bad[i][0], bad[i][1], &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
    }
  pel_aligned_free (NULL);
}

/* Random lifetimes: whoever lives at the same step keeps what was written. */
static void
test_lifetimes (void)
{
  PelRandom random;

  pel_random_init (&random, 3, 0);
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (PelArena) arena = pel_arena_new ();
      guint n = 1 + pel_random_below (&random, 40), n_steps = 20;
      gsize sizes[40], total = 0, peak = 0;
      guint first[40], last[40], buffers[40];

      for (guint i = 0; i < n; i++)
        {
          sizes[i] = pel_random_below (&random, 5000);
          first[i] = pel_random_below (&random, n_steps);
          last[i] = first[i] + pel_random_below (&random, n_steps - first[i]);
          buffers[i] = pel_arena_reserve (arena, sizes[i], 1, first[i], last[i]);
          total += (sizes[i] + 63) / 64 * 64;
        }
      g_assert_cmpuint (pel_arena_get_bytes (arena), ==, 0);
      g_assert_true (pel_arena_commit (arena, NULL));

      for (guint step = 0; step < n_steps; step++)
        {
          gsize alive = 0;

          for (guint i = 0; i < n; i++)
            if (first[i] == step)
              memset (pel_arena_get (arena, buffers[i]), (int)i + 1, sizes[i]);
          for (guint i = 0; i < n; i++)
            if (first[i] <= step && step <= last[i])
              {
                const guint8 *block = pel_arena_get (arena, buffers[i]);

                alive += (sizes[i] + 63) / 64 * 64;
                g_assert_cmpuint ((guintptr)block % 64, ==, 0);
                for (gsize j = 0; j < sizes[i]; j++)
                  g_assert_cmpuint (block[j], ==, i + 1);
              }
          peak = MAX (peak, alive);
        }
      g_assert_cmpuint (pel_arena_get_bytes (arena), >=, peak);
      g_assert_cmpuint (pel_arena_get_bytes (arena), <=, total);
    }
}

static void
test_reuse (void)
{
  g_autoptr (PelArena) arena = pel_arena_new ();
  guint a = pel_arena_reserve (arena, 1000, 4, 0, 1);
  guint b = pel_arena_reserve (arena, 1000, 4, 2, 3);
  guint c = pel_arena_reserve (arena, 10, 4, 1, 2);

  g_assert_true (pel_arena_commit (arena, NULL));
  g_assert_true (pel_arena_get (arena, a) == pel_arena_get (arena, b));
  g_assert_true (pel_arena_get (arena, a) != pel_arena_get (arena, c));
  g_assert_cmpuint (pel_arena_get_bytes (arena), ==, 4032 + 64);
}

static void
test_too_large (void)
{
  static const gsize sizes[][2] = { { G_MAXSIZE, 8 }, { G_MAXSSIZE - 100, 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PelArena) arena = pel_arena_new ();
      g_autoptr (GError) error = NULL;

      pel_arena_reserve (arena, 100, 1, 0, 1);
      pel_arena_reserve (arena, sizes[i][0], sizes[i][1], 0, 1);
      g_assert_false (pel_arena_commit (arena, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
    }
}

static void
test_tensor (void)
{
  g_auto (PelTensor) tensor = { 0 };
  g_autoptr (GError) error = NULL;
  gsize count;

  g_assert_true (pel_shape_count ((PelShape){ 2, 3, 4, 5 }, &count));
  g_assert_cmpuint (count, ==, 120);
  g_assert_false (pel_shape_count ((PelShape){ G_MAXUINT, G_MAXUINT, 2, 1 }, &count));
  g_assert_false (pel_shape_count ((PelShape){ G_MAXUINT, G_MAXUINT / 4, 1, 1 }, &count));

  g_assert_true (pel_tensor_init (&tensor, (PelShape){ 2, 3, 4, 5 }, &error));
  for (guint i = 0; i < 120; i++)
    g_assert_true (tensor.data[i] == 0.0f);
  g_assert_true (pel_tensor_image (&tensor, 1) == tensor.data + 60);
  g_assert_true (pel_shape_equal (tensor.shape, (PelShape){ 2, 3, 4, 5 }));
  g_assert_false (pel_shape_equal (tensor.shape, (PelShape){ 2, 3, 5, 4 }));
  pel_tensor_clear (&tensor);
  g_assert_null (tensor.data);

  g_assert_false (
      pel_tensor_init (&tensor, (PelShape){ G_MAXUINT, G_MAXUINT, G_MAXUINT, 1 }, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arena/try-alloc", test_try_alloc);
  g_test_add_func ("/arena/lifetimes", test_lifetimes);
  g_test_add_func ("/arena/reuse", test_reuse);
  g_test_add_func ("/arena/too-large", test_too_large);
  g_test_add_func ("/arena/tensor", test_tensor);
  return g_test_run ();
}
