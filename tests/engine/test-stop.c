/* SPDX-License-Identifier: MIT */
/* What stops where the thread's current cancellable was cancelled, and what it leaves. */
#include <string.h>
#include <glib/gstdio.h>

#include "engine/core/pel-stop.h"
#include "engine/image/pel-rescale.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/measure/pel-overlay.h"
#include "engine/segment/pel-components.h"
#include "engine/segment/pel-contour.h"
#include "engine/segment/pel-distance.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-normalisation.h"

#define SIZE 100

typedef struct
{
  char *folder, *path;
  PelImage *image;
  PelLabels *labels;
  PelContourSet *contours;
  PelModel *model;
  float plane[SIZE * SIZE], out[SIZE * SIZE];
  guint32 values[SIZE * SIZE], parts[SIZE * SIZE];
  guint8 mask[SIZE * SIZE];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PelTrainConfig config;

  fixture->folder = g_dir_make_tmp ("pellicle-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
  fixture->image = pel_image_new (SIZE, SIZE, 1, PEL_SAMPLE_U8, NULL);
  for (guint i = 0; i < SIZE * SIZE; i++)
    {
      fixture->values[i] = i % 7 == 0 ? 0 : i / SIZE / 10 + 1;
      fixture->mask[i] = fixture->values[i] != 0;
      fixture->plane[i] = (float)i;
      ((guint8 *)pel_image_get_writable_plane (fixture->image, 0))[i] = (guint8)(i * 31);
    }
  fixture->labels = pel_labels_new_from_data (SIZE, SIZE, fixture->values, SIZE, NULL);
  fixture->contours = pel_contours_trace (fixture->labels, NULL, NULL, NULL, NULL);
  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.base_channels = 4;
  config.depth = 2;
  fixture->model = pel_model_new (&config, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  pel_image_unref (fixture->image);
  pel_labels_unref (fixture->labels);
  pel_contour_set_unref (fixture->contours);
  pel_model_free (fixture->model);
}

/* What may be stopped; each tells whether it was done. */

static gboolean
make_labels (Fixture *fixture, GError **error)
{
  g_autoptr (PelLabels) labels =
      pel_labels_new_from_data (SIZE, SIZE, fixture->values, SIZE, error);

  return labels != NULL;
}

static gboolean
find_parts (Fixture *fixture, GError **error)
{
  return pel_components_plane (fixture->values, SIZE, SIZE, PEL_CONNECTIVITY_4, fixture->parts,
                               NULL, error);
}

static gboolean
find_distances (Fixture *fixture, GError **error)
{
  return pel_distance_transform (fixture->mask, SIZE, SIZE, fixture->out, error);
}

static gboolean
rescale (Fixture *fixture, GError **error)
{
  return pel_rescale_plane (fixture->plane, SIZE, SIZE, fixture->out, 50, 70, error);
}

static gboolean
rescale_image (Fixture *fixture, GError **error)
{
  g_autoptr (PelImage) image = pel_rescale_image (fixture->image, NULL, 70, 30, error);

  return image != NULL;
}

static gboolean
normalise (Fixture *fixture, GError **error)
{
  PelImageScale scale;

  return pel_normalisation_measure (pel_model_get_normalisation (fixture->model), fixture->image,
                                    &scale, error);
}

static gboolean
draw_weights (Fixture *fixture, GError **error)
{
  g_autoptr (PelModel) model = pel_model_new (pel_model_get_config (fixture->model), error);

  return model != NULL;
}

static gboolean
save_labels (Fixture *fixture, GError **error)
{
  return pel_labels_save_tiff (fixture->labels, fixture->path, 0, 0, error);
}

static gboolean
save_floats (Fixture *fixture, GError **error)
{
  return pel_image_save_float_tiff (fixture->path, fixture->plane, SIZE, SIZE, 0, 0, error);
}

static gboolean
save_png (Fixture *fixture, GError **error)
{
  return pel_image_save_png_rgba (fixture->path, (const guint8 *)fixture->values, SIZE, SIZE,
                                  SIZE * 4, error);
}

static gboolean
draw_overlay (Fixture *fixture, GError **error)
{
  g_autofree guint8 *pixels =
      pel_overlay_render (fixture->image, fixture->contours, NULL, NULL, error);

  return pixels != NULL;
}

typedef gboolean (*Work) (Fixture *fixture, GError **error);

static void
test_stops (Fixture *fixture, gconstpointer data)
{
  Work work = *(const Work *)data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  /* A cancellable that nobody cancelled stops nothing, and neither does one that is not current. */
  g_cancellable_push_current (cancellable);
  g_assert_true (work (fixture, &error));
  g_assert_no_error (error);
  g_unlink (fixture->path);
  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));

  g_cancellable_cancel (cancellable);
  g_assert_false (work (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_cancellable_pop_current (cancellable);
  /* What was there before stays. */
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");

  g_assert_true (work (fixture, &error));
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    Work work;
  } all[] = {
    { "/stop/labels", make_labels },          { "/stop/parts", find_parts },
    { "/stop/distances", find_distances },    { "/stop/rescale", rescale },
    { "/stop/rescale-image", rescale_image }, { "/stop/normalise", normalise },
    { "/stop/weights", draw_weights },        { "/stop/label-file", save_labels },
    { "/stop/float-file", save_floats },      { "/stop/png-file", save_png },
    { "/stop/overlay", draw_overlay },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_test_add (all[i].path, Fixture, &all[i].work, set_up, test_stops, tear_down);
  return g_test_run ();
}
