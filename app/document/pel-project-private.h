/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-import.h"
#include "app/document/pel-project.h"

G_BEGIN_DECLS

#define PEL_PROJECT_FILE "project.json"
#define PEL_PROJECT_FORMAT 1

struct _PelProject
{
  GObject parent_instance;

  GFile *folder;
  char *path;
  char *name;
  char *masks_folder; /* within the project's */
  int lock;           /* file descriptor, or -1 */
  char *read_only_reason;
  gboolean closed;
  guint n_recovered;

  JsonObject *root; /* project.json as it was read, with all that we do not know */
  GPtrArray *images;
  GHashTable *by_name;
  PelRules *rules;
  GHashTable *settings;
  char *current_model;
  GListStore *models;
  GListStore *unfinished; /* trainings that were interrupted before there was a model */
  GFileMonitor *masks_monitor;
  gboolean models_known;
  guint models_serial;

  PelDocumentHost host;
  guint write_source;
  guint n_writing;
  gboolean unwritten; /* project.json waits to be written */
  gboolean last_saving;
  char *last_error;
};

/* What opening reads, in any thread: plain data. */
typedef struct
{
  char *path;
  gboolean create;
  gboolean foreign; /* there was no project.json */
  JsonNode *root;
  PelImportRun *found;  /* what a foreign folder holds */
  GPtrArray *recovered; /* names of images whose journals are ahead of their masks */
  int lock;
  char *read_only_reason;
  GError *error;
} PelProjectOpening;

PelProjectOpening *pel_project_opening_new (GFile *folder, gboolean create)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_project_opening_run (PelProjectOpening *opening);
void pel_project_opening_free (PelProjectOpening *opening);
/* (transfer full): from what was read */
PelProject *pel_project_new_opened (PelProjectOpening *opening) G_GNUC_WARN_UNUSED_RESULT;

void pel_project_read_json (PelProject *self);
/* (transfer full) */
char *pel_project_write_json (PelProject *self) G_GNUC_WARN_UNUSED_RESULT;
void pel_project_update_saving (PelProject *self);
void pel_project_report_failure (PelProject *self, const char *message);
void pel_project_schedule_write (PelProject *self);

/* Adds an entry. @stored_path: relative to the folder, or absolute */
PelImageDocument *pel_project_add_image (PelProject *self,
                                         const char *name,
                                         const char *stored_path,
                                         guint page,
                                         JsonObject *json);
/* Puts an entry in the place of another one in the list of models. */
void pel_project_replace_model (PelProject *self, PelModelEntry *model, PelModelEntry *by);
void pel_project_add_items (PelProject *self, GPtrArray *items);
gboolean pel_project_check_writable (PelProject *self, GError **error);
char *pel_project_build_path (PelProject *self, const char *first, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
