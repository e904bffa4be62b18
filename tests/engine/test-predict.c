/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/image/pel-rescale.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-predict.h"
#include "engine/infer/pel-view.h"
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

/* Weights of all tiles at one pixel sum to 1, and everything wanted is covered. */
static void
test_tile_axis (void)
{
  const gint lengths[] = { 1, 15, 100, 256, 480, 500, 512, 513, 1000, 1024, 5000 };
  const gint tiles[] = { 0, 128, 256, 300, 512, 1024 };
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint k = 0; k < G_N_ELEMENTS (tiles); k++)
      for (gint unit = 2; unit <= 64; unit *= 2)
        {
          PelTileAxis axis;
          pel_tile_axis_init (&axis, 37, lengths[i], unit, tiles[k]);
          g_assert_cmpint (axis.size % unit, ==, 0);
          g_assert_cmpint (axis.step % unit, ==, 0);
          g_assert_cmpint (axis.start, <=, 37 - 16);
          gint end = axis.start + (axis.n - 1) * axis.step + axis.size;
          g_assert_cmpint (end, >=, 37 + lengths[i] + 16);
          if (tiles[k] >= 256)
            g_assert_cmpint (axis.size, <=, tiles[k]);
          for (gint p = 37; p < 37 + lengths[i]; p++)
            {
              double sum = 0.0;
              for (gint t = 0; t < axis.n; t++)
                {
                  gint at = p - axis.start - t * axis.step;
                  if (at >= 0 && at < axis.size)
                    sum += (double)pel_tile_axis_get_weight (&axis, t, at);
                }
              g_assert_cmpfloat (fabs (sum - 1.0), <, 1e-5);
            }
        }
}

static PelModel *
train_tiny (PelPool *pool, PelTask task)
{
  PelTrainConfig config;
  init_tiny (&config);
  config.task = task;
  g_autoptr (PelDataset) dataset = new_synthetic (4, 0, 96);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  g_autofree char *path = test_path ("predict.safetensors");
  g_assert_true (pel_trainer_run (trainer, path, NULL, NULL, NULL, NULL));
  return pel_trainer_steal_best (trainer);
}

static double
largest_difference (const PelPrediction *a, const PelPrediction *b)
{
  double largest = 0.0;
  for (gsize i = 0; i < (gsize)a->width * a->height; i++)
    largest = MAX (largest, fabs ((double)a->foreground[i] - (double)b->foreground[i]));
  return largest;
}

/* Between corners the result depends on the tiles, so these do not depend on the machine: the small
 * network of the test would be shown all of the image at once. */
static void
test_corners (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  PelTrainConfig config;
  PelPredictOptions options;

  make_synthetic (900, 5, &image, &labels);
  init_tiny (&config);
  config.upsampling = PEL_UPSAMPLING_ALIGN_CORNERS;
  g_autoptr (PelModel) model = pel_model_new (&config, NULL);
  g_assert_nonnull (model);
  pel_predict_options_init (&options);
  g_autoptr (PelPrediction) chosen =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  options.tile = 512;
  g_autoptr (PelPrediction) fixed =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  options.tile = 1024;
  g_autoptr (PelPrediction) whole =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat (largest_difference (chosen, fixed), ==, 0);
  g_assert_cmpfloat (largest_difference (whole, fixed), >, 5e-3);
}

/* Tiles, whatever their size, tell what the whole image at once tells. */
static void
test_seams (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelModel) model = train_tiny (pool, PEL_TASK_CELLS);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (421, 77, &image, &labels);
  PelPredictOptions options;
  pel_predict_options_init (&options);
  options.tile = 1024;
  g_autoptr (PelPrediction) whole =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  const guint tiles[] = { 1, 160, 256 };
  for (guint i = 0; i < G_N_ELEMENTS (tiles); i++)
    {
      options.tile = tiles[i];
      g_autoptr (PelPrediction) tiled =
          pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
      g_assert_cmpfloat (largest_difference (whole, tiled), <, 5e-3);
    }
}

typedef struct
{
  guint n;
  double last;
  GCancellable *cancellable;
} Watch;

static void
watch_progress (double fraction, gpointer data)
{
  Watch *watch = data;
  g_assert_cmpfloat (fraction, >, watch->last);
  watch->last = fraction;
  if (++watch->n == 3 && watch->cancellable != NULL)
    g_cancellable_cancel (watch->cancellable);
}

/* The pixel of an image of @width columns that is at (@x, @y) of what is shown instead of it. */
typedef gsize (*PlaceFunc) (guint x, guint y, guint width, guint height);

static gsize
place_mirrored (guint x, guint y, guint width, guint height)
{
  return (gsize)y * width + width - 1 - x;
}

/* Turned by a quarter: as wide as the image is high. */
static gsize
place_turned (guint x, guint y, guint width, guint height)
{
  return (gsize)(height - 1 - x) * width + y;
}

static PelImage *
show_otherwise (PelImage *image, PlaceFunc place, gboolean swapped)
{
  guint w = pel_image_get_width (image), h = pel_image_get_height (image);
  guint width = swapped ? h : w, height = swapped ? w : h;
  PelImage *shown = pel_image_new (width, height, 1, PEL_SAMPLE_U8, NULL);
  const guint8 *from = pel_image_get_plane (image, 0);
  guint8 *to = pel_image_get_writable_plane (shown, 0);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      to[y * width + x] = from[place (x, y, w, h)];
  return shown;
}

static double
get_mean_difference (const PelPrediction *there, const PelPrediction *shown, PlaceFunc place)
{
  double sum = 0.0;

  for (guint y = 0; y < shown->height; y++)
    for (guint x = 0; x < shown->width; x++)
      {
        gsize at = place (x, y, there->width, there->height);
        gsize here = (gsize)y * shown->width + x;

        sum += fabs ((double)there->foreground[at] - (double)shown->foreground[here]) +
               fabs ((double)there->parting[at] - (double)shown->parting[here]);
      }
  return sum / ((double)shown->width * shown->height);
}

static PelImage *
crop (PelImage *image, guint width, guint height)
{
  PelImage *part = pel_image_new (width, height, 1, PEL_SAMPLE_U8, NULL);

  for (guint y = 0; y < height; y++)
    memcpy ((guint8 *)pel_image_get_writable_plane (part, 0) + y * width,
            (const guint8 *)pel_image_get_plane (image, 0) + y * pel_image_get_width (image),
            width);
  return part;
}

/* What is averaged over views is the same for an image that is mirrored, or with eight views also
 * turned by a quarter; without, the network tells something else of it. */
static void
test_views (void)
{
  static const struct
  {
    PlaceFunc place;
    gboolean swapped;
    guint n_views;
  } cases[] = { { place_mirrored, FALSE, 4 },
                { place_mirrored, FALSE, PEL_N_VIEWS },
                { place_turned, TRUE, PEL_N_VIEWS } };
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelModel) model = train_tiny (pool, PEL_TASK_CELLS);
  g_autoptr (PelImage) square = NULL, image = NULL;
  g_autoptr (PelLabels) labels = NULL;

  make_synthetic (256, 77, &square, &labels);
  image = crop (square, 256, 160);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PelImage) shown = show_otherwise (image, cases[i].place, cases[i].swapped);
      PelPredictOptions options;

      pel_predict_options_init (&options);
      options.tile = 176;
      g_autoptr (PelPrediction) there =
          pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
      g_autoptr (PelPrediction) other =
          pel_predict_image (model, shown, &options, pool, NULL, NULL, NULL, NULL);
      double single = get_mean_difference (there, other, cases[i].place);

      options.n_views = cases[i].n_views;
      Watch watch = { 0, 0.0, NULL };
      g_autoptr (PelPrediction) averaged =
          pel_predict_image (model, image, &options, pool, NULL, watch_progress, &watch, NULL);
      g_autoptr (PelPrediction) other_averaged =
          pel_predict_image (model, shown, &options, pool, NULL, NULL, NULL, NULL);
      double difference = largest_difference (there, averaged);
      double mean = get_mean_difference (averaged, other_averaged, cases[i].place);

      g_assert_cmpfloat (difference, >, 1e-6);
      g_assert_cmpfloat (difference, <, 0.9);
      g_assert_cmpfloat (watch.last, ==, 1.0);
      /* Pooling looks at other pixels together where sizes are no multiple of its own: what is
       * left of the difference. */
      g_test_message ("mean difference %.5f, averaged %.5f", single, mean);
      g_assert_cmpfloat (mean, <, 0.25 * single);
    }
}

/* Each view against its definition, pixel by pixel, and back. */
static void
test_view_definitions (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);

  for (guint view = 0; view < PEL_N_VIEWS; view++)
    {
      gboolean swapped = (view & PEL_VIEW_SWAPPED) != 0;
      const guint w = 37, h = 21, vw = swapped ? h : w, vh = swapped ? w : h;
      PelTensor image = { 0 }, shown = { 0 }, sums = { 0 };

      g_assert_true (pel_tensor_init (&image, (PelShape){ 1, 2, h, w }, NULL));
      g_assert_true (pel_tensor_init (&shown, (PelShape){ 1, 2, vh, vw }, NULL));
      g_assert_true (pel_tensor_init (&sums, (PelShape){ 1, 2, h, w }, NULL));
      for (guint i = 0; i < 2 * w * h; i++)
        {
          image.data[i] = (float)i;
          sums.data[i] = 1.0f;
        }
      pel_view_apply (view, &image, &shown, pool);
      for (guint c = 0; c < 2; c++)
        for (guint y = 0; y < vh; y++)
          for (guint x = 0; x < vw; x++)
            {
              guint sx = view & PEL_VIEW_ACROSS ? vw - 1 - x : x;
              guint sy = view & PEL_VIEW_DOWN ? vh - 1 - y : y;
              guint column = swapped ? sy : sx, row = swapped ? sx : sy;

              g_assert_cmpfloat (shown.data[(c * vh + y) * vw + x], ==,
                                 (float)((c * h + row) * w + column));
            }
      pel_view_add_back (view, &shown, 0.5f, &sums, pool);
      for (guint i = 0; i < 2 * w * h; i++)
        g_assert_cmpfloat (sums.data[i], ==, 1.0f + 0.5f * (float)i);
      pel_tensor_clear (&image);
      pel_tensor_clear (&shown);
      pel_tensor_clear (&sums);
    }
}

static void
test_sizes_and_cancel (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelModel) model = train_tiny (pool, PEL_TASK_MASK);
  const guint sizes[][2] = { { 1, 1 }, { 3, 50 }, { 31, 64 }, { 200, 17 } };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PelImage) image =
          pel_image_new (sizes[i][0], sizes[i][1], 4, PEL_SAMPLE_U16, NULL);
      pel_image_set_rgb (image, TRUE);
      pel_image_set_has_alpha (image, TRUE);
      g_autoptr (PelPrediction) prediction =
          pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, NULL);
      g_assert_nonnull (prediction);
      g_assert_null (prediction->parting);
      g_assert_cmpuint (pel_labels_get_width (prediction->labels), ==, sizes[i][0]);
    }

  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (400, 5, &image, &labels);
  PelPredictOptions options;
  pel_predict_options_init (&options);
  options.tile = 130;
  Watch watch = { 0, 0.0, NULL };
  g_autoptr (PelPrediction) prediction =
      pel_predict_image (model, image, &options, pool, NULL, watch_progress, &watch, NULL);
  g_assert_nonnull (prediction);
  g_assert_cmpfloat (watch.last, ==, 1.0);
  g_assert_cmpuint (watch.n, >, 3);

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  watch = (Watch){ 0, 0.0, cancellable };
  g_assert_null (pel_predict_image (model, image, &options, pool, cancellable, watch_progress,
                                    &watch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (watch.n, ==, 3);

  /* Unless told otherwise, what the model says goes. */
  const PelModelInfo *info = pel_model_get_info (model);
  g_assert_cmpfloat (prediction->threshold, ==, info->threshold);
  g_assert_cmpuint (prediction->min_size, ==, info->min_size);
  g_assert_cmpfloat (prediction->min_share, ==, info->min_share);
  g_assert_cmpfloat (prediction->separation, ==, info->separation);
  g_assert_cmpfloat (info->min_share, >, 0.0);

  /* Cutting anew does not need the network, and gives what predicting anew would. */
  guint32 cells = pel_labels_get_max (prediction->labels);
  g_assert_cmpuint (cells, >, 10);
  options.threshold = 1.0;
  options.min_size = 100000;
  g_assert_true (pel_prediction_resegment (prediction, model, &options, NULL, NULL));
  g_assert_cmpuint (pel_labels_get_max (prediction->labels), ==, 0);
  pel_predict_options_init (&options);
  g_assert_true (pel_prediction_resegment (prediction, model, &options, NULL, NULL));
  g_assert_cmpuint (pel_labels_get_max (prediction->labels), ==, cells);
}

/* Fragments go, however many they are; what is left is numbered anew, in its order. */
static void
test_fragments (void)
{
  guint32 plane[40 * 40] = { 0 };
  guint32 label = 0;
  for (guint k = 0; k < 30; k++)
    plane[k + 5] = ++label;
  label++;
  for (guint y = 10; y < 25; y++)
    for (guint x = 0; x < 15; x++)
      plane[y * 40 + x] = label;
  label++;
  for (guint y = 30; y < 34; y++)
    for (guint x = 20; x < 26; x++)
      plane[y * 40 + x] = label;
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (40, 40, plane, 40, NULL);
  g_autoptr (PelLabels) none = pel_cut_drop_fragments (labels, 0.0, NULL);
  g_assert_true (none == labels);
  /* 225 pixels are typical: a tenth of them is more than 1 and less than 24. */
  g_autoptr (PelLabels) kept = pel_cut_drop_fragments (labels, 0.1, NULL);
  g_assert_cmpuint (pel_labels_get_max (kept), ==, 2);
  g_assert_cmpuint (pel_labels_get (kept, 3, 12), ==, 1);
  g_assert_cmpuint (pel_labels_get (kept, 22, 31), ==, 2);
  g_assert_cmpuint (pel_labels_get (kept, 5, 0), ==, 0);
  g_autoptr (PelLabels) one = pel_cut_drop_fragments (labels, 0.2, NULL);
  g_assert_cmpuint (pel_labels_get_max (one), ==, 1);
}

/* A scene drawn three times as large. */
static void
enlarge (PelImage **image, PelLabels **labels)
{
  guint width = 3 * pel_image_get_width (*image), height = 3 * pel_image_get_height (*image);
  PelImage *large = pel_rescale_image (*image, NULL, width, height, NULL);
  PelLabels *cells = pel_rescale_labels (*labels, width, height, NULL);
  pel_image_unref (*image);
  pel_labels_unref (*labels);
  *image = large;
  *labels = cells;
}

/* An image of larger cells, with their size told, gives what the image at the size trained on
 * gives. */
static void
test_magnified (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelModel) model = train_tiny (pool, PEL_TASK_CELLS);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (120, 78, &image, &labels);
  PelPredictOptions options;
  pel_predict_options_init (&options);
  g_autoptr (PelPrediction) plain =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat (plain->magnification, ==, 1.0);

  enlarge (&image, &labels);
  options.diameter = 3.0 * pel_model_get_info (model)->typical_diameter;
  g_autoptr (PelPrediction) large =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (large->magnification, 3.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (pel_predict_get_zoom (model, image, &options), 1.0 / 3.0, 1e-9);
  g_assert_cmpuint (large->min_size, >=, 9 * plain->min_size - 5);
  g_assert_cmpuint (large->width, ==, 360);
  double n_plain = pel_labels_get_max (plain->labels);
  g_assert_cmpfloat (n_plain, >, 5.0);
  g_assert_cmpfloat (fabs (pel_labels_get_max (large->labels) - n_plain), <=, 0.1 * n_plain + 1.0);
  double sum = 0.0;
  for (guint y = 0; y < 120; y++)
    for (guint x = 0; x < 120; x++)
      sum += fabs ((double)large->foreground[(3 * y + 1) * 360 + 3 * x + 1] -
                   (double)plain->foreground[y * 120 + x]);
  g_assert_cmpfloat (sum / (120 * 120), <, 0.05);

  /* Pixel sizes say the same, where both are known. */
  options.diameter = 0.0;
  PelModelInfo info = *pel_model_get_info (model);
  info.um_per_px = 0.6;
  pel_model_set_info (model, &info);
  g_assert_cmpfloat (pel_predict_get_zoom (model, image, &options), ==, 1.0);
  pel_image_set_um (image, 0.2, 0.2, "test");
  g_assert_cmpfloat_with_epsilon (pel_predict_get_zoom (model, image, &options), 1.0 / 3.0, 1e-9);

  /* And then nothing is guessed, unless somebody asks for it. */
  g_assert_true (info.guess_size);
  g_assert_false (pel_predict_guesses_size (&info, 0.2, 0.0));
  g_assert_true (pel_predict_guesses_size (&info, 0.0, 0.0));
  g_assert_true (pel_predict_guesses_size (&info, 0.2, PEL_PREDICT_GUESS_SIZE));
  g_assert_false (pel_predict_guesses_size (&info, 0.0, PEL_PREDICT_MODEL_SIZE));
  g_assert_false (pel_predict_guesses_size (&info, 0.0, 20.0));
  g_autoptr (PelPrediction) calibrated =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  g_assert_false (calibrated->guessed);
  options.um_per_px = 0.3;
  g_assert_cmpfloat_with_epsilon (pel_predict_get_zoom (model, image, &options), 0.5, 1e-9);
  options.um_per_px = 0.0;
  g_assert_cmpfloat_with_epsilon (calibrated->magnification, 3.0, 1e-9);
  info.guess_size = FALSE;
  g_assert_false (pel_predict_guesses_size (&info, 0.0, 0.0));
}

static double
get_dice (PelLabels *found, PelLabels *truth)
{
  double both = 0.0, sum = 0.0;
  for (gint y = 0; y < (gint)pel_labels_get_height (truth); y++)
    for (gint x = 0; x < (gint)pel_labels_get_width (truth); x++)
      {
        gboolean a = pel_labels_get (found, x, y) != 0, b = pel_labels_get (truth, x, y) != 0;
        both += a && b;
        sum += a + b;
      }
  return 2.0 * both / sum;
}

/* Large cells are shrunk for the network, and what it tells comes back at the image's size. */
static void
test_large_cells (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  for (guint i = 0; i < 4; i++)
    {
      g_clear_pointer (&image, pel_image_unref);
      g_clear_pointer (&labels, pel_labels_unref);
      make_synthetic (96, i, &image, &labels);
      enlarge (&image, &labels);
      enlarge (&image, &labels);
      g_assert_true (pel_dataset_add (dataset, "large", image, labels, NULL, 0, TRUE, FALSE, NULL));
    }
  PelTrainConfig config;
  init_tiny (&config);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (&config, dataset, NULL, pool, NULL);
  double zoom = pel_trainer_get_config (trainer)->zoom;
  double diameter = pel_dataset_get_typical_diameter (dataset);
  g_assert_cmpfloat (zoom * diameter, >, 20.0);
  g_assert_cmpfloat (zoom * diameter, <, 40.0);
  g_autofree char *path = test_path ("large.safetensors");
  g_assert_true (pel_trainer_run (trainer, path, NULL, NULL, NULL, NULL));
  g_autoptr (PelModel) model = pel_model_load (path, NULL);
  g_assert_cmpfloat (pel_model_get_info (model)->typical_diameter, ==, diameter);
  g_autoptr (PelPrediction) prediction =
      pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (prediction->width, ==, 864);
  g_assert_cmpfloat (get_dice (prediction->labels, labels), >, 0.85);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict/tile-axis", test_tile_axis);
  g_test_add_func ("/predict/corners", test_corners);
  g_test_add_func ("/predict/seams", test_seams);
  g_test_add_func ("/predict/views", test_views);
  g_test_add_func ("/predict/view-definitions", test_view_definitions);
  g_test_add_func ("/predict/sizes-and-cancel", test_sizes_and_cancel);
  g_test_add_func ("/predict/fragments", test_fragments);
  g_test_add_func ("/predict/magnified", test_magnified);
  g_test_add_func ("/predict/large-cells", test_large_cells);
  int status = g_test_run ();
  remove_test_files ();
  return status;
}
