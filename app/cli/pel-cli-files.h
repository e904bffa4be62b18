/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/cli/pel-cli-work.h"
#include "app/document/pel-project.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/io/pel-pairing.h"

/* Files as the commands name, find, pair and read them. */

/**
 * PelCliInput:
 * @name: what its results are called: the file's stem, with `_p003` for the third page of a stack
 * @path: the image
 * @page: the position within it, from 0
 *
 * A picture to work on.
 */
typedef struct
{
  char *name;
  char *path;
  guint page;
} PelCliInput;

void pel_cli_input_free (PelCliInput *input);

/**
 * pel_cli_list_inputs:
 * @paths: (array zero-terminated=1): image files and folders of them
 * @page: from 1, or 0 for every page
 * @warnings: (element-type utf8): receives a line for each file that cannot be read and was left
 *   out; the command's exit status is then 1
 * @error: return location for a `GError`
 *
 * Lists the pictures in @paths. A stack gives one for each page unless @page chooses.
 *
 * Returns: (transfer full) (element-type PelCliInput) (nullable): the pictures, at least one; two
 *   that would have results of one name are refused
 */
GPtrArray *pel_cli_list_inputs (char **paths, guint page, GPtrArray *warnings, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cli_check_results:
 * @inputs: (element-type PelCliInput): what will be read
 * @folder: where the results go
 * @suffixes: (array zero-terminated=1): what follows the name of each result
 * @error: return location for a `GError`
 *
 * Makes sure that no result takes the place of one of the images, under whatever path.
 */
gboolean pel_cli_check_results (GPtrArray *inputs,
                                const char *folder,
                                const char *const *suffixes,
                                GError **error);

/* Whether both paths lead to one file, by whatever way; or would, where there is none yet. */
gboolean pel_cli_is_same_file (const char *a, const char *b);

/* Splits `a_p003` into `a` and page 2 (from 0); FALSE where the name does not end so. */
gboolean pel_cli_split_page (const char *name, char **stem, guint *page);

/* (transfer full): FOLDER/NAMESUFFIX */
char *pel_cli_result_path (const char *folder, const char *name, const char *suffix)
    G_GNUC_WARN_UNUSED_RESULT;

/* Makes a folder for results, with those above it. */
gboolean pel_cli_make_folder (const char *path, GError **error);

/* Makes the folder that @path will lie in. */
gboolean pel_cli_make_parent (const char *path, GError **error);

/* Tells on standard error what a pairing left out. */
void pel_cli_warn_pairing (PelCliWork *work, const PelPairing *pairing);

/* Whether labels and image have one size; otherwise says so, naming both files. */
gboolean pel_cli_check_size (const char *image_path,
                             const PelImage *image,
                             const char *labels_path,
                             const PelLabels *labels,
                             GError **error);

/**
 * pel_cli_load_probability:
 * @path: a `NAME.prob.tif`
 * @cancellable: (nullable): stops the reading
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): an image whose first plane holds floats
 */
PelImage *pel_cli_load_probability (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * PelCliSettings:
 * @threshold: probability that the labels were cut at
 * @model: (nullable): the model's name
 * @error_scale: how blur becomes uncertainty in the model
 *
 * What stands in `NAME.json` beside predicted labels, here and in a project.
 */
typedef struct
{
  double threshold;
  char *model;
  PelErrorScale error_scale;
} PelCliSettings;

gboolean pel_cli_settings_write (const char *path, const PelCliSettings *settings, GError **error);
/* FALSE where there is no such file or it says nothing of use. */
gboolean pel_cli_settings_read (const char *path, PelCliSettings *settings);
void pel_cli_settings_clear (PelCliSettings *settings);

/**
 * pel_cli_open_project:
 * @path: a project's folder, or a folder of images that becomes one
 * @to_write: whether it is to be changed
 * @error: return location for a `GError`
 *
 * Opens a project. Main thread.
 *
 * Returns: (transfer full) (nullable): the project; where it is to be changed `NULL` also if
 * another process has it open, or its folder cannot be written
 */
PelProject *pel_cli_open_project (const char *path, gboolean to_write, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cli_list_documents:
 * @project: a project
 * @names: (array zero-terminated=1): names of images, or none for all
 * @page: from 1, or 0 for every page
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (element-type PelImageDocument) (nullable): the images, at least one
 */
GPtrArray *pel_cli_list_documents (PelProject *project, char **names, guint page, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cli_list_images:
 * @folder: images, as pel_pairing_scan() takes them
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): paths of images by their names, or %NULL with an error of
 *   pel_pairing_scan() set
 */
GHashTable *pel_cli_list_images (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
