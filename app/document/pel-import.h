/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-project.h"

G_BEGIN_DECLS

/* Finding, naming and copying images: plain data, any thread. */

typedef struct
{
  char *path;
  char *mask; /* nullable: a file, or a folder with a file for each cell */
  char *stem; /* what it would be called */
} PelImportFile;

typedef struct
{
  GPtrArray *files;    /* of PelImportFile */
  GHashTable *seen;    /* path → PelImportFile */
  GPtrArray *warnings; /* of sentences */
} PelImportPlan;

/* Looks through files and folders, by names alone. */
PelImportPlan *pel_import_plan_new (const char *const *paths, PelImportFlags flags)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_import_plan_free (PelImportPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelImportPlan, pel_import_plan_free)

/* An entry that the project gets. */
typedef struct
{
  char *name;
  char *stored_path; /* relative to the project's folder, or absolute */
  guint page;
  guint width, height;
  double um_x, um_y;
  char *calibration;
  char *foreign_mask; /* nullable: a mask to be read where it is */
  gboolean has_mask;
  guint n_cells;
} PelImportItem;

void pel_import_item_free (PelImportItem *item);

typedef struct
{
  char *project_path;
  char *masks_path;
  PelImportFlags flags;
  gboolean foreign;  /* masks are left where they are, and so are images */
  GHashTable *taken; /* names in use, folded */
  GCancellable *cancellable;
  gint done, total; /* atomic, for progress */

  GPtrArray *items;
  guint n_masks, n_skipped;
  GPtrArray *warnings;
} PelImportRun;

PelImportRun *pel_import_run_new (const char *project_path,
                                  const char *masks_path,
                                  PelImportFlags flags) G_GNUC_WARN_UNUSED_RESULT;
void pel_import_run_go (PelImportRun *run, const PelImportPlan *plan);
void pel_import_run_free (PelImportRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelImportRun, pel_import_run_free)

/* A name that no file system minds, and that is not in @taken; which it then is. */
char *pel_import_choose_name (GHashTable *taken, const char *wish) G_GNUC_WARN_UNUSED_RESULT;
char *pel_import_fold_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
