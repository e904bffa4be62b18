/* SPDX-License-Identifier: MIT */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* Every file of a folder of samples against facts that other programs found in it. The folder is
 * the one beside this test or, with PELLICLE_SAMPLES set, the larger one that it names. */

static char *
samples_dir (void)
{
  const char *larger = g_getenv ("PELLICLE_SAMPLES");
  return larger != NULL ? g_build_filename (larger, "formats", NULL)
                        : g_test_build_filename (G_TEST_DIST, "data", "formats", NULL);
}

typedef struct
{
  char *path;
  JsonObject *facts;
} Sample;

static gboolean
has_number (JsonObject *facts, const char *name)
{
  JsonNode *node = json_object_get_member (facts, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) != G_TYPE_STRING;
}

static void
assert_number (JsonObject *facts, const char *name, double value, double relative, double absolute)
{
  if (!has_number (facts, name))
    return;
  double truth = json_object_get_double_member (facts, name);
  if (fabs (value - truth) > absolute + relative * fabs (truth))
    g_error ("%s is %.12g, should be %.12g", name, value, truth);
}

/* A calibration is there and right, or null and absent; that it is not named at all says nothing.
 */
static void
assert_um (JsonObject *facts, const char *name, double value)
{
  if (!json_object_has_member (facts, name))
    return;
  if (json_object_get_null_member (facts, name))
    g_assert_cmpfloat (value, ==, 0.0);
  else
    assert_number (facts, name, value, 1e-4, 0.0);
}

static gboolean
is_lossy (JsonObject *facts)
{
  return g_strcmp0 (json_object_get_string_member_with_default (facts, "container", ""), "JPEG") ==
             0 ||
         g_strcmp0 (json_object_get_string_member_with_default (facts, "compression", ""),
                    "jpeg") == 0;
}

static void
assert_error (const GError *error, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_test_message ("refused: %s", error->message);
}

static void
check_range (const Sample *sample, const PelImageInfo *info)
{
  JsonObject *facts = sample->facts;
  g_autoptr (GError) error = NULL;
  double min, max, slack = is_lossy (facts) ? 3.0 : 0.0;

  gboolean ok = pel_image_probe_range (sample->path, &min, &max, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  assert_number (facts, "min", min, 1e-6, slack);
  assert_number (facts, "max", max, 1e-6, slack);
}

/* The mean over all channels of the first page, which sees samples that minimum and maximum miss.
 */
static void
check_mean (const Sample *sample, const PelImageInfo *info)
{
  g_autoptr (GError) error = NULL;
  double sum = 0.0, n = 0.0;

  if (!has_number (sample->facts, "mean") || json_object_has_member (sample->facts, "note_scale") ||
      info->positions != info->pages)
    return;
  /* The facts of a fax come from a program that turns its pixels over. */
  if (info->min_is_white && info->bits == 1)
    return;
  g_autoptr (PelImage) image = pel_image_load_stored (sample->path, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  PelRect rect = { 0, 0, (gint)width, (gint)height };
  g_autofree float *values = g_new (float, (gsize)width *height);
  for (guint c = 0; c < pel_image_get_n_channels (image); c++)
    {
      pel_image_read_float (image, (gint)c, &rect, values, width);
      for (gsize i = 0; i < (gsize)width * height; i++)
        if (isfinite (values[i]))
          {
            sum += (double)values[i];
            n += 1.0;
          }
    }
  assert_number (sample->facts, "mean", sum / n, 1e-5, is_lossy (sample->facts) ? 1.0 : 1e-3);
}

/* Page by page, where no channels are gathered and no thumbnails left out. */
static void
check_pages (const Sample *sample, const PelImageInfo *info)
{
  JsonObject *facts = sample->facts;

  if (json_object_has_member (facts, "page_min_max") && info->positions == info->pages)
    {
      JsonArray *pages = json_object_get_array_member (facts, "page_min_max");
      g_assert_cmpuint (json_array_get_length (pages), ==, MIN (info->pages, 12));
      for (guint i = 0; i < json_array_get_length (pages); i++)
        {
          g_autoptr (GError) error = NULL;
          JsonArray *page = json_array_get_array_element (pages, i);
          g_autoptr (PelImage) image = pel_image_load_stored (sample->path, i, NULL, NULL, &error);
          double min, max;
          g_assert_no_error (error);
          g_assert_true (pel_image_get_range (image, 0, &min, &max));
          g_assert_cmpfloat (min, ==, json_array_get_double_element (page, 0));
          g_assert_cmpfloat (max, ==, json_array_get_double_element (page, 1));
        }
    }
  if (json_object_has_member (facts, "page_sizes") && info->positions == info->pages)
    {
      JsonArray *pages = json_object_get_array_member (facts, "page_sizes");
      g_assert_cmpuint (json_array_get_length (pages), ==, info->pages);
      for (guint i = 0; i < info->pages; i++)
        {
          g_autoptr (GError) error = NULL;
          JsonArray *size = json_array_get_array_element (pages, i);
          g_autoptr (PelImage) image = pel_image_load (sample->path, i, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpint (pel_image_get_width (image), ==, json_array_get_int_element (size, 0));
          g_assert_cmpint (pel_image_get_height (image), ==, json_array_get_int_element (size, 1));
        }
    }
}

static void
check_channels (const Sample *sample, const PelImageInfo *info)
{
  g_autoptr (GError) error = NULL;

  if (!json_object_has_member (sample->facts, "channel_min_max") || info->positions != info->pages)
    return;
  JsonArray *channels = json_object_get_array_member (sample->facts, "channel_min_max");
  g_autoptr (PelImage) image = pel_image_load_stored (sample->path, 0, NULL, NULL, &error);
  double slack = is_lossy (sample->facts) ? 3.0 : 0.0;

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (channels), ==, pel_image_get_n_channels (image));
  for (guint c = 0; c < json_array_get_length (channels); c++)
    {
      JsonArray *range = json_array_get_array_element (channels, c);
      double min, max;
      g_assert_true (pel_image_get_range (image, (gint)c, &min, &max));
      g_assert_cmpfloat (fabs (min - json_array_get_double_element (range, 0)), <=, slack);
      g_assert_cmpfloat (fabs (max - json_array_get_double_element (range, 1)), <=, slack);
    }
}

static void
check_facts (const Sample *sample, const PelImageInfo *info)
{
  JsonObject *facts = sample->facts;
  static const char *const formats[] = { "uint", "int", "float" };

  assert_number (facts, "width", info->width, 0.0, 0.0);
  assert_number (facts, "height", info->height, 0.0, 0.0);
  assert_number (facts, "pages", info->pages, 0.0, 0.0);
  assert_number (facts, "channels", info->channels, 0.0, 0.0);
  assert_number (facts, "bits", info->bits, 0.0, 0.0);
  assert_number (facts, "exif_orientation", info->orientation, 0.0, 0.0);
  assert_um (facts, "um_per_px_x", info->um_x);
  assert_um (facts, "um_per_px_y", info->um_y);
  assert_um (facts, "z_step_um", info->z_step_um);
  if (json_object_has_member (facts, "sample_format"))
    g_assert_cmpstr (formats[info->sample_format], ==,
                     json_object_get_string_member (facts, "sample_format"));
  if (json_object_has_member (facts, "calibration"))
    g_assert_cmpstr (info->calibration, ==, json_object_get_string_member (facts, "calibration"));
}

/* Loading every position must never crash, and must succeed where the file is sound. */
static gboolean
load_all (const Sample *sample, const PelImageInfo *info, gboolean must_succeed)
{
  for (guint i = 0; i < MIN (info->positions, 64); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PelImage) image = pel_image_load (sample->path, i, NULL, &error);
      if (image == NULL)
        {
          if (must_succeed)
            g_assert_no_error (error);
          assert_error (error, sample->path);
          return FALSE;
        }
      g_assert_no_error (error);
      double low, high;
      pel_image_get_percentiles (image, PEL_CHANNEL_LUMINANCE, 1.0, 99.0, &low, &high);
      g_assert_cmpfloat (low, <=, high);
    }
  return TRUE;
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  const char *expect = json_object_get_string_member (sample->facts, "expect");
  g_autoptr (GError) error = NULL;
  g_auto (PelImageInfo) info = { 0 };

  if (g_str_equal (expect, "ignore"))
    {
      g_assert_false (pel_image_path_is_candidate (sample->path));
      return;
    }
  gboolean probed = pel_image_probe (sample->path, &info, &error);
  if (!probed)
    {
      assert_error (error, sample->path);
      g_assert_cmpuint (info.width, ==, 0);
      g_assert_cmpstr (expect, !=, "ok");
      g_assert_cmpstr (expect, !=, "partial");
      g_autoptr (PelImage) image = pel_image_load (sample->path, 0, NULL, NULL);
      g_assert_null (image);
      return;
    }
  g_test_message ("%s: %ux%u, %u pages, %u positions of %u, %u channels of %u bits; %s",
                  info.format, info.width, info.height, info.pages, info.positions,
                  info.position_channels, info.channels, info.bits,
                  info.warning != NULL ? info.warning : "no warning");

  gboolean must_succeed = g_str_equal (expect, "ok") || g_str_equal (expect, "partial");
  gboolean loaded = load_all (sample, &info, must_succeed);
  if (g_str_equal (expect, "must_fail"))
    g_assert_false (loaded);
  if (g_str_equal (expect, "partial"))
    g_assert_nonnull (info.warning);
  if (g_str_equal (expect, "ok") || (g_str_equal (expect, "ok_or_error") && loaded))
    {
      check_facts (sample, &info);
      check_range (sample, &info);
      check_mean (sample, &info);
      check_pages (sample, &info);
      check_channels (sample, &info);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autofree char *dir = samples_dir ();
  g_autofree char *list = g_build_filename (dir, "expected.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  json_parser_load_from_file (parser, list, &error);
  g_assert_no_error (error);
  JsonArray *files =
      json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "files");
  guint n = json_array_get_length (files);
  g_assert_cmpuint (n, >, 0);

  g_autofree Sample *samples = g_new0 (Sample, n);
  for (guint i = 0; i < n; i++)
    {
      samples[i].facts = json_array_get_object_element (files, i);
      const char *name = json_object_get_string_member (samples[i].facts, "file");
      samples[i].path = g_build_filename (dir, name, NULL);
      g_assert_true (g_file_test (samples[i].path, G_FILE_TEST_EXISTS));
      g_autofree char *path = g_strconcat ("/formats/", name, NULL);
      g_test_add_data_func (path, &samples[i], test_sample);
    }
  int result = g_test_run ();
  for (guint i = 0; i < n; i++)
    g_free (samples[i].path);
  return result;
}
