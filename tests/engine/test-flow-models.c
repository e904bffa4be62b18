/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "engine/pel-engine.h"
#include "engine/infer/pel-onnx-read.h"
#include "engine/infer/pel-onnx.h"
#include "engine/nn/pel-safetensors.h"
#include "engine/train/pel-init.h"
#include "tests/engine/train-test-data.h"

/* Models that part cells by flows, from the training to the file and back. */

static void
init_flows (PelTrainConfig *config)
{
  init_tiny (config);
  config->separator = PEL_SEPARATOR_FLOWS;
  config->averaging = 0.0;
}

static PelModel *
train_flows (const PelTrainConfig *config, guint n_threads, const char *path)
{
  g_autoptr (PelPool) pool = pel_pool_new (n_threads);
  g_autoptr (PelDataset) dataset = new_synthetic (5, 2, 96);
  g_autoptr (PelTrainer) trainer = pel_trainer_new (config, dataset, NULL, pool, NULL);
  g_assert_nonnull (trainer);
  g_autoptr (GError) error = NULL;
  pel_trainer_run (trainer, path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return pel_trainer_steal_best (trainer);
}

static PelPrediction *
predict (PelModel *model, PelImage *image, guint n_views)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  PelPredictOptions options;
  pel_predict_options_init (&options);
  options.n_views = n_views;
  options.tile = 128;
  return pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
}

/* A short training finds most cells, and tells where their middles are. */
static void
test_train (void)
{
  PelTrainConfig config;
  init_flows (&config);
  config.epochs = 16;
  config.base_channels = 8;
  g_autofree char *path = test_path ("flows.safetensors");
  g_autoptr (PelModel) model = train_flows (&config, 2, path);
  g_assert_cmpuint (pel_unet_get_config (pel_model_get_unet (model))->out_channels, ==, 3);
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);
  g_assert_cmpfloat (rows[n_rows - 1].loss, <, 0.7 * rows[0].loss);
  g_assert_cmpfloat (rows[n_rows - 1].val_loss, <, rows[0].val_loss);
  g_assert_cmpfloat (rows[n_rows - 1].val_ap50, >, 0.6);

  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (96, 900, &image, &labels);
  g_autoptr (PelPrediction) told = predict (model, image, 1);
  g_assert_cmpint (told->separator, ==, PEL_SEPARATOR_FLOWS);
  gsize n = 96 * 96;
  PelRect all = { 0, 0, 96, 96 };
  g_autofree guint32 *plane = g_new (guint32, n);
  g_autofree float *down = g_new (float, n), *right = g_new (float, n);
  pel_labels_read (labels, &all, plane, 96);
  g_autoptr (PelFlowField) field = pel_flow_field_new (plane, 96, 96, NULL, NULL);
  pel_flow_field_read_unit (field, down, right);
  double agree = 0.0, length = 0.0;
  guint n_inside = 0;
  for (gsize i = 0; i < n; i++)
    if (down[i] != 0.0f || right[i] != 0.0f)
      {
        agree += (double)(told->parting[i] * down[i] + told->parting[n + i] * right[i]);
        length += (double)hypotf (told->parting[i], told->parting[n + i]);
        n_inside++;
      }
  g_test_message ("%g along the true way, of a length of %g", agree / n_inside, length / n_inside);
  g_assert_cmpfloat (agree / n_inside, >, 0.6);
  g_assert_cmpfloat (length / n_inside, <, 1.2);
}

/* Whatever the number of threads, and loaded again, the weights are the same. */
static void
test_repeats (void)
{
  PelTrainConfig config;
  init_flows (&config);
  config.epochs = 1;
  g_autofree char *path = test_path ("one.safetensors"),
                  *other_path = test_path ("two.safetensors");
  g_autoptr (PelModel) one = train_flows (&config, 1, path);
  g_autoptr (PelModel) two = train_flows (&config, 2, other_path);
  g_autoptr (PelModel) loaded = pel_model_load (path, NULL);
  g_assert_cmpint (pel_model_get_config (loaded)->separator, ==, PEL_SEPARATOR_FLOWS);
  for (guint i = 0; i < pel_unet_get_n_parameters (pel_model_get_unet (one)); i++)
    {
      const PelParameter *p = pel_unet_get_parameter (pel_model_get_unet (one), i);
      const PelParameter *q = pel_unet_get_parameter (pel_model_get_unet (two), i);
      const PelParameter *r = pel_unet_get_parameter (pel_model_get_unet (loaded), i);
      gsize size = p->n_values * sizeof (float);
      g_assert_cmpmem (p->value, size, q->value, size);
      g_assert_cmpmem (p->value, size, r->value, size);
    }
}

static char *
get_version (const char *path)
{
  g_autoptr (PelSafetensors) file = pel_safetensors_load (path, NULL);
  return g_strdup (pel_safetensors_get_metadata (file, "version"));
}

/* What older programs can read is written as before; what they cannot, they are told. */
static void
test_version (void)
{
  PelTrainConfig config;
  init_flows (&config);
  g_autoptr (PelModel) flows = pel_model_new (&config, NULL);
  config.separator = PEL_SEPARATOR_BORDER;
  g_autoptr (PelModel) border = pel_model_new (&config, NULL);
  g_autofree char *path = test_path ("version.safetensors");
  g_assert_true (pel_model_save (flows, path, NULL));
  g_autofree char *version = get_version (path);
  g_assert_cmpstr (version, ==, "2");
  g_assert_true (pel_model_save (border, path, NULL));
  g_autofree char *old_version = get_version (path);
  g_assert_cmpstr (old_version, ==, "1");

  /* Models from before there was a choice have a border. */
  g_autofree char *json = pel_train_config_to_json (&config);
  g_auto (GStrv) parts = g_strsplit (json, ",\"separator\":\"border\"", 2);
  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_autofree char *older = g_strconcat (parts[0], parts[1], NULL);
  config.separator = PEL_SEPARATOR_FLOWS;
  g_assert_true (pel_train_config_from_json (&config, older, NULL));
  g_assert_cmpint (config.separator, ==, PEL_SEPARATOR_BORDER);
  g_assert_cmpuint (pel_train_config_get_n_outputs (&config), ==, 2);
  g_autofree char *wrong = g_strconcat (parts[0], ",\"separator\":\"walls\"", parts[1], NULL);
  g_assert_false (pel_train_config_from_json (&config, wrong, NULL));

  /* A mask has nothing that parts cells. */
  config.separator = PEL_SEPARATOR_FLOWS;
  config.task = PEL_TASK_MASK;
  g_assert_cmpuint (pel_train_config_get_n_outputs (&config), ==, 1);
  g_assert_false (pel_train_config_has_flows (&config));
}

static const PelParameter *
get_head (PelModel *model, const char *name)
{
  PelUnet *unet = pel_model_get_unet (model);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    if (strcmp (pel_unet_get_parameter (unet, i)->name, name) == 0)
      return pel_unet_get_parameter (unet, i);
  g_assert_not_reached ();
}

/* From a model with a border all is taken but what the border is told by. */
static void
test_init (void)
{
  PelTrainConfig config;
  init_flows (&config);
  config.seed = 5;
  g_autoptr (PelModel) flows = pel_model_new (&config, NULL);
  g_autoptr (PelModel) untouched = pel_model_new (&config, NULL);
  config.separator = PEL_SEPARATOR_BORDER;
  config.seed = 6;
  g_autoptr (PelModel) border = pel_model_new (&config, NULL);
  PelInitReport report;
  pel_init_take_weights (flows, border, &report);
  g_assert_cmpuint (report.n_fresh, ==, 0);
  g_assert_cmpuint (report.outputs_before, ==, 2);
  g_assert_cmpuint (report.outputs, ==, 3);
  g_assert_cmpuint (report.outputs_kept, ==, 1);
  g_autofree char *text = pel_init_report_describe (&report);
  g_assert_nonnull (strstr (text, "Outputs: 2 before, 3 now, 1 of them kept."));
  const PelParameter *to = get_head (flows, "head.weight");
  gsize n = to->n_values / 3;
  g_assert_cmpmem (to->value, n * sizeof (float), get_head (border, "head.weight")->value,
                   n * sizeof (float));
  g_assert_cmpmem (to->value + n, 2 * n * sizeof (float),
                   get_head (untouched, "head.weight")->value + n, 2 * n * sizeof (float));

  /* And the shape of a model to start from is its separator, too. */
  pel_init_adopt_shape (&config, flows);
  g_assert_cmpint (config.separator, ==, PEL_SEPARATOR_FLOWS);
}

/* Averaged over all views, flows turn as the image does. */
static void
test_views (void)
{
  enum
  {
    W = 96,
    H = 64
  };
  PelTrainConfig config;
  init_flows (&config);
  config.epochs = 2;
  g_autofree char *path = test_path ("views.safetensors");
  g_autoptr (PelModel) model = train_flows (&config, 2, path);
  g_autoptr (PelImage) square = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (W, 77, &square, &labels);
  PelImage *image = pel_image_new (W, H, 1, PEL_SAMPLE_U8, NULL);
  PelImage *turned = pel_image_new (H, W, 1, PEL_SAMPLE_U8, NULL);
  guint8 *to = pel_image_get_writable_plane (image, 0);
  memcpy (to, pel_image_get_plane (square, 0), W * H);
  /* By a quarter: what was down is left. */
  for (guint y = 0; y < W; y++)
    for (guint x = 0; x < H; x++)
      ((guint8 *)pel_image_get_writable_plane (turned, 0))[y * H + x] = to[(H - 1 - x) * W + y];
  g_autoptr (PelPrediction) here = predict (model, image, PEL_N_VIEWS);
  g_autoptr (PelPrediction) there = predict (model, turned, PEL_N_VIEWS);
  double apart = 0.0, size = 0.0;
  for (guint y = 0; y < W; y++)
    for (guint x = 0; x < H; x++)
      {
        gsize at = (gsize)(H - 1 - x) * W + y, seen = (gsize)y * H + x, n = W * H;
        double down = (double)here->parting[at], right = (double)here->parting[n + at];
        apart += fabs ((double)there->parting[n + seen] + down) +
                 fabs ((double)there->parting[seen] - right);
        size += fabs (down) + fabs (right);
      }
  g_test_message ("%g of the flows' size", apart / size);
  g_assert_cmpfloat (apart, <, 0.02 * size);
  pel_image_unref (image);
  pel_image_unref (turned);
}

static gboolean
append (const void *bytes, gsize length, gpointer out, GError **error)
{
  g_byte_array_append (out, bytes, (guint)length);
  return TRUE;
}

/* As ONNX and back: the same, bit for bit; and without what the program wrote beside it the
 * foreground alone can be had. */
static void
test_onnx (void)
{
  PelTrainConfig config;
  init_flows (&config);
  g_autoptr (PelModel) model = pel_model_new (&config, NULL);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  pel_onnx_write_to (model, PEL_ONNX_DEFAULT_OPSET, append, out, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (out);
  const char *folder = g_getenv ("PELLICLE_DOORS");
  if (folder != NULL)
    {
      g_autofree char *name = g_build_filename (folder, "flows.onnx", NULL);
      g_autofree char *own = g_build_filename (folder, "flows.safetensors", NULL);
      g_assert_true (pel_model_save (model, own, NULL));
      g_assert_true (g_file_set_contents (name, g_bytes_get_data (bytes, NULL),
                                          (gssize)g_bytes_get_size (bytes), NULL));
    }
  g_autoptr (PelModel) back = pel_onnx_read (bytes, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pel_model_get_config (back)->separator, ==, PEL_SEPARATOR_FLOWS);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (80, 3, &image, &labels);
  g_autoptr (PelPrediction) a = predict (model, image, 1);
  g_autoptr (PelPrediction) b = predict (back, image, 1);
  gsize size = 80 * 80 * sizeof (float);
  g_assert_cmpmem (a->foreground, size, b->foreground, size);
  g_assert_cmpmem (a->parting, 2 * size, b->parting, 2 * size);
}

/* What is cut anew from the planes is what another threshold would have given at once. */
static void
test_cut_again (void)
{
  PelTrainConfig config;
  init_flows (&config);
  g_autofree char *path = test_path ("again.safetensors");
  g_autoptr (PelModel) model = train_flows (&config, 2, path);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_synthetic (96, 5, &image, &labels);
  g_autoptr (PelPool) pool = pel_pool_new (2);
  PelPredictOptions options;
  pel_predict_options_init (&options);
  g_autoptr (PelPrediction) first =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  options.threshold = 0.35;
  options.separation = 0.9;
  options.min_size = 5;
  g_autoptr (PelPrediction) second =
      pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, NULL);
  g_assert_true (pel_prediction_resegment (first, model, &options, NULL, NULL));
  g_assert_true (pel_labels_equal (first->labels, second->labels));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-models/train", test_train);
  g_test_add_func ("/flow-models/repeats", test_repeats);
  g_test_add_func ("/flow-models/version", test_version);
  g_test_add_func ("/flow-models/init", test_init);
  g_test_add_func ("/flow-models/views", test_views);
  g_test_add_func ("/flow-models/onnx", test_onnx);
  g_test_add_func ("/flow-models/cut-again", test_cut_again);
  gint status = g_test_run ();
  remove_test_files ();
  return status;
}
