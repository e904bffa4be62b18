/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-document-files.h"
#include "app/document/pel-import-cells-job.h"
#include "engine/pel-engine.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char **paths;
  char *images, *project, *out;
  gint threads;
  gboolean quiet;

  PelCliWork *work;
  GPtrArray *targets;  /* of PelImportTarget; NULL without images */
  GHashTable *written; /* names */
  guint n_images, n_cells, n_failed;
} Import;

/* The images that cells may belong to: name, page and size of each. */
static GPtrArray *
list_targets (Import *import, GError **error)
{
  char *paths[] = { import->images, NULL };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) inputs = pel_cli_list_inputs (paths, 0, warnings, error);
  g_autoptr (GPtrArray) targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify)pel_import_target_free);

  for (guint i = 0; i < warnings->len; i++)
    pel_cli_work_warn (import->work, "%s", (const char *)warnings->pdata[i]);
  import->n_failed += warnings->len;
  if (inputs == NULL)
    return NULL;
  for (guint i = 0; i < inputs->len; i++)
    {
      const PelCliInput *input = inputs->pdata[i];
      g_auto (PelImageInfo) info = { 0 };
      PelImportTarget *target;

      if (!pel_image_probe (input->path, &info, error))
        return NULL;
      target = g_new0 (PelImportTarget, 1);
      target->name = g_strdup (input->name);
      target->stem = pel_image_get_stem (input->path);
      target->page = info.positions > 1 ? input->page + 1 : 0;
      target->width = info.orientation >= 5 ? info.height : info.width;
      target->height = info.orientation >= 5 ? info.width : info.height;
      g_ptr_array_add (targets, target);
    }
  return g_steal_pointer (&targets);
}

/* Classes go beside the labels, as in a project. */
static gboolean
write_classes (const char *folder, const PelImportFound *found, GError **error)
{
  g_autofree char *path = pel_cli_result_path (folder, found->name, ".json");
  g_autoptr (GHashTable) infos = NULL;
  GHashTableIter iter;
  gpointer label, name;

  if (found->drawing->classes == NULL || g_hash_table_size (found->drawing->classes) == 0)
    return TRUE;
  infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_iter_init (&iter, found->drawing->classes);
  while (g_hash_table_iter_next (&iter, &label, &name))
    {
      PelCellInfo *info = g_new (PelCellInfo, 1);

      pel_cell_info_init (info);
      info->class_name = g_intern_string (name);
      g_hash_table_insert (infos, label, info);
    }
  return pel_cell_infos_write (path, infos, error);
}

/* What an image is called in a file becomes a file's name here. */
static gboolean
check_name (const PelImportFound *found, GError **error)
{
  if (found->name[0] != '\0' && found->name[0] != '.' && strpbrk (found->name, "/\\") == NULL)
    return TRUE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("%s: an image in it is called “%s”, which is no name for a file; name the folder "
                  "of images too"),
               found->path, found->name);
  return FALSE;
}

static gboolean
take (const PelImportFound *found, gpointer data, GError **error)
{
  Import *import = data;
  g_autofree char *path = NULL;
  g_autoptr (PelLabelIndex) index = NULL;
  guint n_cells;

  if (!check_name (found, error))
    return FALSE;
  path = pel_cli_result_path (import->out, found->name, ".tif");
  if (!g_hash_table_add (import->written, g_strdup (found->name)))
    {
      g_set_error (
          error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
          _ ("%s: the cells of “%s” came from another file already, so these are left out."),
          found->path, found->name);
      return FALSE;
    }
  if (pel_cli_is_same_file (path, found->path))
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the result would take the place of this file; name another folder with "
                      "--out"),
                   path);
      return FALSE;
    }
  index = pel_label_index_new (found->labels, NULL, 0, NULL, error);
  if (index == NULL || !pel_labels_save_tiff (found->labels, path, 0, 0, error) ||
      !write_classes (import->out, found, error))
    return FALSE;
  pel_label_index_get_entries (index, &n_cells);
  import->n_cells += n_cells;
  import->n_images++;
  return TRUE;
}

/* Labels must not be written over the images. */
static gboolean
check_out (const Import *import, GError **error)
{
  for (guint i = 0; import->targets != NULL && i < import->targets->len; i++)
    {
      const PelImportTarget *target = import->targets->pdata[i];
      g_autofree char *path = pel_cli_result_path (import->out, target->name, ".tif");
      g_autofree char *image = pel_cli_result_path (import->images, target->name, ".tif");

      if (!pel_cli_is_same_file (path, image) || !g_file_test (image, G_FILE_TEST_EXISTS))
        continue;
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the result would take the place of this image; name another folder "
                      "with --out"),
                   path);
      return FALSE;
    }
  return TRUE;
}

/* One file that cannot be read does not stop the others; FALSE when cancelled, or where none could
 * be. */
static gboolean
import_files (Import *import, GPtrArray *files, GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (import->work);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < files->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autofree char *name = g_filename_display_basename (files->pdata[i]);
      g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

      pel_cli_work_report (import->work, (double)i / files->len, -1, name);
      if (problem != NULL)
        pel_cli_work_warn (import->work, "%s", problem->message);
      g_clear_error (&problem);
      if (!pel_importer_read (files->pdata[i], import->targets, take, import, warnings, cancellable,
                              &problem))
        import->n_failed++;
      for (guint k = 0; k < warnings->len; k++)
        pel_cli_work_warn (import->work, "%s", (const char *)warnings->pdata[k]);
    }
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                           _ ("Stopped before the end; run the command again"));
      return FALSE;
    }
  if (problem != NULL && import->n_images == 0)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (problem != NULL)
    pel_cli_work_warn (import->work, "%s", problem->message);
  if (import->n_images == 0)
    g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                         _ ("No cells were imported; name the files that belong to the images"));
  return import->n_images > 0;
}

static gboolean
import_all (PelCliWork *work, gpointer data, GError **error)
{
  Import *import = data;
  g_autoptr (GPtrArray) files = pel_importer_list_files (import->paths, error);

  import->work = work;
  if (files == NULL)
    return FALSE;
  if (import->images != NULL && (import->targets = list_targets (import, error)) == NULL)
    return FALSE;
  return check_out (import, error) && pel_cli_make_folder (import->out, error) &&
         import_files (import, files, error);
}

/* In a project: what the window imports. */
static gboolean
import_project (Import *import, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (import->project, TRUE, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelImportCellsJob) job = NULL;
  GPtrArray *warnings;
  char *all[] = { NULL };
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, all, 0, error);
  if (documents == NULL)
    return FALSE;
  runner = pel_job_runner_new ((guint)import->threads);
  job = pel_import_cells_job_new (documents, import->paths);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), import->quiet, error);
  warnings = pel_import_cells_job_get_warnings (job);
  for (guint i = 0; i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  import->n_images = pel_import_cells_job_get_n_images (job);
  import->n_cells = pel_import_cells_job_get_n_cells (job);
  import->n_failed = pel_import_cells_job_get_n_failed (job);
  return pel_project_close (project, done ? error : NULL) && done;
}

static int
import_check (const PelCliCommand *command, const Import *import, int argc)
{
  if (argc < 2)
    return pel_cli_misused (command, "%s", _ ("Name the files of cells, or folders of them"));
  if (import->project != NULL && (import->images != NULL || import->out != NULL))
    return pel_cli_misused (command, "%s",
                            _ ("With --project, the images are the project’s and cells go into its "
                               "masks"));
  if (import->project == NULL && import->out == NULL)
    return pel_cli_misused (command, "%s",
                            _ ("Name the folder for the label images with --out, or a project with "
                               "--project"));
  return PEL_CLI_DONE;
}

static int
run_import (const PelCliCommand *command, int argc, char **argv)
{
  Import import = { .threads = 1 };
  g_autofree char *images = NULL, *project = NULL, *out = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &images,
      N_ ("Folder of the images that the cells belong to"), N_ ("DIR") },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("Folder for the label images, NAME.tif"),
      N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &project,
      N_ ("Give the cells to the images of this project"), N_ ("DIR") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &import.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  import.images = images;
  import.project = project;
  import.out = out;
  import.paths = argv + 1;
  status = import_check (command, &import, argc);
  if (status != PEL_CLI_DONE)
    return status;
  import.written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  done = project != NULL ? import_project (&import, &error)
                         : pel_cli_work_run (import_all, &import, import.quiet, &error);
  g_hash_table_unref (import.written);
  g_clear_pointer (&import.targets, g_ptr_array_unref);
  if (!done)
    return pel_cli_fail (command, error);
  if (!import.quiet)
    {
      g_autofree char *cells =
          g_strdup_printf (ngettext ("%u cell", "%u cells", import.n_cells), import.n_cells);

      /* Translators: “12 cells”, a number of images, and a folder */
      pel_cli_print (ngettext ("%s in %u image, written to %s\n",
                               "%s in %u images, written to %s\n", import.n_images),
                     cells, import.n_images, project != NULL ? project : out);
    }
  return import.n_failed > 0 ? PEL_CLI_FAILED : PEL_CLI_DONE;
}

const PelCliCommand pel_cli_import = {
  .name = "import",
  .arguments = N_ ("FILE|DIR…"),
  .summary = N_ ("Read cells that other programs marked, into label images or a project"),
  .description = N_ (
      "Read are label images (TIFF, PNG, Cellpose’s NAME_cp_masks), ImageJ’s regions (.roi, or "
      "a .zip of them), GeoJSON as QuPath writes it, COCO instances (polygons and run lengths), "
      "Kaggle’s run lengths and Cellpose’s NAME_seg.npy. The content of a file tells what it "
      "is; nothing in it is carried out. A file for one image goes by its name without what "
      "programs add, such as _seg or _rois; cells that name a page go to that page of a stack. "
      "In a project they take the place of the masks, as a step that can be undone. One file "
      "that cannot be read does not stop the rest; the exit status is then 1."),
  .run = run_import,
};
