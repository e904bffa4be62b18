/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/train/pel-augment-strength.h"
#include "engine/train/pel-augment.h"
#include "engine/train/pel-warp.h"

static const PelAugmentConfig strong = {
  .flips = TRUE,
  .rotation = 180.0,
  .scale = 1.3,
  .elastic = 40.0,
  .elastic_grid = 3,
  .warp_share = 1.0,
  .brightness = 0.2,
  .contrast = 1.5,
  .gamma = 1.5,
  .blur = 1.5,
  .blur_share = 1.0,
  .noise = 0.1,
  .noise_share = 1.0,
  .invert_share = 0.5,
};

/* A plain version of the map, in double precision and without any table: the reference. */
static double
keys_reference (double t)
{
  const double a = -0.5;
  t = fabs (t);
  if (t <= 1.0)
    return (a + 2.0) * t * t * t - (a + 3.0) * t * t + 1.0;
  if (t < 2.0)
    return a * t * t * t - 5.0 * a * t * t + 8.0 * a * t - 4.0 * a;
  return 0.0;
}

static double
surface_reference (const PelWarp *warp, const double *points, double x, double y)
{
  gint n = (gint)warp->grid;
  double u = x / warp->size * (n - 1), v = y / warp->size * (n - 1), sum = 0.0;
  for (gint j = (gint)floor (v) - 1; j <= (gint)floor (v) + 2; j++)
    for (gint i = (gint)floor (u) - 1; i <= (gint)floor (u) + 2; i++)
      sum += keys_reference (u - i) * keys_reference (v - j) *
             points[CLAMP (j, 0, n - 1) * n + CLAMP (i, 0, n - 1)];
  return sum;
}

static void
map_reference (const PelWarp *warp, guint x, guint y, double *sx, double *sy)
{
  double u = x + 0.5 - 0.5 * warp->size, v = y + 0.5 - 0.5 * warp->size;
  *sx = warp->cx + warp->xx * u + warp->xy * v;
  *sy = warp->cy + warp->yx * u + warp->yy * v;
  if (warp->grid > 0)
    {
      *sx += surface_reference (warp, warp->dx, x + 0.5, y + 0.5);
      *sy += surface_reference (warp, warp->dy, x + 0.5, y + 0.5);
    }
}

/* Something smooth to look at, known everywhere. */
static double
scene (double x, double y)
{
  return 0.5 + 0.3 * sin (0.11 * x) * cos (0.07 * y) + 0.002 * x;
}

static void
test_warp_reference (void)
{
  for (guint seed = 0; seed < 20; seed++)
    {
      PelRandom random;
      pel_random_init (&random, seed, 1);
      PelWarp warp;
      pel_warp_init (&warp, 48, 200.0 + seed, 150.5);
      pel_warp_randomise (&warp, &strong, &random);
      g_assert_cmpuint (warp.grid, ==, 3);
      PelRect area;
      pel_warp_get_source (&warp, &area);
      gsize n = (gsize)area.width * (gsize)area.height;
      g_autofree float *source = g_new (float, 3 * n);
      g_autofree guint32 *labels = g_new (guint32, n);
      for (gint y = 0; y < area.height; y++)
        for (gint x = 0; x < area.width; x++)
          {
            gsize i = (gsize)y * (gsize)area.width + (gsize)x;
            source[i] = (float)scene (area.x + x + 0.5, area.y + y + 0.5);
            source[n + i] = 1.0f - source[i];
            source[2 * n + i] = 0.25f * source[i];
            labels[i] = (guint32)(area.x + x) << 16 | (guint32)(area.y + y);
          }
      float out[3 * 48 * 48];
      guint32 out_labels[48 * 48];
      pel_warp_sample (&warp, source, &area, 3, out);
      pel_warp_sample_labels (&warp, labels, &area, out_labels);
      for (guint y = 0; y < 48; y++)
        for (guint x = 0; x < 48; x++)
          {
            double sx, sy;
            map_reference (&warp, x, y, &sx, &sy);
            g_assert_cmpfloat (sx, >=, area.x + 0.5);
            g_assert_cmpfloat (sx, <=, area.x + area.width - 0.5);
            g_assert_cmpfloat (sy, >=, area.y + 0.5);
            g_assert_cmpfloat (sy, <=, area.y + area.height - 0.5);
            /* Linear interpolation of a curve errs by at most an eighth of its bend. */
            const float *pixel = out + y * 48 + x;
            g_assert_cmpfloat (fabs ((double)pixel[0] - scene (sx, sy)), <, 0.002);
            /* All planes are sampled at the same place. */
            g_assert_cmpfloat (fabs (1.0 - (double)pixel[48 * 48] - (double)pixel[0]), <, 1e-6);
            g_assert_cmpfloat (pixel[2 * 48 * 48], ==, 0.25f * pixel[0]);
            double lx = (out_labels[y * 48 + x] >> 16) + 0.5;
            double ly = (out_labels[y * 48 + x] & 0xffff) + 0.5;
            g_assert_cmpfloat (fabs (lx - sx), <=, 0.501);
            g_assert_cmpfloat (fabs (ly - sy), <=, 0.501);
          }
    }
}

/* Flips and right angles only reorder pixels, and all eight ways occur. */
static void
test_flips_exact (void)
{
  PelAugmentConfig flips = { .flips = TRUE, .scale = 1.0, .contrast = 1.0, .gamma = 1.0 };
  guint seen = 0;
  for (guint seed = 0; seed < 100; seed++)
    {
      PelRandom random;
      pel_random_init (&random, seed, 0);
      PelWarp warp;
      pel_warp_init (&warp, 16, 40.0, 30.0);
      pel_warp_randomise (&warp, &flips, &random);
      PelRect area;
      pel_warp_get_source (&warp, &area);
      gsize n = (gsize)area.width * (gsize)area.height;
      g_autofree float *source = g_new (float, n);
      for (gint y = 0; y < area.height; y++)
        for (gint x = 0; x < area.width; x++)
          source[y * area.width + x] = (float)((area.x + x) * 1000 + area.y + y);
      float out[16 * 16];
      pel_warp_sample (&warp, source, &area, 1, out);
      guint8 hit[16 * 16] = { 0 };
      for (guint i = 0; i < 16 * 16; i++)
        {
          gint x = (gint)out[i] / 1000 - 32, y = (gint)out[i] % 1000 - 22;
          g_assert_cmpfloat (out[i], ==, floorf (out[i]));
          g_assert_true (x >= 0 && x < 16 && y >= 0 && y < 16);
          g_assert_cmpuint (hit[y * 16 + x]++, ==, 0);
        }
      gint first = (gint)out[0], second = (gint)out[1];
      guint way = (guint)(first / 1000 > 40) | (guint)(first % 1000 > 30) << 1 |
                  (guint)(first / 1000 == second / 1000) << 2;
      seen |= 1u << way;
    }
  g_assert_cmpuint (seen, ==, 0xff);
}

static void
test_repeats (void)
{
  float data[2][2 * 32 * 32], scratch[32 * 32];
  for (guint k = 0; k < 2; k++)
    {
      PelRandom random;
      pel_random_init (&random, 7, 9);
      for (guint i = 0; i < 2 * 32 * 32; i++)
        data[k][i] = (float)(i % 97) / 97.0f;
      pel_augment_intensity (&strong, &random, data[k], scratch, 32, 2);
    }
  g_assert_cmpmem (data[0], sizeof data[0], data[1], sizeof data[1]);
  /* Both channels were changed, each in its own way. */
  g_assert_cmpfloat (data[0][0], !=, data[0][97 * 10]);
  for (guint i = 0; i < 2 * 32 * 32; i++)
    g_assert_true (isfinite (data[0][i]));
}

static void
test_nothing (void)
{
  PelAugmentConfig nothing = { .scale = 1.0, .contrast = 1.0, .gamma = 1.0, .elastic_grid = 3 };
  float data[8 * 8], before[8 * 8], scratch[8 * 8];
  for (guint i = 0; i < 64; i++)
    before[i] = data[i] = (float)i / 64.0f - 0.2f;
  PelRandom random;
  pel_random_init (&random, 1, 1);
  pel_augment_intensity (&nothing, &random, data, scratch, 8, 1);
  g_assert_cmpmem (data, sizeof data, before, sizeof before);
  PelWarp warp;
  pel_warp_init (&warp, 8, 4.0, 4.0);
  pel_warp_randomise (&warp, &nothing, &random);
  g_assert_cmpfloat (warp.xx, ==, 1.0);
  g_assert_cmpfloat (warp.xy, ==, 0.0);
  g_assert_cmpuint (warp.grid, ==, 0);
}

/* Against the definition of a Gaussian blur in two dimensions. */
static void
test_blur (void)
{
  enum
  {
    W = 21,
    H = 15
  };
  const double sigma = 1.3;
  const gint radius = 4;
  float data[W * H], before[W * H], scratch[W * H];
  PelRandom random;
  pel_random_init (&random, 3, 3);
  for (guint i = 0; i < W * H; i++)
    before[i] = data[i] = (float)pel_random_uniform (&random);
  pel_augment_blur (data, scratch, W, H, sigma);
  double total = 0.0;
  for (gint dy = -radius; dy <= radius; dy++)
    for (gint dx = -radius; dx <= radius; dx++)
      total += exp (-(dx * dx + dy * dy) / (2.0 * sigma * sigma));
  for (gint y = 0; y < H; y++)
    for (gint x = 0; x < W; x++)
      {
        double sum = 0.0;
        for (gint dy = -radius; dy <= radius; dy++)
          for (gint dx = -radius; dx <= radius; dx++)
            sum += exp (-(dx * dx + dy * dy) / (2.0 * sigma * sigma)) / total *
                   (double)before[CLAMP (y + dy, 0, H - 1) * W + CLAMP (x + dx, 0, W - 1)];
        g_assert_cmpfloat (fabs (sum - (double)data[y * W + x]), <, 1e-5);
      }
}

/* The spread of the displacements is the one asked for: 40 of 512 pixels. */
static void
test_elastic_strength (void)
{
  PelAugmentConfig elastic = {
    .elastic = 40.0, .elastic_grid = 4, .warp_share = 1.0, .scale = 1.0
  };
  double sum = 0.0, squares = 0.0;
  guint n = 0;
  for (guint seed = 0; seed < 200; seed++)
    {
      PelRandom random;
      pel_random_init (&random, seed, 5);
      PelWarp warp;
      pel_warp_init (&warp, 128, 0.0, 0.0);
      pel_warp_randomise (&warp, &elastic, &random);
      for (guint i = 0; i < 16; i++, n++)
        {
          sum += warp.dx[i];
          squares += warp.dx[i] * warp.dx[i];
        }
    }
  g_assert_cmpfloat (fabs (sum / n), <, 0.6);
  g_assert_cmpfloat (fabs (sqrt (squares / n) - 10.0), <, 0.5);
}

/* How far pixels are moved, in the mean, by the changes of a strength. */
static double
measure_displacement (PelPreset preset, PelAugmentStrength strength)
{
  PelTrainConfig config;
  double squares = 0.0;
  guint n = 0;
  pel_train_config_init_preset (&config, preset);
  pel_train_config_set_augment_strength (&config, strength);
  for (guint seed = 0; seed < 200; seed++)
    {
      PelRandom random;
      pel_random_init (&random, seed, 5);
      PelWarp warp;
      pel_warp_init (&warp, 512, 0.0, 0.0);
      pel_warp_randomise (&warp, &config.augment, &random);
      for (guint i = 0; i < warp.grid * warp.grid; i++, n++)
        squares += warp.dx[i] * warp.dx[i];
    }
  return n > 0 ? sqrt (squares / n) : 0.0;
}

/* Each word is more than the one before it, for every preset, and none of them leaves its range. */
static void
test_strengths (void)
{
  static const PelPreset presets[] = { PEL_PRESET_QUICK, PEL_PRESET_BALANCED, PEL_PRESET_THOROUGH,
                                       PEL_PRESET_SEED };
  for (guint p = 0; p < G_N_ELEMENTS (presets); p++)
    {
      PelAugmentConfig last = { .scale = 1.0, .contrast = 1.0, .gamma = 1.0 };
      double far[PEL_AUGMENT_STRENGTH_OWN];
      PelTrainConfig usual;
      pel_train_config_init_preset (&usual, presets[p]);
      for (guint s = 0; s < PEL_AUGMENT_STRENGTH_OWN; s++)
        {
          PelTrainConfig config = usual;
          const PelAugmentConfig *augment = &config.augment;
          GError *error = NULL;
          pel_train_config_set_augment_strength (&config, (PelAugmentStrength)s);
          g_assert_true (pel_train_config_check (&config, &error));
          g_assert_no_error (error);
          far[s] = measure_displacement (presets[p], (PelAugmentStrength)s);
          if (s == PEL_AUGMENT_STRENGTH_NONE)
            {
              g_assert_false (augment->flips);
              g_assert_cmpfloat (augment->warp_share + augment->blur_share + augment->noise_share +
                                     augment->invert_share + augment->brightness,
                                 ==, 0.0);
              continue;
            }
          g_assert_true (augment->flips);
          g_assert_cmpfloat (augment->rotation, ==, usual.augment.rotation);
          g_assert_cmpfloat (augment->scale, >, last.scale);
          g_assert_cmpfloat (augment->elastic, >, last.elastic);
          g_assert_cmpfloat (augment->brightness, >, last.brightness);
          g_assert_cmpfloat (augment->contrast, >, last.contrast);
          g_assert_cmpfloat (augment->gamma, >, last.gamma);
          g_assert_cmpfloat (augment->blur, >, last.blur);
          g_assert_cmpfloat (augment->noise, >, last.noise);
          last = *augment;
          /* Own values stay. */
          pel_train_config_set_augment_strength (&config, PEL_AUGMENT_STRENGTH_OWN);
          g_assert_cmpfloat (augment->elastic, ==, last.elastic);
        }
      pel_train_config_set_augment_strength (&usual, PEL_AUGMENT_STRENGTH_USUAL);
      g_assert_cmpfloat (usual.augment.elastic, ==, 10.0);
      g_assert_cmpfloat (far[PEL_AUGMENT_STRENGTH_NONE], ==, 0.0);
      for (guint s = PEL_AUGMENT_STRENGTH_GENTLE; s < PEL_AUGMENT_STRENGTH_STRONG; s++)
        g_assert_cmpfloat_with_epsilon (far[s + 1] / far[s], 2.0, 0.25);
    }
}

static void
test_strength_names (void)
{
  PelAugmentStrength strength = PEL_AUGMENT_STRENGTH_USUAL;
  for (guint s = 0; s <= PEL_AUGMENT_STRENGTH_OWN; s++)
    {
      const char *name = pel_augment_strength_to_string ((PelAugmentStrength)s);
      g_assert_true (pel_augment_strength_from_string (name, &strength));
      g_assert_cmpuint (strength, ==, s);
    }
  g_assert_false (pel_augment_strength_from_string ("Usual", &strength));
  g_assert_false (pel_augment_strength_from_string (NULL, &strength));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/warp-reference", test_warp_reference);
  g_test_add_func ("/augment/flips-exact", test_flips_exact);
  g_test_add_func ("/augment/repeats", test_repeats);
  g_test_add_func ("/augment/nothing", test_nothing);
  g_test_add_func ("/augment/blur", test_blur);
  g_test_add_func ("/augment/elastic-strength", test_elastic_strength);
  g_test_add_func ("/augment/strengths", test_strengths);
  g_test_add_func ("/augment/strength-names", test_strength_names);
  return g_test_run ();
}
