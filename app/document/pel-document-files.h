/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"
#include "app/document/pel-journal.h"
#include "app/document/pel-prediction-files.h"
#include "engine/image/pel-image.h"

G_BEGIN_DECLS

/* Reading and writing the files of one image: plain data in, plain data out, any thread. */

typedef struct
{
  char *image;
  guint page;
  char *mask;         /* masks/NAME.tif */
  char *infos;        /* masks/NAME.json */
  char *journal;      /* .pellicle/journal/NAME.journal */
  char *foreign_mask; /* where there is no mask of our own yet; nullable */
  char *prediction;   /* predictions/MODEL/NAME.tif; nullable */
} PelDocumentPaths;

void pel_document_paths_clear (PelDocumentPaths *paths);
void pel_document_paths_copy (const PelDocumentPaths *from, PelDocumentPaths *to);

/**
 * PelDocumentLoad:
 *
 * What to read and what came of it. @error is about the image; anything less is a @warning.
 */
typedef struct
{
  PelDocumentPaths paths;
  gboolean want_mask;
  gboolean read_only;
  GCancellable *cancellable; /* nullable, borrowed; once it is cancelled @error says so */

  PelImage *image;
  PelLabels *labels;  /* the mask as we left it */
  GHashTable *counts; /* of @labels */
  GHashTable *infos;
  GArray *entries; /* the history: PelJournalEntry */
  guint position;
  guint n_dropped;      /* older steps that are no longer kept */
  guint n_just_dropped; /* of these, just now */
  gboolean recovered;   /* @labels holds work that the mask file lacks */
  PelLabels *external;  /* what another program made of the mask since; nullable */
  gboolean has_hash;
  guint8 hash[PEL_JOURNAL_HASH_SIZE]; /* of the mask file, once @external is taken in */

  PelLabels *prediction;
  PelImage *probability;
  PelPredictionSettings settings; /* of @prediction; its threshold is a half where not known */
  gboolean has_settings;

  char *warning;
  GError *error;
} PelDocumentLoad;

void pel_document_load_run (PelDocumentLoad *load);
/* The prediction alone, for an image of this size. */
void pel_document_load_prediction (PelDocumentLoad *load, guint width, guint height);
void pel_document_load_free (PelDocumentLoad *load);

/**
 * PelDocumentSave:
 *
 * What to write. Where another program wrote the mask file since, nothing is written and @external
 * is set.
 */
typedef struct
{
  PelDocumentPaths paths;
  PelLabels *labels;
  GHashTable *infos;
  guint position;
  double um_x, um_y;
  gboolean has_hash;
  guint8 hash[PEL_JOURNAL_HASH_SIZE]; /* in: of the file as we know it; out: as it is now */

  PelLabels *external;
  char *warning;
  GError *error;
} PelDocumentSave;

void pel_document_save_run (PelDocumentSave *save);
void pel_document_save_free (PelDocumentSave *save);

/* Cell records as JSON: only those that say something. */
GHashTable *pel_cell_infos_read (const char *path) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_cell_infos_write (const char *path, GHashTable *infos, GError **error);
GHashTable *pel_cell_infos_copy (GHashTable *infos) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
