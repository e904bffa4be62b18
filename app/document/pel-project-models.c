/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/document/pel-import.h"
#include "app/document/pel-model-edit.h"
#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-project-private.h"

typedef struct
{
  PelProject *project;
  guint serial;
  char *folder;
  GHashTable *known;     /* path → "time size" of files that need not be read again */
  GPtrArray *paths;      /* all that are there */
  GPtrArray *fresh;      /* of PelModelFacts */
  GPtrArray *unfinished; /* of PelModelFacts: interrupted before there was a model */
} ModelsWork;

#define ENDING ".safetensors"
#define RESUME_ENDING ".resume.safetensors"

static char *
stamp_of (gint64 time, gint64 size, gboolean resumable)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d", time, size,
                          resumable != FALSE);
}

static char *
stamp_of_file (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "time::modified,time::modified-usec,standard::size", 0, NULL, NULL);
  g_autofree char *base = g_strndup (path, strlen (path) - strlen (ENDING));
  g_autofree char *resume = g_strconcat (base, RESUME_ENDING, NULL);

  if (info == NULL)
    return g_strdup ("");
  return stamp_of ((gint64)g_file_info_get_attribute_uint64 (info, "time::modified") * 1000000 +
                       g_file_info_get_attribute_uint32 (info, "time::modified-usec"),
                   g_file_info_get_size (info), g_file_test (resume, G_FILE_TEST_IS_REGULAR));
}

/* A training that was killed before its first model left only how it stands. */
static void
look_for_unfinished (ModelsWork *work, const char *name)
{
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (RESUME_ENDING));
  g_autofree char *file = g_strconcat (stem, ENDING, NULL);
  g_autofree char *path = g_build_filename (work->folder, file, NULL);

  if (*stem != '\0' && !g_file_test (path, G_FILE_TEST_EXISTS))
    g_ptr_array_add (work->unfinished, pel_model_facts_read (path));
}

static void
models_in_thread (gpointer data)
{
  ModelsWork *work = data;
  GDir *dir = g_dir_open (work->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      g_autofree char *stamp = NULL;

      if (name[0] == '.' || !g_str_has_suffix (name, ENDING))
        continue;
      if (g_str_has_suffix (name, RESUME_ENDING))
        {
          look_for_unfinished (work, name);
          continue;
        }
      path = g_build_filename (work->folder, name, NULL);
      stamp = stamp_of_file (path);
      if (g_strcmp0 (g_hash_table_lookup (work->known, path), stamp) != 0)
        g_ptr_array_add (work->fresh, pel_model_facts_read (path));
      g_ptr_array_add (work->paths, g_steal_pointer (&path));
    }
  if (dir != NULL)
    g_dir_close (dir);
}

static gint
newest_first (gconstpointer a, gconstpointer b, gpointer data)
{
  gint order = g_strcmp0 (pel_model_entry_get_created ((PelModelEntry *)b),
                          pel_model_entry_get_created ((PelModelEntry *)a));

  return order != 0 ? order
                    : g_strcmp0 (pel_model_entry_get_name ((PelModelEntry *)a),
                                 pel_model_entry_get_name ((PelModelEntry *)b));
}

/* (transfer none) (nullable): the entry of a file as it was listed before */
static PelModelEntry *
find_by_path (PelProject *self, const char *path)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (strcmp (pel_model_entry_get_path (entry), path) == 0)
        return entry; /* the list holds it */
    }
  return NULL;
}

static gboolean
is_kept (ModelsWork *work, const char *path)
{
  for (guint i = 0; i < work->fresh->len; i++)
    {
      const PelModelFacts *facts = g_ptr_array_index (work->fresh, i);

      if (facts != NULL && strcmp (facts->path, path) == 0)
        return FALSE;
    }
  return g_ptr_array_find_with_equal_func (work->paths, path, g_str_equal, NULL);
}

/* In one change: whoever watches the list never finds a model missing that was only written again.
 */
static void
replace_models (PelProject *self, ModelsWork *work)
{
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->models));
  g_autoptr (GListStore) next = g_list_store_new (PEL_TYPE_MODEL_ENTRY);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_before; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (is_kept (work, pel_model_entry_get_path (entry)))
        g_list_store_insert_sorted (next, entry, newest_first, NULL);
    }
  if (work->fresh->len == 0 && g_list_model_get_n_items (G_LIST_MODEL (next)) == n_before)
    return;
  for (guint i = 0; i < work->fresh->len; i++)
    {
      PelModelFacts *facts = g_ptr_array_index (work->fresh, i);
      g_autoptr (PelModelEntry) entry =
          pel_model_entry_new (facts, find_by_path (self, facts->path));

      g_list_store_insert_sorted (next, entry, newest_first, NULL);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (next)); i++)
    g_ptr_array_add (all, g_list_model_get_item (G_LIST_MODEL (next), i));
  g_list_store_splice (self->models, 0, n_before, all->pdata, all->len);
}

static void
replace_unfinished (PelProject *self, ModelsWork *work)
{
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->unfinished));
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean same = n_before == work->unfinished->len;

  for (guint i = 0; i < work->unfinished->len; i++)
    {
      const PelModelFacts *facts = g_ptr_array_index (work->unfinished, i);
      g_autoptr (PelModelEntry) before =
          same ? g_list_model_get_item (G_LIST_MODEL (self->unfinished), i) : NULL;

      same = same && strcmp (pel_model_entry_get_path (before), facts->path) == 0;
    }
  if (same)
    return;
  while (work->unfinished->len > 0)
    g_ptr_array_add (all,
                     pel_model_entry_new (g_ptr_array_steal_index (work->unfinished, 0), NULL));
  g_list_store_splice (self->unfinished, 0, n_before, all->pdata, all->len);
}

static void
models_done (gpointer data)
{
  ModelsWork *work = data;
  PelProject *self = work->project;

  if (work->serial == self->models_serial)
    {
      replace_models (self, work);
      replace_unfinished (self, work);
      /* The entries own the facts now. */
      g_ptr_array_set_free_func (work->fresh, NULL);
    }
  g_free (work->folder);
  g_hash_table_unref (work->known);
  g_ptr_array_unref (work->paths);
  g_ptr_array_unref (work->fresh);
  g_ptr_array_unref (work->unfinished);
  g_free (work);
}

static ModelsWork *
models_work_new (PelProject *self)
{
  ModelsWork *work = g_new0 (ModelsWork, 1);

  /* The reader is drained before the project goes, so no reference is needed. */
  work->project = self;
  work->serial = ++self->models_serial;
  work->folder = pel_project_get_models_path (self);
  work->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  work->paths = g_ptr_array_new_with_free_func (g_free);
  work->fresh = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_model_facts_free);
  work->unfinished = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_model_facts_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->models), i);
      const PelModelFacts *facts = pel_model_entry_peek_facts (entry);

      g_hash_table_insert (work->known, g_strdup (facts->path),
                           stamp_of (facts->time, facts->size, facts->resumable));
    }
  return work;
}

void
pel_project_refresh_models (PelProject *self)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  if (self->host.reader == NULL)
    return;
  self->models_known = TRUE;
  pel_worker_push (self->host.reader, models_in_thread, models_done, models_work_new (self));
}

void
pel_project_replace_model (PelProject *self, PelModelEntry *model, PelModelEntry *by)
{
  guint place;

  if (!g_list_store_find (self->models, model, &place))
    return;
  g_list_store_splice (self->models, place, 1, (gpointer *)&by, 1);
  g_list_store_sort (self->models, newest_first, NULL);
}

GListModel *
pel_project_get_models (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  if (!self->models_known)
    pel_project_refresh_models (self);
  return G_LIST_MODEL (self->models);
}

GListModel *
pel_project_get_unfinished (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return G_LIST_MODEL (self->unfinished);
}

PelModelEntry *
pel_project_find_model (PelProject *self, const char *name)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  GListModel *models = pel_project_get_models (self);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (g_strcmp0 (pel_model_entry_get_name (entry), name) == 0)
        return entry; /* the list holds it */
    }
  return NULL;
}

/* Also where a model was deleted: what was found with it, and what was noted of it, stays. */
static gboolean
has_traces (PelProject *self, const char *name)
{
  g_autofree char *predictions = pel_project_get_predictions_path (self, name);

  return g_file_test (predictions, G_FILE_TEST_EXISTS) ||
         pel_project_get_model_note (self, name) != NULL;
}

gboolean
pel_project_has_model_name (PelProject *self, const char *name)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  g_autofree char *folder = pel_project_get_models_path (self);
  g_autofree char *path = g_strdup_printf ("%s/%s" ENDING, folder, name);
  g_autofree char *resume = g_strdup_printf ("%s/%s" RESUME_ENDING, folder, name);

  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (resume, G_FILE_TEST_EXISTS) ||
         has_traces (self, name);
}

char *
pel_project_new_model_path (PelProject *self, const char *name)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  g_autoptr (GHashTable) none = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folder = pel_project_get_models_path (self);
  g_autofree char *clean = pel_import_choose_name (none, name);

  for (guint i = 1;; i++)
    {
      g_autofree char *stem = i == 1 ? g_strdup (clean) : g_strdup_printf ("%s-%u", clean, i);

      if (!pel_project_has_model_name (self, stem))
        return g_strdup_printf ("%s/%s" ENDING, folder, stem);
    }
}
