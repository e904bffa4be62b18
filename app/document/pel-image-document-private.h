/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "app/document/pel-document-files.h"
#include "app/document/pel-image-document.h"
#include "app/document/pel-undo-private.h"
#include "app/document/pel-worker.h"

G_BEGIN_DECLS

/**
 * PelDocumentHost:
 *
 * What a document needs of its project. The project sets it to %NULL in its documents before it
 * goes.
 */
typedef struct
{
  gpointer project;
  PelWorker *reader; /* pixels, thumbnails */
  PelWorker *writer; /* journals, masks: in order */
  PelWorker *measurer;
  gboolean read_only;
  GArray *displays; /* of PelChannelDisplay, by channel: what images have in common */
  /* (transfer full): the paths of a document's files */
  void (*fill_paths) (gpointer project, PelImageDocument *document, PelDocumentPaths *paths);
  char *(*thumbnail_path) (gpointer project, PelImageDocument *document);
  /* Something that project.json stores was changed. */
  void (*touched) (gpointer project, PelImageDocument *document);
  /* Edits were made, or written. */
  void (*saving_changed) (gpointer project, PelImageDocument *document);
  void (*loaded) (gpointer project, PelImageDocument *document);
  void (*calibrated) (gpointer project, PelImageDocument *document);
  void (*failed) (gpointer project, const char *message);
} PelDocumentHost;

typedef enum
{
  PEL_THUMBNAIL_NONE,
  PEL_THUMBNAIL_WAITING,
  PEL_THUMBNAIL_READY,
  PEL_THUMBNAIL_FAILED,
} PelThumbnailState;

struct _PelImageDocument
{
  GObject parent_instance;

  PelDocumentHost *host; /* NULL once the project is gone */

  /* What project.json stores; @json keeps what we do not know. */
  JsonObject *json;
  char *name;
  char *path;
  char *stored_path; /* as in project.json: relative where the file is in the folder */
  guint page;
  char *group;
  char *foreign_mask;
  gboolean validation, complete, reviewed;
  GArray *regions;   /* of PelRect */
  GArray *displays;  /* of PelChannelDisplay, by channel: its own */
  double um_x, um_y; /* the user's; 0 for none */
  double file_um_x, file_um_y;
  char *file_calibration;
  guint width, height;
  guint n_cells;
  guint n_from_model; /* as stored, while there is no mask */
  gboolean missing;

  /* Loaded data. */
  gboolean loaded;
  GPtrArray *load_tasks; /* of GTask, while a reading is under way */
  PelImage *image;
  PelMask *mask;
  PelUndo *undo;
  PelCellList *cells;
  PelCellList *prediction_cells;
  PelReview *review;
  PelLabels *prediction;
  PelImage *probability;
  double prediction_threshold;
  PelErrorScale error_scale;
  PelPredictionSettings settings; /* of the prediction, where they are known */
  gboolean has_settings;
  guint keep_source;       /* until a prediction that was cut anew is written */
  double line_um, line_px; /* the line that the scale was set by, 0 for none */
  char *model_name;
  gboolean has_prediction; /* there is a file, loaded or not */
  PelImageState last_state;

  /* Saving. */
  gboolean has_hash;
  guint8 hash[PEL_JOURNAL_HASH_SIZE];
  gboolean journal_exists;
  gboolean journal_broken; /* only the writer thread looks at it between two retries */
  guint n_appending;
  GQueue failed; /* of appends to be tried again */
  guint retry_source;
  guint64 edits;       /* grows with each edit */
  guint64 saved_edits; /* what the mask file holds */
  gboolean saving;
  guint save_source;

  /* What another program wrote, on its way into the mask; both or none. */
  PelLabels *external;
  GCancellable *taking;
  guint64 external_edits; /* when it was found */

  /* The small picture. */
  PelThumbnailState thumbnail_state;
  GBytes *thumbnail;
  guint thumbnail_width, thumbnail_height;
};

/* @json: (transfer none): its entry in project.json, kept */
PelImageDocument *pel_image_document_new (PelDocumentHost *host,
                                          const char *name,
                                          const char *path,
                                          guint page,
                                          JsonObject *json) G_GNUC_WARN_UNUSED_RESULT;
void pel_image_document_detach (PelImageDocument *self);
/* Emits notify::state where it is another than last told. */
void pel_image_document_update_state (PelImageDocument *self);
void pel_image_document_touched (PelImageDocument *self);
/* Whether its project is open, and may be written. */
gboolean pel_image_document_is_writable (PelImageDocument *self);

void pel_image_document_set_missing (PelImageDocument *self, gboolean missing);
void pel_image_document_set_has_prediction (PelImageDocument *self, gboolean has);
void pel_image_document_emit_thumbnail_changed (PelImageDocument *self);
void pel_image_document_emit_model_name (PelImageDocument *self);
void pel_image_document_emit_display_changed (PelImageDocument *self);
/* The scale is another: tells everybody. */
void pel_image_document_calibration_changed (PelImageDocument *self);
/* Hands the scale on to the lists of cells. */
void pel_image_document_update_scale (PelImageDocument *self);
void pel_image_document_emit_dirty (PelImageDocument *self);
void pel_image_document_emit_save_failed (PelImageDocument *self, const char *message);

/* Between project.json and fields. */
void pel_image_document_read_json (PelImageDocument *self);
void pel_image_document_write_json (PelImageDocument *self);

/* Loading */
void pel_image_document_take_load (PelImageDocument *self, PelDocumentLoad *load);
/* Starts writing a prediction that waits for that; FALSE where none does. */
gboolean pel_image_document_write_prediction (PelImageDocument *self);
void pel_image_document_take_prediction (PelImageDocument *self, PelDocumentLoad *load);
PelDocumentLoad *pel_image_document_prepare_load (PelImageDocument *self) G_GNUC_WARN_UNUSED_RESULT;
/* Looks for the prediction of another model. @name: (nullable) */
void pel_image_document_set_model (PelImageDocument *self, const char *name);

/* Saving */
extern const PelUndoStore pel_image_document_undo_store;
/* Starts writing the mask where that is due; FALSE where there is nothing to do. */
gboolean pel_image_document_save (PelImageDocument *self);
void pel_image_document_schedule_save (PelImageDocument *self);
gboolean pel_image_document_is_saving (PelImageDocument *self);
/* Tells that there is something to write, or no longer. */
void pel_image_document_saving_changed (PelImageDocument *self);
/* Takes in labels that another program wrote, as an undo step, worked out in a thread. The mask is
 * not written before. What is painted meanwhile stays. */
void pel_image_document_take_external (PelImageDocument *self, PelLabels *labels);
/* Takes them in at once, in the place of all that the mask holds; FALSE where none are on their
 * way. */
gboolean pel_image_document_finish_external (PelImageDocument *self);
void pel_image_document_forget_external (PelImageDocument *self);
/* The mask file may be somebody else's now. */
void pel_image_document_check_external (PelImageDocument *self);
void pel_image_document_stop_saving (PelImageDocument *self);

/* (transfer full) (nullable): a small picture, in any thread */
GBytes *pel_thumbnail_make (PelImage *image, guint *width, guint *height) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
