/* SPDX-License-Identifier: MIT */
#include "app/document/pel-import-cells-job.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-mask-draft.h"
#include "app/document/pel-mask-private.h"
#include "engine/exchange/pel-importer.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* The part of the work that is over when all files are read. */
#define READING 0.8

/* What the thread knows of an image beside its name and size. */
typedef struct
{
  char *mask, *infos; /* its files */
  PelLabels *base;    /* (nullable) its mask when the import was asked for, where it is open */
  double um_x, um_y;
} Place;

/* Cells for an image. */
typedef struct
{
  guint image;
  PelLabels *labels;
  GHashTable *classes;
  guint n_cells;
} Result;

typedef struct
{
  char **paths;
  GPtrArray *targets; /* of PelImportTarget */
  GArray *places;     /* of Place, one for each target */

  /* Written by the thread, read when it has ended. */
  GArray *results; /* of Result */
  GPtrArray *warnings;
  guint n_failed; /* files that could not be read */
} ImportWork;

struct _PelImportCellsJob
{
  PelJob parent_instance;

  GPtrArray *images;
  PelImageDocument *open; /* not owned: one of them, or NULL */
  ImportWork work;
  guint n_images, n_cells;
  guint n_settled; /* results that open images have, or could not be given */
};

G_DEFINE_FINAL_TYPE (PelImportCellsJob, pel_import_cells_job, PEL_TYPE_JOB)

static void
place_clear (gpointer data)
{
  Place *place = data;

  g_free (place->mask);
  g_free (place->infos);
  g_clear_pointer (&place->base, pel_labels_unref);
}

static void
result_clear (gpointer data)
{
  Result *result = data;

  pel_labels_unref (result->labels);
  g_hash_table_unref (result->classes);
}

/* In the thread */

/* The classes of cells, into what is known of the image's cells. */
static gboolean
write_classes (const Place *place, GHashTable *classes, GError **error)
{
  g_autoptr (GHashTable) infos = NULL;
  GHashTableIter iter;
  gpointer label, name;

  if (g_hash_table_size (classes) == 0)
    return TRUE;
  infos = pel_cell_infos_read (place->infos);
  g_hash_table_iter_init (&iter, classes);
  while (g_hash_table_iter_next (&iter, &label, &name))
    {
      PelCellInfo *info = g_hash_table_lookup (infos, label);

      if (info == NULL)
        {
          info = g_new (PelCellInfo, 1);
          pel_cell_info_init (info);
          g_hash_table_insert (infos, label, info);
        }
      info->class_name = g_intern_string (name);
    }
  return pel_cell_infos_write (place->infos, infos, error);
}

/* Two files for one image: the later would hide the first. */
static gboolean
is_taken (const ImportWork *work, guint image)
{
  for (guint i = 0; i < work->results->len; i++)
    if (g_array_index (work->results, Result, i).image == image)
      return TRUE;
  return FALSE;
}

static gboolean
take (const PelImportFound *found, gpointer data, GError **error)
{
  ImportWork *work = data;
  const Place *place = &g_array_index (work->places, Place, found->target);
  g_autoptr (GHashTable) counts = NULL;
  Result result = { .image = (guint)found->target };

  if (is_taken (work, result.image))
    {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_EXISTS,
          /* Translators: a file and an image's name */
          _ ("%s: the cells of “%s” came from another file already, so these are left out."),
          found->path, found->name);
      return FALSE;
    }
  if (place->base == NULL)
    {
      /* Taken in as another program's work when the image is opened. */
      if (!pel_labels_save_tiff (found->labels, place->mask, place->um_x, place->um_y, error) ||
          (found->drawing->classes != NULL &&
           !write_classes (place, found->drawing->classes, error)))
        return FALSE;
    }
  counts = pel_labels_count (found->labels);
  result.n_cells = g_hash_table_size (counts);
  result.labels = pel_labels_ref (found->labels);
  result.classes = found->drawing->classes != NULL ? g_hash_table_ref (found->drawing->classes)
                                                   : g_hash_table_new (NULL, NULL);
  g_array_append_val (work->results, result);
  return TRUE;
}

static void
import_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  ImportWork *work = data;
  g_autoptr (GPtrArray) files = pel_importer_list_files (work->paths, error);

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const char *path = files->pdata[i];
      g_autofree char *name = g_filename_display_basename (path);
      g_autoptr (GError) problem = NULL;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_job_context_report (context, READING * i / files->len, -1, name);
      if (pel_importer_read (path, work->targets, take, work, work->warnings, context->cancellable,
                             &problem))
        continue;
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return;
        }
      g_ptr_array_add (work->warnings, g_strdup (problem->message));
      work->n_failed++;
    }
  if (files != NULL && work->results->len == 0)
    {
      /* There is one: a file without cells is told of. */
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           work->warnings->pdata[work->warnings->len - 1]);
      g_ptr_array_remove_index (work->warnings, work->warnings->len - 1);
    }
}

/* On the main thread */

/* A result on its way into a mask. */
typedef struct
{
  PelLabels *labels, *base;
  GHashTable *classes;
} Gift;

static void
gift_free (gpointer data)
{
  Gift *gift = data;

  pel_labels_unref (gift->labels);
  pel_labels_unref (gift->base);
  g_hash_table_unref (gift->classes);
  g_free (gift);
}

/* In a thread, perhaps more than once. */
static gboolean
give_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  const Gift *gift = data;
  GHashTableIter iter;
  gpointer label, name;

  if (!pel_mask_draft_replace (draft, gift->labels, gift->base, error))
    return FALSE;
  g_hash_table_iter_init (&iter, gift->classes);
  while (g_hash_table_iter_next (&iter, &label, &name))
    {
      PelCellInfo info;

      pel_mask_draft_get_info (draft, GPOINTER_TO_UINT (label), &info);
      info.class_name = g_intern_string (name);
      pel_mask_draft_set_info (draft, GPOINTER_TO_UINT (label), &info);
    }
  return TRUE;
}

static void give_next (PelImportCellsJob *self);

static void
count_result (PelImportCellsJob *self, const Result *result)
{
  self->n_images++;
  self->n_cells += result->n_cells;
}

static void
on_given (GObject *source, GAsyncResult *task, gpointer data)
{
  g_autoptr (PelImportCellsJob) self = data;
  PelImageDocument *image = PEL_IMAGE_DOCUMENT (source);
  const Result *result = &g_array_index (self->work.results, Result, self->n_settled);
  GError *error = NULL;

  pel_image_document_edit_finish (image, task, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pel_job_settled (PEL_JOB (self), error);
      return;
    }
  if (error != NULL)
    {
      /* Translators: the name of an image, and what went wrong with it. */
      g_ptr_array_add (self->work.warnings,
                       g_strdup_printf (_ ("%s: %s"), image->name, error->message));
      g_clear_error (&error);
    }
  else if (pel_image_document_is_writable (image))
    count_result (self, result);
  self->n_settled++;
  give_next (self);
}

static gboolean
fits (PelImageDocument *image, const PelLabels *labels)
{
  return image->mask != NULL && pel_mask_get_width (image->mask) == pel_labels_get_width (labels) &&
         pel_mask_get_height (image->mask) == pel_labels_get_height (labels);
}

/* One open image after the other: a mask that is worked out takes memory. */
static void
give_next (PelImportCellsJob *self)
{
  PelJobContext *context = pel_job_get_context (PEL_JOB (self));

  for (; self->n_settled < self->work.results->len; self->n_settled++)
    {
      const Result *result = &g_array_index (self->work.results, Result, self->n_settled);
      const Place *place = &g_array_index (self->work.places, Place, result->image);
      PelImageDocument *image = g_ptr_array_index (self->images, result->image);
      Gift *gift;

      if (place->base == NULL || !pel_image_document_is_writable (image) ||
          !fits (image, result->labels))
        continue;
      pel_job_context_report (context,
                              READING + (1 - READING) * self->n_settled / self->work.results->len,
                              -1, image->name);
      gift = g_new0 (Gift, 1);
      gift->labels = pel_labels_ref (result->labels);
      gift->base = pel_labels_ref (place->base);
      gift->classes = g_hash_table_ref (result->classes);
      pel_image_document_edit_async (image, _ ("Import Cells"), give_draft, gift, gift_free,
                                     context->cancellable, on_given, g_object_ref (self));
      return;
    }
  pel_job_settled (PEL_JOB (self), NULL);
}

static gboolean
pel_import_cells_job_settle (PelJob *job)
{
  give_next (PEL_IMPORT_CELLS_JOB (job));
  return TRUE;
}

/* An image whose file has its cells by now. */
static void
take_file (PelImportCellsJob *self, PelImageDocument *image, const Result *result)
{
  count_result (self, result);
  if (image->mask != NULL)
    /* It was opened meanwhile, perhaps before the file was written. */
    pel_image_document_check_external (image);
  else if (image->n_cells != result->n_cells)
    {
      image->n_cells = result->n_cells;
      g_object_notify (G_OBJECT (image), "n-cells");
      pel_image_document_update_state (image);
      pel_image_document_touched (image);
    }
}

static void
pel_import_cells_job_ended (PelJob *job, const GError *error)
{
  PelImportCellsJob *self = PEL_IMPORT_CELLS_JOB (job);

  /* What was given to files before a cancel is there; the rest is left as it was. */
  for (guint i = 0; i < self->work.results->len; i++)
    {
      const Result *result = &g_array_index (self->work.results, Result, i);
      PelImageDocument *image = g_ptr_array_index (self->images, result->image);

      if (image->host != NULL &&
          g_array_index (self->work.places, Place, result->image).base == NULL)
        take_file (self, image, result);
    }
}

/* Whether an image is a page of a stack: not its first, or another page of the file is here too. */
static gboolean
is_page (GPtrArray *images, const PelImageDocument *image)
{
  for (guint i = 0; image->page == 0 && i < images->len; i++)
    {
      const PelImageDocument *other = g_ptr_array_index (images, i);

      if (other->page > 0 && strcmp (other->path, image->path) == 0)
        return TRUE;
    }
  return image->page > 0;
}

static gboolean
pel_import_cells_job_prepare (PelJob *job, GError **error)
{
  PelImportCellsJob *self = PEL_IMPORT_CELLS_JOB (job);

  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);
      PelImportTarget *target;
      PelDocumentPaths paths = { 0 };
      Place place = { 0 };

      if (image->host == NULL || image->host->read_only)
        {
          g_set_error_literal (
              error, G_IO_ERROR, G_IO_ERROR_READ_ONLY,
              image->host == NULL ? _ ("The project was closed meanwhile.")
                                  : _ ("The project can only be looked at; open it where it may be "
                                       "written."));
          return FALSE;
        }
      if (image->mask != NULL)
        place.base = pel_mask_snapshot (image->mask);
      target = g_new0 (PelImportTarget, 1);
      target->name = g_strdup (image->name);
      target->stem = pel_image_get_stem (image->path);
      target->page = is_page (self->images, image) ? image->page + 1 : 0;
      target->is_open = image == self->open && g_strv_length (self->work.paths) == 1 &&
                        g_file_test (self->work.paths[0], G_FILE_TEST_IS_REGULAR);
      target->width = image->width;
      target->height = image->height;
      g_ptr_array_add (self->work.targets, target);
      image->host->fill_paths (image->host->project, image, &paths);
      place.mask = g_steal_pointer (&paths.mask);
      place.infos = g_steal_pointer (&paths.infos);
      place.um_x = pel_image_document_get_um_x (image);
      place.um_y = pel_image_document_get_um_y (image);
      pel_document_paths_clear (&paths);
      g_array_append_val (self->work.places, place);
    }
  return TRUE;
}

static void
pel_import_cells_job_finalize (GObject *object)
{
  PelImportCellsJob *self = PEL_IMPORT_CELLS_JOB (object);

  g_strfreev (self->work.paths);
  g_ptr_array_unref (self->work.targets);
  g_array_unref (self->work.places);
  g_array_unref (self->work.results);
  g_ptr_array_unref (self->work.warnings);
  g_ptr_array_unref (self->images);
  G_OBJECT_CLASS (pel_import_cells_job_parent_class)->finalize (object);
}

static void
pel_import_cells_job_class_init (PelImportCellsJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_import_cells_job_finalize;
  job_class->prepare = pel_import_cells_job_prepare;
  job_class->work = import_in_thread;
  job_class->settle = pel_import_cells_job_settle;
  job_class->ended = pel_import_cells_job_ended;
}

static void
pel_import_cells_job_init (PelImportCellsJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->work.targets = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_import_target_free);
  self->work.places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->work.places, place_clear);
  self->work.results = g_array_new (FALSE, FALSE, sizeof (Result));
  g_array_set_clear_func (self->work.results, result_clear);
  self->work.warnings = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelImportCellsJob *
pel_import_cells_job_new (GPtrArray *images, char **paths)
{
  PelImportCellsJob *self = g_object_new (PEL_TYPE_IMPORT_CELLS_JOB, NULL);

  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (self->images, g_object_ref (g_ptr_array_index (images, i)));
  self->work.paths = g_strdupv (paths);
  pel_job_set_title (PEL_JOB (self), _ ("Importing cells"));
  return self;
}

void
pel_import_cells_job_set_open (PelImportCellsJob *self, PelImageDocument *image)
{
  g_return_if_fail (PEL_IS_IMPORT_CELLS_JOB (self));
  g_return_if_fail (g_ptr_array_find (self->images, image, NULL));

  self->open = image;
}

guint
pel_import_cells_job_get_n_images (PelImportCellsJob *self)
{
  g_return_val_if_fail (PEL_IS_IMPORT_CELLS_JOB (self), 0);

  return self->n_images;
}

guint
pel_import_cells_job_get_n_cells (PelImportCellsJob *self)
{
  g_return_val_if_fail (PEL_IS_IMPORT_CELLS_JOB (self), 0);

  return self->n_cells;
}

guint
pel_import_cells_job_get_n_failed (PelImportCellsJob *self)
{
  g_return_val_if_fail (PEL_IS_IMPORT_CELLS_JOB (self), 0);

  return self->work.n_failed;
}

GPtrArray *
pel_import_cells_job_get_warnings (PelImportCellsJob *self)
{
  g_return_val_if_fail (PEL_IS_IMPORT_CELLS_JOB (self), NULL);

  return self->work.warnings;
}
