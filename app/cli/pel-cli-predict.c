/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-work.h"
#include "app/cli/pel-ready-model.h"
#include "app/document/pel-predict-job.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *model_path;
  char *out;
  char *project;
  char **paths;
  gint tile, threads, page, channel;
  double threshold, diameter;
  char *size; /* what --diameter says */
  gint min_size;
  gboolean probabilities, uncertainty, overlay, tta, quiet;

  guint n_done, n_failed, n_cells;
} Predict;

/* One picture's share of the progress. */
typedef struct
{
  PelCliWork *work;
  const char *name;
  guint index, total;
} Share;

static void
on_progress (double fraction, gpointer data)
{
  const Share *share = data;

  pel_cli_work_report (share->work, (share->index + fraction) / share->total, -1, share->name);
}

static gboolean
write_overlay (const char *path,
               PelImage *image,
               const PelPrediction *prediction,
               PelPool *pool,
               GCancellable *cancellable,
               GError **error)
{
  PelMeasureOptions measure = PEL_MEASURE_OPTIONS_DEFAULT;
  PelContourOptions contour = { .level = (float)prediction->threshold };
  g_autoptr (PelContourSet) contours = NULL;
  g_autoptr (PelCellTable) table = NULL;
  g_autofree guint8 *rgba = NULL;

  measure.um_x = pel_image_get_um_x (image);
  measure.um_y = pel_image_get_um_y (image);
  measure.threshold = (float)prediction->threshold;
  measure.default_origin = PEL_LABEL_ORIGIN_MODEL;
  measure.error_scale = &prediction->error_scale;
  contours =
      pel_contours_trace (prediction->labels, prediction->foreground, &contour, cancellable, error);
  if (contours == NULL)
    return FALSE;
  table = pel_measure_cells (prediction->labels, image, prediction->foreground, &measure, pool,
                             cancellable, error);
  if (table == NULL)
    return FALSE;
  rgba = pel_overlay_render (image, contours, table, NULL, error);
  if (rgba == NULL)
    return FALSE;
  return pel_image_save_png_rgba (path, rgba, prediction->width, prediction->height,
                                  (gsize)prediction->width * 4, error);
}

static gboolean
write_uncertainty (const char *path,
                   const PelPrediction *prediction,
                   double um_x,
                   double um_y,
                   GError **error)
{
  gsize n = (gsize)prediction->width * prediction->height;
  float *map = pel_try_alloc (n, sizeof *map, error);
  gboolean good;

  if (map == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  pel_uncertainty_map (prediction->foreground, n, map);
  good = pel_image_save_float_tiff (path, map, prediction->width, prediction->height, um_x, um_y,
                                    error);
  pel_aligned_free (map);
  return good;
}

static gboolean
write_results (const Predict *predict,
               const PelCliInput *input,
               PelImage *image,
               const PelPrediction *prediction,
               PelPool *pool,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree char *labels = pel_cli_result_path (predict->out, input->name, ".tif");
  double um_x = pel_image_get_um_x (image);
  double um_y = pel_image_get_um_y (image);

  if (!pel_labels_save_tiff (prediction->labels, labels, um_x, um_y, error))
    return FALSE;
  if (predict->probabilities)
    {
      g_autofree char *path = pel_cli_result_path (predict->out, input->name, ".prob.tif");
      g_autofree char *settings_path = pel_cli_result_path (predict->out, input->name, ".json");
      g_autofree char *model = pel_image_get_stem (predict->model_path);
      PelCliSettings settings = { prediction->threshold, model, prediction->error_scale };

      if (!pel_image_save_float_tiff (path, prediction->foreground, prediction->width,
                                      prediction->height, um_x, um_y, error) ||
          !pel_cli_settings_write (settings_path, &settings, error))
        return FALSE;
    }
  if (predict->uncertainty)
    {
      g_autofree char *path = pel_cli_result_path (predict->out, input->name, ".uncertainty.tif");

      if (!write_uncertainty (path, prediction, um_x, um_y, error))
        return FALSE;
    }
  if (predict->overlay)
    {
      g_autofree char *path = pel_cli_result_path (predict->out, input->name, ".overlay.png");

      if (!write_overlay (path, image, prediction, pool, cancellable, error))
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
    }
  return TRUE;
}

static void
say_cells (PelCliWork *work, const char *name, const PelPrediction *prediction, double diameter)
{
  guint n = pel_labels_get_max (prediction->labels);

  if (prediction->guessed)
    /* Translators: an image's name, how many cells were found in it, and how wide they were taken
     * to be */
    pel_cli_work_say (work,
                      ngettext ("%s: %u cell, looked for at %.0f pixels",
                                "%s: %u cells, looked for at %.0f pixels", n),
                      name, n, diameter);
  else
    /* Translators: an image's name and how many cells were found in it */
    pel_cli_work_say (work, ngettext ("%s: %u cell", "%s: %u cells", n), name, n);
}

static gboolean
predict_one (Predict *predict,
             const PelCliInput *input,
             PelModel *model,
             PelPool *pool,
             Share *share,
             GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (share->work);
  g_autoptr (PelImage) image = pel_image_load (input->path, input->page, cancellable, error);
  g_autoptr (PelPrediction) prediction = NULL;
  PelPredictOptions options;

  if (image == NULL)
    return FALSE;
  pel_predict_options_init (&options);
  if (predict->threshold >= 0)
    options.threshold = predict->threshold;
  if (predict->min_size >= 0)
    options.min_size = predict->min_size;
  options.tile = (guint)predict->tile;
  options.n_views = predict->tta ? PEL_N_VIEWS : 1;
  if (predict->channel > 0)
    options.channel = predict->channel - 1;
  options.diameter = predict->diameter;
  prediction =
      pel_predict_image (model, image, &options, pool, cancellable, on_progress, share, error);
  if (prediction == NULL)
    {
      g_prefix_error (error, "%s: ", input->path);
      return FALSE;
    }
  if (!write_results (predict, input, image, prediction, pool, cancellable, error))
    return FALSE;
  predict->n_cells += pel_labels_get_max (prediction->labels);
  say_cells (share->work, input->name, prediction,
             pel_model_get_info (model)->typical_diameter * prediction->magnification);
  return TRUE;
}

static GPtrArray *
list_inputs (PelCliWork *work, Predict *predict, GError **error)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *inputs = pel_cli_list_inputs (predict->paths, (guint)predict->page, warnings, error);

  for (guint i = 0; i < warnings->len; i++)
    pel_cli_work_warn (work, "%s", (const char *)warnings->pdata[i]);
  predict->n_failed += warnings->len;
  return inputs;
}

static gboolean
predict_all (PelCliWork *work, gpointer data, GError **error)
{
  static const char *const suffixes[] = { ".tif", ".prob.tif", ".uncertainty.tif", ".overlay.png",
                                          NULL };
  Predict *predict = data;
  g_autoptr (PelModel) model = NULL;
  g_autoptr (GPtrArray) inputs = NULL;
  PelPool *pool;

  model = pel_model_load (predict->model_path, error);
  if (model == NULL)
    {
      g_prefix_error (error, "%s: ", predict->model_path);
      return FALSE;
    }
  inputs = list_inputs (work, predict, error);
  if (inputs == NULL || !pel_cli_make_folder (predict->out, error) ||
      !pel_cli_check_results (inputs, predict->out, suffixes, error))
    return FALSE;

  pool = pel_pool_new ((guint)predict->threads);
  for (guint i = 0; i < inputs->len; i++)
    {
      const PelCliInput *input = inputs->pdata[i];
      g_autoptr (GError) problem = NULL;
      Share share = { work, input->name, i, inputs->len };

      if (predict_one (predict, input, model, pool, &share, &problem))
        predict->n_done++;
      else if (g_cancellable_is_cancelled (pel_cli_work_get_cancellable (work)))
        {
          g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                       _ ("Stopped after %u of %u images; run the command again for the rest"),
                       predict->n_done, inputs->len);
          break;
        }
      else
        {
          /* One image that cannot be done does not stop the others. */
          predict->n_failed++;
          pel_cli_work_warn (work, "%s", problem->message);
        }
    }
  pel_unet_unplan (pel_model_get_unet (model));
  pel_pool_free (pool);
  return *error == NULL;
}

static void
on_image_failed (PelPredictJob *job, PelImageDocument *image, const char *message, gpointer data)
{
  pel_cli_complain ("%s", message);
}

/* The model's path: that of the project's model of this name, or as given. */
static char *
find_project_model (PelProject *project, const char *name)
{
  g_autofree char *folder = pel_project_get_models_path (project);
  g_autofree char *path = pel_cli_result_path (folder, name, ".safetensors");

  /* Where that fails, the missing file is told. */
  if (g_str_equal (name, PEL_READY_MODEL_NAME))
    pel_ready_model_install (folder, NULL);
  return g_strdup (g_file_test (path, G_FILE_TEST_EXISTS) ? path : name);
}

/* In a project: what the window does, and the results go where the window finds them. */
static gboolean
predict_project (Predict *predict, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (predict->project, TRUE, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelPredictJob) job = NULL;
  g_autofree char *model = NULL;
  PelPredictOverrides overrides = { predict->threshold, predict->min_size, -1, predict->diameter,
                                    predict->tta ? PEL_N_VIEWS : 1 };
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, predict->paths, (guint)predict->page, error);
  if (documents == NULL)
    return FALSE;
  model = find_project_model (project, predict->model_path);
  runner = pel_job_runner_new ((guint)predict->threads);
  job = pel_predict_job_new (project, documents, model, &overrides);
  g_signal_connect (job, "image-failed", G_CALLBACK (on_image_failed), NULL);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), predict->quiet, error);
  predict->n_done = pel_predict_job_get_n_done (job);
  predict->n_failed = pel_predict_job_get_n_failed (job);
  for (guint i = 0; i < documents->len; i++)
    {
      PelLabels *labels = pel_image_document_get_prediction_labels (documents->pdata[i]);

      predict->n_cells += labels != NULL ? pel_labels_get_max (labels) : 0;
    }
  if (done)
    {
      pel_project_set_current_model (project, pel_predict_job_get_model_name (job));
      predict->out =
          pel_project_get_predictions_path (project, pel_predict_job_get_model_name (job));
    }
  return pel_project_close (project, done ? error : NULL) && done;
}

/* A number, or one of two words. */
static gboolean
read_diameter (const PelCliCommand *command, Predict *predict)
{
  char *end;

  if (predict->size == NULL)
    return TRUE;
  if (g_str_equal (predict->size, "auto"))
    predict->diameter = PEL_PREDICT_GUESS_SIZE;
  else if (g_str_equal (predict->size, "model"))
    predict->diameter = PEL_PREDICT_MODEL_SIZE;
  else
    {
      predict->diameter = g_ascii_strtod (predict->size, &end);
      if (end == predict->size || *end != '\0' ||
          !(predict->diameter > 0 && predict->diameter < 1e5))
        {
          pel_cli_misused (command,
                           _ ("--diameter takes a number of pixels, “auto” or “model”, not “%s”"),
                           predict->size);
          return FALSE;
        }
    }
  return TRUE;
}

static int
predict_check (const PelCliCommand *command, Predict *predict)
{
  if (!pel_cli_check_number (command, "--threshold", 1, &predict->threshold, -1) ||
      !read_diameter (command, predict) ||
      !pel_cli_check_int (command, "--min-size", 0, &predict->min_size, -1) ||
      !pel_cli_check_int (command, "--tile", 1, &predict->tile, 0) ||
      !pel_cli_check_int (command, "--page", 1, &predict->page, 0) ||
      !pel_cli_check_int (command, "--channel", 1, &predict->channel, 0) ||
      !pel_cli_check_int (command, "--threads", 1, &predict->threads, 0))
    return PEL_CLI_USAGE;
  if (predict->model_path == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the model with --model"));
  if (predict->project != NULL && predict->out != NULL)
    return pel_cli_misused (command, "%s",
                            _ ("Results of a project go into it; give either --project or --out"));
  if (predict->project != NULL && predict->uncertainty)
    return pel_cli_misused (command, "%s", _ ("--uncertainty needs --out and not --project"));
  if (predict->project != NULL && (predict->tile > 0 || predict->channel > 0))
    return pel_cli_misused (command, "%s",
                            _ ("--tile and --channel do not go together with --project"));
  if (predict->project == NULL && predict->out == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the folder for the results with --out"));
  if (predict->project == NULL && predict->paths[0] == NULL)
    return pel_cli_misused (command, "%s", _ ("Name at least one image or folder"));
  return PEL_CLI_DONE;
}

static int
run_predict (const PelCliCommand *command, int argc, char **argv)
{
  Predict predict = { .threshold = PEL_CLI_NO_NUMBER,
                      .min_size = PEL_CLI_NO_INT,
                      .tile = PEL_CLI_NO_INT,
                      .page = PEL_CLI_NO_INT,
                      .channel = PEL_CLI_NO_INT,
                      .threads = PEL_CLI_NO_INT };
  g_autofree char *model = NULL, *project = NULL, *size = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &model,
      N_ ("The model that finds the cells; ready-made is the one that comes with Pellicle"), "M" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &predict.out, N_ ("Folder for the results"),
      N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &project,
      N_ ("Predict images of this project, by name or all, into its folder"), N_ ("DIR") },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &predict.threshold,
      N_ ("Probability from which a pixel belongs to a cell (the model’s)"), "P" },
    { "min-size", 0, 0, G_OPTION_ARG_INT, &predict.min_size,
      N_ ("Smallest cell that is kept, in pixels (the model’s)"), "PX" },
    { "probabilities", 0, 0, G_OPTION_ARG_NONE, &predict.probabilities,
      N_ ("Also write NAME.prob.tif"), NULL },
    { "uncertainty", 0, 0, G_OPTION_ARG_NONE, &predict.uncertainty,
      N_ ("Also write NAME.uncertainty.tif: 0 where the model is sure of a pixel, 1 where it is "
          "not"),
      NULL },
    { "overlay", 0, 0, G_OPTION_ARG_NONE, &predict.overlay,
      N_ ("Also draw edges and diameters into NAME.overlay.png"), NULL },
    { "page", 0, 0, G_OPTION_ARG_INT, &predict.page,
      N_ ("Only this page of each file, from 1 (all)"), "N" },
    { "channel", 0, 0, G_OPTION_ARG_INT, &predict.channel,
      N_ ("Channel that the model sees, from 1 (the model’s)"), "N" },
    { "diameter", 0, 0, G_OPTION_ARG_STRING, &size,
      N_ ("Diameter of a typical cell in these images, in pixels; auto: found out from each image, "
          "as models do by themselves where pixel sizes do not tell; model: as in the model’s "
          "images"),
      "PX|auto|model" },
    { "tta", 0, 0, G_OPTION_ARG_NONE, &predict.tta,
      N_ ("Average what the model says of each image mirrored and turned; takes eight times as "
          "long"),
      NULL },
    { "tile", 0, 0, G_OPTION_ARG_INT, &predict.tile,
      N_ ("Side of the tiles in pixels; smaller ones need less memory"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &predict.threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &predict.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (model != NULL && project == NULL)
    {
      char *resolved = pel_ready_model_resolve (model);

      g_free (model);
      model = resolved;
    }
  predict.model_path = model;
  predict.project = project;
  predict.size = size;
  predict.paths = argv + 1;
  status = predict_check (command, &predict);
  if (status != PEL_CLI_DONE)
    {
      g_free (predict.out);
      return status;
    }
  done = project != NULL ? predict_project (&predict, &error)
                         : pel_cli_work_run (predict_all, &predict, predict.quiet, &error);
  if (!done)
    status = pel_cli_fail (command, error);
  else if (!predict.quiet)
    {
      g_autofree char *cells =
          g_strdup_printf (ngettext ("%u cell", "%u cells", predict.n_cells), predict.n_cells);

      /* Translators: “12 cells”, a number of images, and a folder */
      pel_cli_print (ngettext ("%s in %u image, written to %s\n",
                               "%s in %u images, written to %s\n", predict.n_done),
                     cells, predict.n_done, predict.out);
    }
  g_free (predict.out);
  return done && predict.n_failed > 0 ? PEL_CLI_FAILED : status;
}

const PelCliCommand pel_cli_predict = {
  .name = "predict",
  .arguments = N_ ("IMAGE|DIR…"),
  .summary = N_ ("Find the cells in images with a trained model"),
  .description =
      N_ ("Writes NAME.tif for each image: 0 is background, 1 and up are the cells. A page of a "
          "stack is called NAME_p001 and so on. One image that cannot be read does not stop the "
          "rest; the exit status is then 1."),
  .run = run_predict,
};
