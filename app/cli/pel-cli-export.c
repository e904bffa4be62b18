/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-document-files.h"
#include "app/document/pel-export-job.h"
#include "engine/pel-engine.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char *labels, *images, *probabilities, *project, *out;
  PelExportFormat format;
  double pixel_size;
  gint page, threads;
  gboolean quiet;

  guint n_images, n_cells, n_failed;
} Export;

/* One label image with what belongs to it. */
typedef struct
{
  const PelCliInput *input;
  char *image_path; /* nullable */
  guint image_page;
  gboolean is_page;
  PelLabels *labels;
  PelImage *image;
  PelImage *probability;
  GHashTable *infos;
  GHashTable *classes;
  GByteArray *origins;
  PelCliSettings settings;
  gboolean predicted;
} Item;

static void
item_clear (Item *item)
{
  g_free (item->image_path);
  g_clear_pointer (&item->labels, pel_labels_unref);
  g_clear_pointer (&item->image, pel_image_unref);
  g_clear_pointer (&item->probability, pel_image_unref);
  g_clear_pointer (&item->infos, g_hash_table_unref);
  g_clear_pointer (&item->classes, g_hash_table_unref);
  g_clear_pointer (&item->origins, g_byte_array_unref);
  pel_cli_settings_clear (&item->settings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Item, item_clear)

/* `a_p003` is the third page of `a`, unless there is an image of that very name. */
static void
find_image (Item *item, GHashTable *images)
{
  g_autofree char *stem = NULL;
  guint page;

  item->image_page = item->input->page;
  if (images != NULL)
    item->image_path = g_strdup (g_hash_table_lookup (images, item->input->name));
  if (item->image_path != NULL || !pel_cli_split_page (item->input->name, &stem, &page))
    return;
  item->image_page = page;
  item->is_page = TRUE;
  if (images != NULL)
    item->image_path = g_strdup (g_hash_table_lookup (images, stem));
}

/* What masks/NAME.json tells of the cells. */
static void
take_infos (Item *item)
{
  guint32 highest = pel_labels_get_max (item->labels);
  GHashTableIter iter;
  gpointer key, value;

  item->classes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (item->infos == NULL || g_hash_table_size (item->infos) == 0 || highest >= (1u << 24))
    return;
  item->origins = g_byte_array_new ();
  g_byte_array_set_size (item->origins, highest + 1);
  memset (item->origins->data, PEL_LABEL_ORIGIN_HAND, item->origins->len);
  g_hash_table_iter_init (&iter, item->infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelCellInfo *info = value;
      guint label = GPOINTER_TO_UINT (key);

      if (info->class_name != NULL)
        g_hash_table_insert (item->classes, key, g_strdup (info->class_name));
      if (label > highest)
        continue;
      if (info->origin == PEL_CELL_ORIGIN_MODEL)
        item->origins->data[label] = PEL_LABEL_ORIGIN_MODEL;
      else if (info->origin == PEL_CELL_ORIGIN_CORRECTED)
        item->origins->data[label] = PEL_LABEL_ORIGIN_CORRECTED;
    }
}

static gboolean
load_probability (Item *item, const Export *export, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;

  if (export->probabilities == NULL)
    return TRUE;
  path = pel_cli_result_path (export->probabilities, item->input->name, ".prob.tif");
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  item->probability = pel_cli_load_probability (path, cancellable, error);
  return item->probability != NULL &&
         pel_cli_check_size (path, item->probability, item->input->path, item->labels, error);
}

static gboolean
load_item (Item *item, const Export *export, GCancellable *cancellable, GError **error)
{
  const PelCliInput *input = item->input;
  g_autofree char *folder = g_path_get_dirname (input->path);
  g_autofree char *json = pel_cli_result_path (folder, input->name, ".json");

  item->labels = pel_labels_load (input->path, input->page, cancellable, error);
  if (item->labels == NULL)
    return FALSE;
  item->infos = pel_cell_infos_read (json);
  item->predicted = pel_cli_settings_read (json, &item->settings);
  take_infos (item);
  if (item->image_path != NULL)
    {
      item->image = pel_image_load (item->image_path, item->image_page, cancellable, error);
      if (item->image == NULL ||
          !pel_cli_check_size (item->image_path, item->image, input->path, item->labels, error))
        return FALSE;
    }
  return load_probability (item, export, cancellable, error);
}

static void
get_calibration (const Item *item, const Export *export, double *um_x, double *um_y)
{
  g_auto (PelImageInfo) info = { 0 };

  *um_x = *um_y = export->pixel_size;
  if (*um_x > 0)
    return;
  if (item->image != NULL)
    {
      *um_x = pel_image_get_um_x (item->image);
      *um_y = pel_image_get_um_y (item->image);
    }
  if (*um_x <= 0 && pel_image_probe (item->input->path, &info, NULL))
    {
      *um_x = info.um_x;
      *um_y = info.um_y;
    }
}

static gboolean
export_one (Export *export,
            const PelCliInput *input,
            GHashTable *images,
            PelExporter *exporter,
            PelPool *pool,
            GCancellable *cancellable,
            GError **error)
{
  g_auto (Item) item = { .input = input };
  PelExporterItem wanted = { .name = input->name, .measure = PEL_MEASURE_OPTIONS_DEFAULT };

  find_image (&item, images);
  if (!load_item (&item, export, cancellable, error))
    return FALSE;
  wanted.image_path = item.image_path;
  wanted.page = item.is_page ? item.image_page + 1 : 0;
  wanted.labels = item.labels;
  wanted.image = item.image;
  if (item.probability != NULL)
    wanted.probability = pel_image_get_plane (item.probability, 0);
  wanted.measure.threshold = (float)item.settings.threshold;
  get_calibration (&item, export, &wanted.measure.um_x, &wanted.measure.um_y);
  if (item.origins != NULL)
    {
      wanted.measure.origins = item.origins->data;
      wanted.measure.n_origins = item.origins->len;
    }
  wanted.measure.default_origin =
      item.predicted ? PEL_LABEL_ORIGIN_MODEL : PEL_LABEL_ORIGIN_UNKNOWN;
  wanted.classes = item.classes;
  return pel_exporter_add (exporter, &wanted, pool, cancellable, error);
}

/* Results must not take the place of the labels or images that they are made of. */
static gboolean
check_targets (const PelExporter *exporter, GPtrArray *inputs, GHashTable *images, GError **error)
{
  for (guint i = 0; i < inputs->len; i++)
    {
      const PelCliInput *input = inputs->pdata[i];
      const char *image = images != NULL ? g_hash_table_lookup (images, input->name) : NULL;
      g_autofree char *target = pel_exporter_get_target (exporter, input->name);

      if (!pel_cli_is_same_file (target, input->path) &&
          (image == NULL || !pel_cli_is_same_file (target, image)))
        continue;
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the result would take the place of this image; name another folder "
                      "with --out"),
                   target);
      return FALSE;
    }
  return TRUE;
}

/* One label image that cannot be exported does not stop the others; FALSE when cancelled, or where
 * none could be. */
static gboolean
export_inputs (Export *export,
               GPtrArray *inputs,
               GHashTable *images,
               PelExporter *exporter,
               PelCliWork *work,
               GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);
  PelPool *pool = pel_pool_new ((guint) export->threads);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < inputs->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const PelCliInput *input = inputs->pdata[i];

      pel_cli_work_report (work, (double)i / inputs->len, -1, input->name);
      if (problem != NULL)
        pel_cli_work_warn (work, "%s", problem->message);
      g_clear_error (&problem);
      if (!export_one (export, input, images, exporter, pool, cancellable, &problem))
        export->n_failed++;
    }
  pel_pool_free (pool);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                           _ ("Stopped before the end; run the command again"));
      return FALSE;
    }
  export->n_images = pel_exporter_get_n_images (exporter);
  export->n_cells = pel_exporter_get_n_cells (exporter);
  if (problem != NULL && export->n_images == 0)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (problem != NULL)
    pel_cli_work_warn (work, "%s", problem->message);
  return pel_exporter_finish (exporter, error);
}

static gboolean
export_all (PelCliWork *work, gpointer data, GError **error)
{
  Export *export = data;
  char *paths[] = { export->labels, NULL };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) inputs = NULL;
  g_autoptr (GHashTable) images = NULL;
  g_autoptr (PelExporter) exporter = NULL;

  inputs = pel_cli_list_inputs (paths, (guint) export->page, warnings, error);
  for (guint i = 0; i < warnings->len; i++)
    pel_cli_work_warn (work, "%s", (const char *)warnings->pdata[i]);
  export->n_failed += warnings->len;
  if (inputs == NULL)
    return FALSE;
  if (export->images != NULL && (images = pel_cli_list_images (export->images, error)) == NULL)
    return FALSE;
  exporter = pel_exporter_new (export->format, export->out, error);
  return exporter != NULL && check_targets (exporter, inputs, images, error) &&
         export_inputs (export, inputs, images, exporter, work, error);
}

/* In a project: what the window exports. */
static gboolean
export_project (Export *export, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (export->project, FALSE, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelExportJob) job = NULL;
  GPtrArray *warnings;
  char *all[] = { NULL };
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, all, (guint) export->page, error);
  if (documents == NULL)
    return FALSE;
  runner = pel_job_runner_new ((guint) export->threads);
  job = pel_export_job_new_cells (documents, PEL_EXPORT_BEST, export->format, export->out);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), export->quiet, error);
  warnings = pel_export_job_get_warnings (job);
  for (guint i = 0; done && warnings != NULL && i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  export->n_images = pel_export_job_get_n_images (job);
  export->n_cells = pel_export_job_get_n_cells (job);
  export->n_failed = warnings != NULL ? warnings->len : 0;
  return pel_project_close (project, done ? error : NULL) && done;
}

static int
export_check (const PelCliCommand *command,
              Export *export,
              const char *format,
              int argc,
              char **argv)
{
  if (!pel_cli_check_number (command, "--pixel-size", 1e6, &export->pixel_size, 0) ||
      !pel_cli_check_int (command, "--page", 1, &export->page, 0) ||
      !pel_cli_check_int (command, "--threads", 1, &export->threads, 0))
    return PEL_CLI_USAGE;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (format == NULL)
    return pel_cli_misused (command, "%s", _ ("Name what to write with --format"));
  if (!pel_export_format_find (format, &export->format))
    return pel_cli_misused (command, _ ("“%s” is no format"), format);
  if (export->project != NULL && (export->labels != NULL || export->images != NULL ||
                                  export->probabilities != NULL || export->pixel_size > 0))
    return pel_cli_misused (command, "%s",
                            _ ("With --project, labels, images and pixel sizes come from the "
                               "project"));
  if (export->project == NULL && export->labels == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the folder of labels with --labels"));
  if (export->project == NULL && export->images == NULL &&
      pel_export_format_get_info (export->format)->needs_image)
    return pel_cli_misused (command, "%s", _ ("Name the folder of images with --images"));
  if (export->out == NULL)
    return pel_cli_misused (command, "%s", _ ("Name where to write with --out"));
  return PEL_CLI_DONE;
}

static int
run_export (const PelCliCommand *command, int argc, char **argv)
{
  Export export = { .pixel_size = PEL_CLI_NO_NUMBER,
                    .page = PEL_CLI_NO_INT,
                    .threads = PEL_CLI_NO_INT };
  g_autofree char *labels = NULL, *images = NULL, *probabilities = NULL;
  g_autofree char *project = NULL, *format = NULL, *out = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "labels", 'l', 0, G_OPTION_ARG_FILENAME, &labels,
      N_ ("Folder of label images, or one of them"), N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &project,
      N_ ("Export the masks of this project, or its predictions where there is no mask"),
      N_ ("DIR") },
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &images,
      N_ ("Folder of the images, for names, pixel sizes and pictures"), N_ ("DIR") },
    { "probabilities", 0, 0, G_OPTION_ARG_FILENAME, &probabilities,
      N_ ("Folder of NAME.prob.tif, for the edges in pictures"), N_ ("DIR") },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, N_ ("What to write; see below"),
      N_ ("FORMAT") },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("Folder to write into, or one file"),
      N_ ("PATH") },
    { "pixel-size", 0, 0, G_OPTION_ARG_DOUBLE, &export.pixel_size,
      N_ ("Micrometres per pixel (what the image’s file says)"), N_ ("UM") },
    { "page", 0, 0, G_OPTION_ARG_INT, &export.page,
      N_ ("Only this page of each label file, from 1 (all)"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &export.threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &export.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  export.labels = labels;
  export.images = images;
  export.probabilities = probabilities;
  export.project = project;
  export.out = out;
  status = export_check (command, &export, format, argc, argv);
  if (status != PEL_CLI_DONE)
    return status;
  done = project != NULL ? export_project (&export, &error)
                         : pel_cli_work_run (export_all, &export, export.quiet, &error);
  if (!done)
    return pel_cli_fail (command, error);
  if (!export.quiet)
    {
      g_autofree char *cells =
          g_strdup_printf (ngettext ("%u cell", "%u cells", export.n_cells), export.n_cells);

      /* Translators: “12 cells”, a number of images, and a folder */
      pel_cli_print (ngettext ("%s in %u image, written to %s\n",
                               "%s in %u images, written to %s\n", export.n_images),
                     cells, export.n_images, export.out);
    }
  return export.n_failed > 0 ? PEL_CLI_FAILED : PEL_CLI_DONE;
}

const PelCliCommand pel_cli_export = {
  .name = "export",
  .arguments = NULL,
  .summary = N_ ("Write cells for other programs: ImageJ, QuPath, COCO, Cellpose"),
  .description = N_ (
      "Formats:\n"
      "  tiff             NAME.tif, labels of 16 or 32 bits, for ImageJ and Python\n"
      "  png              NAME.png, labels of 16 bits\n"
      "  roi              NAME_rois.zip, for ImageJ’s ROI Manager\n"
      "  geojson          NAME.geojson, outlines with measurements, for QuPath\n"
      "  coco             annotations.json for all images: polygons\n"
      "  coco-rle         the same as run lengths\n"
      "  coco-compressed  the same as compressed run lengths\n"
      "  rle              cells-rle.csv for all images: ImageId, EncodedPixels, as at Kaggle\n"
      "  npy              NAME_seg.npy, for Cellpose’s window\n"
      "  cp-masks         NAME_cp_masks.png, for Cellpose’s command line\n"
      "  overlay          NAME.overlay.png, edges and diameters over the image\n"
      "  svg              NAME.overlay.svg, the same as vectors\n"
      "\n"
      "Outlines run along the edges of pixels, so that “pellicle import” gives the same cells "
      "back, "
      "pixel for pixel. A page of a stack is a file of its own, NAME_p003. --out names a file "
      "where "
      "it ends like one of the format. One file that cannot be read does not stop the rest; the "
      "exit status is then 1."),
  .run = run_export,
};
