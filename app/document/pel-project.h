/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-image-document.h"
#include "app/document/pel-model-entry.h"

G_BEGIN_DECLS

/**
 * PelImportFlags:
 * @PEL_IMPORT_COPY: copy the files into the project's images folder
 * @PEL_IMPORT_REFERENCE: leave them where they are
 * @PEL_IMPORT_NO_MASKS: do not look for masks
 *
 * How images come into a project.
 */
typedef enum
{
  PEL_IMPORT_COPY = 0,
  PEL_IMPORT_REFERENCE = 1 << 0,
  PEL_IMPORT_NO_MASKS = 1 << 1,
} PelImportFlags;

/**
 * PelImportReport:
 * @n_images: entries added
 * @n_masks: masks that came with them
 * @n_skipped: files that were not taken
 * @warnings: (element-type utf8): a sentence each, naming the file
 *
 * What an import did.
 */
typedef struct
{
  guint n_images;
  guint n_masks;
  guint n_skipped;
  GPtrArray *warnings;
} PelImportReport;

void pel_import_report_free (PelImportReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelImportReport, pel_import_report_free)

#define PEL_TYPE_PROJECT (pel_project_get_type ())
G_DECLARE_FINAL_TYPE (PelProject, pel_project, PEL, PROJECT, GObject)

/**
 * PelProject:
 *
 * A folder with images, masks, predictions and models; a `GListModel` of [class@ImageDocument] in
 * the project's order. Main thread only.
 *
 * Everything is saved by itself: strokes within a second to a journal, masks when there is a pause,
 * project.json a moment after a change. pel_project_close() or pel_project_flush() writes what is
 * left. A project that another process has open, or that may not be written, is `read-only`:
 * nothing is ever written then.
 *
 * Properties (all notify): `name`, `read-only`, `saving` (something waits to be written),
 * `n-images`. Signals: `failed` (const char *message) when saving in the background did not work;
 * `calibration-changed` when some image has another scale.
 */

/**
 * pel_project_create:
 * @folder: where; made where it is not there, else it must be empty of a project
 * @error: return location for an error
 *
 * Makes an empty project.
 *
 * Returns: (transfer full) (nullable): the project; `PEL_DOCUMENT_ERROR_EXISTS` where the folder
 *   holds one already, or a `G_IO_ERROR`
 */
PelProject *pel_project_create (GFile *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_project_open:
 * @folder: a project's folder or its project.json; or a folder of images, with or without a folder
 * of masks beside or within; or one in the layout of the Data Science Bowl
 * @error: return location for an error
 *
 * Opens a project. A folder without project.json becomes one that refers to the images where they
 * are and leaves foreign masks untouched.
 *
 * Returns: (transfer full) (nullable): the project
 */
PelProject *pel_project_open (GFile *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_project_open_async (GFile *folder,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
PelProject *pel_project_open_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

GFile *pel_project_get_folder (PelProject *self);
/* The folder's name, for the window's title. */
const char *pel_project_get_name (PelProject *self);
gboolean pel_project_get_read_only (PelProject *self);
/* Why it is read-only, a sentence; NULL where it is not. */
const char *pel_project_get_read_only_reason (PelProject *self);
gboolean pel_project_get_saving (PelProject *self);
/* How many images the last opening put back from journals after a crash. */
guint pel_project_get_n_recovered (PelProject *self);

guint pel_project_get_n_images (PelProject *self);
/* (transfer none) */
PelImageDocument *pel_project_get_image (PelProject *self, guint index);
PelImageDocument *pel_project_find_image (PelProject *self, const char *name);
/* Takes an entry out of the list. Its files stay, copies and masks alike. */
void pel_project_remove_image (PelProject *self, PelImageDocument *image);

/**
 * pel_project_import_async:
 * @self: a project that may be written
 * @files: (element-type GFile): images, stacks, folders of them
 * @flags: how
 * @progress: (nullable): called on the main thread
 * @cancellable: (nullable): what came in before stays
 * @callback: called on the main thread
 * @data: for @callback and @progress
 *
 * Adds images. Each position of a stack becomes an entry of its own (`a_p003`). Files that cannot
 * be read are left out and named in the report. Masks come along from folders that hold images and
 * masks in pairs; such images count as complete.
 */
typedef void (*PelImportProgress) (PelProject *project, guint done, guint total, gpointer data);
void pel_project_import_async (PelProject *self,
                               GPtrArray *files,
                               PelImportFlags flags,
                               PelImportProgress progress,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
/* (transfer full) (nullable) */
PelImportReport *pel_project_import_finish (PelProject *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The same while the caller waits. */
PelImportReport *pel_project_import (PelProject *self,
                                     GPtrArray *files,
                                     PelImportFlags flags,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The scale of every image; 0 goes back to what each file says. */
void pel_project_set_calibration (PelProject *self, double um_x, double um_y);

/* (transfer none): the models in the project's folder, newest first; a GListModel of PelModelEntry
 */
GListModel *pel_project_get_models (PelProject *self);
/* (transfer none): trainings that were interrupted before their first model was kept, as the models
 * folder was read last; a GListModel of PelModelEntry, each with the path its model will have. They
 * can go on, and nothing else. */
GListModel *pel_project_get_unfinished (PelProject *self);
PelModelEntry *pel_project_find_model (PelProject *self, const char *name);
/* Reads the models folder again, in a worker. */
void pel_project_refresh_models (PelProject *self);
/* Whether there is a model of this name, an unfinished one, or what one has left that was deleted:
 * predictions or a note. */
gboolean pel_project_has_model_name (PelProject *self, const char *name);
/* (transfer full): a path for a new model, with a name that is not taken */
char *pel_project_new_model_path (PelProject *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): folders of the project */
char *pel_project_get_exports_path (PelProject *self) G_GNUC_WARN_UNUSED_RESULT;
char *pel_project_get_models_path (PelProject *self) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): predictions/MODEL */
char *pel_project_get_predictions_path (PelProject *self, const char *model)
    G_GNUC_WARN_UNUSED_RESULT;
/* Shows the predictions of this model wherever there are some; NULL for none. */
void pel_project_set_current_model (PelProject *self, const char *name);
const char *pel_project_get_current_model (PelProject *self);

/* (transfer none): classes of cells by what is measured, the same in all images */
const PelRules *pel_project_get_rules (PelProject *self);
/* Takes a copy; every image's cells have other classes from now on. */
void pel_project_set_rules (PelProject *self, const PelRules *rules);

/* By whose definitions the project's cells are measured. */
PelDefinitions pel_project_get_definitions (PelProject *self);
/* Measures all images anew that are looked at. */
void pel_project_set_definitions (PelProject *self, PelDefinitions definitions);

/* Settings of the project that outlive the program: strings by name. NULL removes. */
const char *pel_project_get_setting (PelProject *self, const char *key);
void pel_project_set_setting (PelProject *self, const char *key, const char *value);

/* Writes all that waits, off the main thread. */
void pel_project_flush_async (PelProject *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean pel_project_flush_finish (PelProject *self, GAsyncResult *result, GError **error);
/* The same while the caller waits. */
gboolean pel_project_flush (PelProject *self, GError **error);
/* Writes all that waits and gives up the lock; the project is read-only from then on. */
gboolean pel_project_close (PelProject *self, GError **error);

G_END_DECLS
