/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <json-glib/json-glib.h>

#include "engine/pel-engine.h"

/* Train, predict, evaluate and measure on three small images, as a script would. */

#define TRAIN "train --quiet --images %s --masks %s --model %s --base-channels 4 --depth 2 "

static const char header[] =
    "image,page,cell,class,group,centroid_x_px,centroid_y_px,area_px,area_um2,perimeter_px,"
    "perimeter_um,equivalent_diameter_px,equivalent_diameter_um,equivalent_diameter_err_px,"
    "equivalent_diameter_err_um,major_axis_px,major_axis_um,minor_axis_px,minor_axis_um,"
    "orientation_deg,max_feret_px,max_feret_um,max_feret_angle_deg,min_feret_px,min_feret_um,"
    "stretch,aspect_ratio,circularity,eccentricity,convex_area_px,solidity,mean_intensity,"
    "sd_intensity,min_intensity,max_intensity,touches_border,edge_confidence,"
    "min_feret_angle_deg,major_axis_err_px,major_axis_err_um,minor_axis_err_px,"
    "minor_axis_err_um,max_feret_err_px,max_feret_err_um,min_feret_err_px,min_feret_err_um,"
    "pieces,um_per_px_x,um_per_px_y,origin,skeleton_length_px,skeleton_length_um,mean_width_px,"
    "mean_width_um,max_width_px,max_width_um\n";

typedef struct
{
  char *folder, *images, *masks, *image;
  char *model, *predictions, *csv;
} Pipeline;

static void
set_up (Pipeline *p, gconstpointer data)
{
  p->folder = program_make_folder ();
  p->images = program_data ("nuclei/images");
  p->masks = program_data ("nuclei/masks");
  p->image = program_data ("nuclei/images/nuclei_3.png");
  p->model = g_build_filename (p->folder, "model.safetensors", NULL);
  p->predictions = g_build_filename (p->folder, "found", NULL);
  p->csv = g_build_filename (p->folder, "cells.csv", NULL);
}

static void
tear_down (Pipeline *p, gconstpointer data)
{
  program_remove_folder (p->folder);
  g_free (p->images);
  g_free (p->masks);
  g_free (p->image);
  g_free (p->model);
  g_free (p->predictions);
  g_free (p->csv);
}

static void
train (Pipeline *p, const char *model)
{
  g_auto (ProgramRun) run = { 0 };

  program_run (&run,
               TRAIN "--patch 64 --batch 2 --epochs 2 --steps-per-epoch 30 --learning-rate 0.01 "
                     "--seed 3 --val-fraction 0.34 --threads 2",
               p->images, p->masks, model);
  program_assert_done (&run);
  g_assert_cmpstr (run.output, ==, "");
}

static void
assert_same_file (const char *folder, const char *name, const char *other_path)
{
  g_autoptr (GBytes) a = program_read (folder, name);
  g_autoptr (GBytes) b = program_read (other_path, "");

  g_assert_true (g_bytes_equal (a, b));
}

/* What the command writes is what the library says, byte for byte. */
static void
check_against_library (Pipeline *p)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = pel_model_load (p->model, &error);
  g_autoptr (PelImage) image = pel_image_load (p->image, 0, NULL, &error);
  g_autoptr (PelPrediction) prediction = NULL;
  g_autoptr (PelCellTable) table = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (text);
  g_autofree char *labels = g_build_filename (p->folder, "library.tif", NULL);
  g_autofree char *prob = g_build_filename (p->folder, "library.prob.tif", NULL);
  PelMeasureOptions measure = PEL_MEASURE_OPTIONS_DEFAULT;
  PelMeasureCsvSource source = { .image = "nuclei_3", .page = 1 };
  PelPool *pool = pel_pool_new (1);

  g_assert_no_error (error);
  prediction = pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pel_labels_save_tiff (prediction->labels, labels, 0, 0, &error);
  pel_image_save_float_tiff (prob, prediction->foreground, prediction->width, prediction->height, 0,
                             0, &error);
  g_assert_no_error (error);
  assert_same_file (p->predictions, "nuclei_3.tif", labels);
  assert_same_file (p->predictions, "nuclei_3.prob.tif", prob);

  measure.um_x = measure.um_y = 0.5;
  measure.threshold = (float)prediction->threshold;
  measure.error_scale = &prediction->error_scale;
  measure.default_origin = PEL_LABEL_ORIGIN_MODEL;
  table = pel_measure_cells (prediction->labels, image, prediction->foreground, &measure, pool,
                             NULL, &error);
  g_assert_no_error (error);
  pel_measure_write_csv_header (csv, PEL_DEFINITIONS_PELLICLE);
  pel_measure_write_csv_rows (csv, table, &source, pool);
  {
    g_autoptr (GBytes) written = program_read (p->csv, "");

    g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), text->str,
                     text->len);
  }
  pel_unet_unplan (pel_model_get_unet (model));
  pel_pool_free (pool);
}

/* Views averaged, and how sure the model then is of each pixel. */
static void
check_views (Pipeline *p)
{
  g_auto (ProgramRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = pel_model_load (p->model, &error);
  g_autoptr (PelImage) image = pel_image_load (p->image, 0, NULL, &error);
  g_autoptr (PelImage) map = NULL;
  g_autoptr (PelPrediction) prediction = NULL;
  g_autofree char *folder = g_build_filename (p->folder, "views", NULL);
  g_autofree char *path = g_build_filename (folder, "nuclei_3.uncertainty.tif", NULL);
  g_autofree char *prob = g_build_filename (p->folder, "views.prob.tif", NULL);
  PelPool *pool = pel_pool_new (1);
  PelPredictOptions options;

  g_assert_no_error (error);
  program_run (&run, "predict --model %s --out %s --tta --probabilities --uncertainty --quiet %s",
               p->model, folder, p->image);
  program_assert_done (&run);
  pel_predict_options_init (&options);
  options.n_views = PEL_N_VIEWS;
  prediction = pel_predict_image (model, image, &options, pool, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pel_image_save_float_tiff (prob, prediction->foreground, prediction->width, prediction->height, 0,
                             0, &error);
  g_assert_no_error (error);
  assert_same_file (folder, "nuclei_3.prob.tif", prob);
  map = pel_image_load (path, 0, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < (gsize)prediction->width * prediction->height; i++)
    g_assert_cmpfloat_with_epsilon (((const float *)pel_image_get_plane (map, 0))[i],
                                    1.0 - fabs (2.0 * prediction->foreground[i] - 1.0), 1e-5);
  g_assert_false (pel_image_path_is_candidate ("nuclei_3.uncertainty.tif"));
  pel_unet_unplan (pel_model_get_unet (model));
  pel_pool_free (pool);
}

static JsonObject *
evaluate (Pipeline *p, JsonNode **root)
{
  g_auto (ProgramRun) run = { 0 };
  g_autoptr (GError) error = NULL;

  program_run (&run, "evaluate --json --predictions %s --truth %s", p->predictions, p->masks);
  g_assert_cmpint (run.status, ==, 0);
  *root = json_from_string (run.output, &error);
  g_assert_no_error (error);
  return json_node_get_object (*root);
}

static void
test_pipeline (Pipeline *p, gconstpointer data)
{
  static const char *const scores[] = { "dice",    "iou",   "pixel_accuracy", "ap50",     "ap75",
                                        "ap50_95", "f1_50", "precision_50",   "recall_50" };
  g_auto (ProgramRun) predict = { 0 };
  g_auto (ProgramRun) measure = { 0 };
  g_autoptr (GBytes) csv = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  g_autofree char *overlay = NULL;

  train (p, p->model);
  program_run (&predict, "predict --model %s --out %s --probabilities --overlay --quiet %s",
               p->model, p->predictions, p->image);
  program_assert_done (&predict);
  overlay = g_build_filename (p->predictions, "nuclei_3.overlay.png", NULL);
  g_assert_true (g_file_test (overlay, G_FILE_TEST_EXISTS));

  program_run (&measure,
               "measure --quiet --labels %s --images %s --probabilities %s --pixel-size 0.5 "
               "--csv %s",
               p->predictions, p->images, p->predictions, p->csv);
  program_assert_done (&measure);
  csv = program_read (p->folder, "cells.csv");
  g_assert_cmpuint (g_bytes_get_size (csv), >, sizeof header - 1);
  g_assert_cmpmem (g_bytes_get_data (csv, NULL), sizeof header - 1, header, sizeof header - 1);
  g_bytes_unref (program_read (p->folder, "cells.columns.txt"));
  g_bytes_unref (program_read (p->folder, "cells.images.csv"));
  check_against_library (p);
  check_views (p);

  object = evaluate (p, &root);
  g_assert_cmpint (json_object_get_int_member (object, "images"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (scores); i++)
    {
      double value = json_object_get_double_member (object, scores[i]);

      g_assert_cmpfloat (value, >=, 0);
      g_assert_cmpfloat (value, <=, 1);
    }
  g_assert_true (json_object_has_member (object, "diameter_mape"));
  g_assert_true (json_object_has_member (object, "rand_foreground"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "per_image")), ==,
                    1);
  /* Bright nuclei on black: even this little network learns most of them. */
  g_assert_cmpfloat (json_object_get_double_member (object, "dice"), >, 0.5);
}

/* The truth against itself is perfect. */
static void
test_perfect (Pipeline *p, gconstpointer data)
{
  g_autofree char *copy = g_strdup_printf ("cp -R '%s' '%s'", p->masks, p->predictions);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  g_assert_cmpint (system (copy), ==, 0);
  object = evaluate (p, &root);
  g_assert_cmpint (json_object_get_int_member (object, "images"), ==, 3);
  g_assert_cmpfloat (json_object_get_double_member (object, "dice"), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (object, "ap50_95"), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (object, "diameter_mape"), ==, 0);
}

/* The same seed gives the same bytes but for the times in them: the same predictions. */
static void
test_repeats (Pipeline *p, gconstpointer data)
{
  g_autofree char *model = g_build_filename (p->folder, "again.safetensors", NULL);
  g_autofree char *out = g_build_filename (p->folder, "again", NULL);
  g_autofree char *prob = g_build_filename (out, "nuclei_3.prob.tif", NULL);
  g_auto (ProgramRun) first = { 0 };
  g_auto (ProgramRun) second = { 0 };

  train (p, p->model);
  train (p, model);
  program_run (&first, "predict --model %s --out %s --probabilities --quiet --threads 1 %s",
               p->model, p->predictions, p->image);
  program_assert_done (&first);
  program_run (&second, "predict --model %s --out %s --probabilities --quiet --threads 3 %s", model,
               out, p->image);
  program_assert_done (&second);
  assert_same_file (p->predictions, "nuclei_3.prob.tif", prob);
}

/* One row per epoch; --resume adds to it. */
static void
test_log (Pipeline *p, gconstpointer data)
{
  g_autofree char *log = g_build_filename (p->folder, "log.csv", NULL);
  g_autoptr (GBytes) content = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (ProgramRun) run = { 0 };

  program_run (&run,
               TRAIN "--patch 32 --batch 1 --epochs 3 --steps-per-epoch 2 --val-fraction 0.34 "
                     "--log %s",
               p->images, p->masks, p->model, log);
  program_assert_done (&run);
  content = program_read (log, "");
  text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (lines[0], ==,
                   "step,epoch,seconds,learning_rate,loss,val_loss,val_dice,val_ap50,is_best");
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *start = g_strdup_printf ("%u,%u,", 2 * i, i);

      g_assert_true (g_str_has_prefix (lines[i], start));
    }
}

/* Until the log tells of an epoch, below its heading. */
static void
wait_for_epoch (const char *log)
{
  gint64 end = g_get_monotonic_time () + 120 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *text = NULL;
      const char *row = g_file_get_contents (log, &text, NULL, NULL) ? strchr (text, '\n') : NULL;

      if (row != NULL && strchr (row + 1, '\n') != NULL)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20 * 1000);
    }
}

/* Ctrl-C stops, keeps a model that works, and --resume goes on to the end. */
static void
test_interrupt (Pipeline *p, gconstpointer data)
{
  g_autofree char *log = g_build_filename (p->folder, "log.csv", NULL);
  g_autofree char *resume = g_build_filename (p->folder, "model.resume.safetensors", NULL);
  g_auto (GStrv) argv =
      program_argv (TRAIN "--patch 64 --batch 1 --epochs 60 --steps-per-epoch 20 --log %s",
                    p->images, p->masks, p->model, log);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
      g_subprocess_newv ((const char *const *)argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_auto (ProgramRun) predict = { 0 };
  g_auto (ProgramRun) rest = { 0 };

  g_assert_no_error (error);
  wait_for_epoch (log);
  g_subprocess_send_signal (child, SIGINT);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (child));
  g_assert_cmpint (g_subprocess_get_exit_status (child), ==, 0);
  g_assert_true (g_file_test (p->model, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (resume, G_FILE_TEST_EXISTS));

  program_run (&predict, "predict --model %s --out %s --quiet %s", p->model, p->predictions,
               p->image);
  program_assert_done (&predict);
  program_run (&rest, "train --quiet --images %s --masks %s --model %s --resume --time-limit 2",
               p->images, p->masks, p->model);
  program_assert_done (&rest);
}

/* Two signals, apart: the program ends at once with status 130, whatever it is at. Here it waits
 * for somebody to read its log, which nothing but its end can change. */
static void
test_interrupt_twice (Pipeline *p, gconstpointer data)
{
  g_autofree char *log = g_build_filename (p->folder, "log.fifo", NULL);
  g_auto (GStrv) argv = program_argv ("train --images %s --masks %s --model %s --log %s", p->images,
                                      p->masks, p->model, log);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  gboolean ready = FALSE;

  g_assert_cmpint (mkfifo (log, 0600), ==, 0);
  child = g_subprocess_newv ((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  while (!ready)
    {
      g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      ready = g_str_has_prefix (line, "Training on");
    }
  g_subprocess_send_signal (child, SIGINT);
  g_usleep (700 * 1000);
  g_subprocess_send_signal (child, SIGINT);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (child));
  g_assert_cmpint (g_subprocess_get_exit_status (child), ==, 130);
}

/* One unreadable image is named, the others are done, and the status says so. */
static void
test_one_bad_image (Pipeline *p, gconstpointer data)
{
  g_autofree char *bad = g_build_filename (p->folder, "bad.png", NULL);
  g_auto (ProgramRun) run = { 0 };
  g_autofree char *content = NULL;
  gsize length;

  train (p, p->model);
  g_assert_true (g_file_get_contents (p->image, &content, &length, NULL));
  g_assert_true (g_file_set_contents (bad, content, (gssize)length / 2, NULL));
  program_run (&run, "predict --quiet --model %s --out %s %s %s", p->model, p->predictions, bad,
               p->image);
  program_assert_error (&run, 1, "bad.png");
  g_bytes_unref (program_read (p->predictions, "nuclei_3.tif"));
}

/* Two images of one name would overwrite each other. */
static void
test_same_names (Pipeline *p, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (p->folder, "nuclei_3.png", NULL);
  g_auto (ProgramRun) run = { 0 };
  g_autofree char *content = NULL;
  gsize length;

  train (p, p->model);
  g_assert_true (g_file_get_contents (p->image, &content, &length, NULL));
  g_assert_true (g_file_set_contents (copy, content, (gssize)length, NULL));
  program_run (&run, "predict --quiet --model %s --out %s %s %s", p->model, p->predictions, copy,
               p->image);
  program_assert_error (&run, 1, "nuclei_3");
  g_assert_false (g_file_test (p->predictions, G_FILE_TEST_EXISTS));
}

/* The time limit covers everything, reading and writing included. */
static void
test_time_limit (Pipeline *p, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, TRAIN "--patch 64 --time-limit 3", p->images, p->masks, p->model);
  program_assert_done (&run);
  g_assert_true (g_file_test (p->model, G_FILE_TEST_EXISTS));
  g_assert_cmpfloat ((double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC, <, 4.5);
}

/* Each page of a stack has results of its own; --page chooses one, which then needs no number. */
static void
test_stack (Pipeline *p, gconstpointer data)
{
  g_autofree char *stack = program_data ("formats/gen_imagej_t3_c2.tif");
  g_autofree char *one = g_build_filename (p->folder, "one", NULL);
  g_autofree char *none = g_build_filename (p->folder, "none", NULL);
  g_auto (ProgramRun) all = { 0 };
  g_auto (ProgramRun) second = { 0 };
  g_auto (ProgramRun) ninth = { 0 };
  g_auto (ProgramRun) measured = { 0 };

  train (p, p->model);
  program_run (&all, "predict --quiet --model %s --out %s %s", p->model, p->predictions, stack);
  program_assert_done (&all);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("gen_imagej_t3_c2_p%03u.tif", i);

      g_bytes_unref (program_read (p->predictions, name));
    }
  program_run (&second, "predict --quiet --model %s --out %s --page 2 %s", p->model, one, stack);
  program_assert_done (&second);
  {
    g_autofree char *whole = g_build_filename (p->predictions, "gen_imagej_t3_c2_p002.tif", NULL);

    assert_same_file (one, "gen_imagej_t3_c2.tif", whole);
  }
  program_run (&ninth, "predict --quiet --model %s --out %s --page 9 %s", p->model, none, stack);
  program_assert_error (&ninth, 1, "9");

  /* Labels find the page that they belong to. */
  program_run (&measured, "measure --quiet --labels %s --images %s --csv %s", p->predictions, stack,
               p->csv);
  program_assert_done (&measured);
}

/* The same through a project's folder. */
static void
test_project (Pipeline *p, gconstpointer data)
{
  g_autofree char *project = g_build_filename (p->folder, "project", NULL);
  g_autofree char *copy = g_strdup_printf ("cp -R '%s/..' '%s'", p->images, project);
  g_auto (ProgramRun) trained = { 0 };
  g_auto (ProgramRun) predicted = { 0 };
  g_auto (ProgramRun) measured = { 0 };
  g_autoptr (GBytes) labels = NULL;
  g_autoptr (GBytes) csv = NULL;

  g_assert_cmpint (system (copy), ==, 0);
  program_run (&trained,
               "train --quiet --project %s --base-channels 4 --depth 2 --patch 64 --epochs 1 "
               "--steps-per-epoch 5",
               project);
  program_assert_done (&trained);
  g_bytes_unref (program_read (project, "models/model.safetensors"));
  program_run (&predicted, "predict --quiet --project %s --model model nuclei_2", project);
  program_assert_done (&predicted);
  labels = program_read (project, "predictions/model/nuclei_2.tif");
  program_run (&measured, "measure --quiet --project %s --csv %s", project, p->csv);
  program_assert_done (&measured);
  csv = program_read (p->csv, "");
  g_assert_cmpmem (g_bytes_get_data (csv, NULL), sizeof header - 1, header, sizeof header - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/pipeline/" name, Pipeline, NULL, set_up, func, tear_down)
  ADD ("all", test_pipeline);
  ADD ("perfect", test_perfect);
  ADD ("repeats", test_repeats);
  ADD ("log", test_log);
  ADD ("interrupt", test_interrupt);
  ADD ("interrupt-twice", test_interrupt_twice);
  ADD ("one-bad-image", test_one_bad_image);
  ADD ("same-names", test_same_names);
  ADD ("time-limit", test_time_limit);
  ADD ("stack", test_stack);
  ADD ("project", test_project);
  return g_test_run ();
}
