/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-project-private.h"
#include "engine/io/pel-file.h"

/* For so long a process that was killed may hold its lock, and so often that is looked into. */
#define DYING_US (10 * G_USEC_PER_SEC)
#define DYING_POLL_US 20000

PelProjectOpening *
pel_project_opening_new (GFile *folder, gboolean create)
{
  PelProjectOpening *opening = g_new0 (PelProjectOpening, 1);

  opening->path = g_file_get_path (folder);
  opening->create = create;
  opening->lock = -1;
  opening->recovered = g_ptr_array_new_with_free_func (g_free);
  return opening;
}

void
pel_project_opening_free (PelProjectOpening *opening)
{
  g_free (opening->path);
  g_clear_pointer (&opening->root, json_node_unref);
  g_clear_pointer (&opening->found, pel_import_run_free);
  g_ptr_array_unref (opening->recovered);
  if (opening->lock >= 0)
    close (opening->lock);
  g_free (opening->read_only_reason);
  g_clear_error (&opening->error);
  g_free (opening);
}

static void
fail (PelProjectOpening *opening, PelDocumentError code, const char *message)
{
  g_set_error (&opening->error, PEL_DOCUMENT_ERROR, code, "%s: %s", opening->path, message);
}

/* Whether the process that has written its number into the lock has ended. Its lock stays until the
 * last of its threads is put away, and on a busy machine that takes seconds. */
static gboolean
holder_is_dying (int lock)
{
  char text[32] = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *stat = NULL;
  const char *end;
  guint64 pid;

  if (pread (lock, text, sizeof text - 1, 0) <= 0 ||
      !g_ascii_string_to_unsigned (g_strchomp (text), 10, 1, G_MAXINT32, &pid, NULL))
    return FALSE;
  path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/stat", pid);
  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  /* The state comes after the name, which may hold anything. */
  end = strrchr (stat, ')');
  return end != NULL && (g_str_has_prefix (end, ") Z") || g_str_has_prefix (end, ") X"));
}

static gboolean
lock_or_wait (int lock)
{
  gint64 until = g_get_monotonic_time () + DYING_US;

  for (;;)
    {
      if (flock (lock, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      if (errno != EWOULDBLOCK || g_get_monotonic_time () > until)
        return FALSE;
      if (!holder_is_dying (lock))
        {
          /* It may just have gone. */
          if (flock (lock, LOCK_EX | LOCK_NB) == 0)
            return TRUE;
          return FALSE;
        }
      g_usleep (DYING_POLL_US);
    }
}

/* For whoever finds it taken; one that cannot be read is as good as any. */
static void
sign_lock (int lock)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int)getpid ());

  if (ftruncate (lock, 0) != 0 || pwrite (lock, text, strlen (text), 0) < 0)
    g_debug ("the lock is not signed: %s", g_strerror (errno));
}

/* One process writes. The lock goes by itself when a process ends, however it ends. */
static void
take_lock (PelProjectOpening *opening)
{
  g_autofree char *folder = g_build_filename (opening->path, ".pellicle", NULL);
  g_autofree char *path = g_build_filename (folder, "lock", NULL);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    opening->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (opening->lock >= 0 && lock_or_wait (opening->lock))
    {
      sign_lock (opening->lock);
      return;
    }
  if (opening->lock >= 0 && errno == EWOULDBLOCK)
    opening->read_only_reason =
        g_strdup (_ ("The project is open in another window or program; here it can only be "
                     "looked at."));
  else
    opening->read_only_reason =
        g_strdup (_ ("The project’s folder cannot be written; it can only be looked at."));
  if (opening->lock >= 0)
    close (opening->lock);
  opening->lock = -1;
}

static void
read_root (PelProjectOpening *opening, const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  if (!json_parser_load_from_file (parser, path, &error))
    {
      if (error->domain == JSON_PARSER_ERROR)
        fail (opening, PEL_DOCUMENT_ERROR_BAD_PROJECT,
              _ ("project.json is damaged. Masks and images are not touched by this; put back a "
                 "copy of project.json, or rename it to open the folder anew."));
      else
        opening->error = g_steal_pointer (&error);
      return;
    }
  opening->root = json_parser_steal_root (parser);
  if (opening->root == NULL || !JSON_NODE_HOLDS_OBJECT (opening->root))
    {
      fail (opening, PEL_DOCUMENT_ERROR_BAD_PROJECT,
            _ ("project.json does not describe a project."));
      return;
    }
  object = json_node_get_object (opening->root);
  if (json_object_get_int_member_with_default (object, "format", 1) > PEL_PROJECT_FORMAT)
    fail (opening, PEL_DOCUMENT_ERROR_NEWER_VERSION,
          _ ("The project was saved by a newer version of Pellicle; update Pellicle to open it."));
}

/* Journals that hold work which the masks lack: what a crash left. */
static void
find_recovered (PelProjectOpening *opening)
{
  const char *masks = json_object_get_string_member_with_default (
      json_node_get_object (opening->root), "masks_folder", "masks");
  g_autofree char *folder = g_build_filename (opening->path, ".pellicle", "journal", NULL);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = NULL;
      g_autofree char *file = NULL;
      g_autofree char *mask = NULL;
      g_autofree char *journal = NULL;
      guint8 hash[PEL_JOURNAL_HASH_SIZE];
      gboolean has_hash;

      if (!g_str_has_suffix (entry, ".journal"))
        continue;
      name = g_strndup (entry, strlen (entry) - strlen (".journal"));
      file = g_strconcat (name, ".tif", NULL);
      mask = g_build_filename (opening->path, masks, file, NULL);
      journal = g_build_filename (folder, entry, NULL);
      has_hash = g_file_test (mask, G_FILE_TEST_EXISTS) && pel_journal_hash_file (mask, hash, NULL);
      if (pel_journal_is_ahead (journal, has_hash ? hash : NULL))
        g_ptr_array_add (opening->recovered, g_steal_pointer (&name));
    }
  if (dir != NULL)
    g_dir_close (dir);
}

static JsonNode *
new_root (const char *masks_folder)
{
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "format", PEL_PROJECT_FORMAT);
  json_object_set_string_member (object, "masks_folder", masks_folder);
  json_node_take_object (root, object);
  return root;
}

/* A folder that is no project yet: its images are used where they are. Masks that somebody else put
 * there are read and never written, so ours go elsewhere. */
static void
read_foreign (PelProjectOpening *opening)
{
  const char *paths[] = { opening->path, NULL };
  g_autofree char *masks = g_build_filename (opening->path, "masks", NULL);

  const char *ours = g_file_test (masks, G_FILE_TEST_EXISTS) ? "pellicle-masks" : "masks";
  g_autofree char *ours_path = g_build_filename (opening->path, ours, NULL);
  g_autoptr (PelImportPlan) plan = pel_import_plan_new (paths, PEL_IMPORT_REFERENCE);

  opening->foreign = TRUE;
  opening->found = pel_import_run_new (opening->path, ours_path, PEL_IMPORT_REFERENCE);
  opening->found->foreign = TRUE;
  pel_import_run_go (opening->found, plan);
  if (opening->found->items->len == 0)
    {
      fail (opening, PEL_DOCUMENT_ERROR_NOT_A_PROJECT,
            _ ("There is neither a project nor an image that can be read in this folder."));
      return;
    }
  opening->root = new_root (ours);
}

static void
create_folder (PelProjectOpening *opening, const char *file)
{
  static const char *const folders[] = { "images", "masks", "predictions", "models", "exports" };

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    {
      fail (opening, PEL_DOCUMENT_ERROR_EXISTS,
            _ ("There is a project already; open it, or choose another folder."));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (opening->path, folders[i], NULL);

      if (g_mkdir_with_parents (path, 0777) != 0)
        {
          pel_file_set_error (&opening->error, path, errno);
          return;
        }
    }
  opening->root = new_root ("masks");
}

void
pel_project_opening_run (PelProjectOpening *opening)
{
  g_autofree char *file = NULL;

  if (g_str_has_suffix (opening->path, G_DIR_SEPARATOR_S PEL_PROJECT_FILE) && !opening->create)
    {
      g_autofree char *given = g_steal_pointer (&opening->path);

      opening->path = g_path_get_dirname (given);
    }
  file = g_build_filename (opening->path, PEL_PROJECT_FILE, NULL);
  if (opening->create)
    create_folder (opening, file);
  else if (!g_file_test (opening->path, G_FILE_TEST_IS_DIR))
    g_set_error (&opening->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: %s", opening->path,
                 _ ("There is no such folder."));
  else if (g_file_test (file, G_FILE_TEST_EXISTS))
    read_root (opening, file);
  else
    read_foreign (opening);
  if (opening->error != NULL)
    return;
  take_lock (opening);
  if (opening->create && opening->lock < 0)
    {
      fail (opening, PEL_DOCUMENT_ERROR_READ_ONLY, opening->read_only_reason);
      return;
    }
  find_recovered (opening);
}

/* What happens on the main thread */

static PelProject *
finish_opening (PelProjectOpening *opening, gboolean wait)
{
  PelProject *self = pel_project_new_opened (opening);

  if (opening->found != NULL)
    pel_project_add_items (self, opening->found->items);
  if (self->read_only_reason != NULL)
    return self;
  if (opening->create || opening->foreign)
    pel_project_schedule_write (self);
  for (guint i = 0; i < opening->recovered->len; i++)
    {
      PelImageDocument *image =
          pel_project_find_image (self, g_ptr_array_index (opening->recovered, i));

      if (image == NULL)
        continue;
      self->n_recovered++;
      /* Reading it puts the work back and lets the mask be written. An image that cannot be read
       * now keeps its journal for when it can. */
      if (wait)
        pel_image_document_load (image, NULL);
      else
        pel_image_document_load_async (image, NULL, NULL, NULL);
    }
  return self;
}

static PelProject *
open_now (GFile *folder, gboolean create, GError **error)
{
  PelProjectOpening *opening = pel_project_opening_new (folder, create);
  PelProject *self = NULL;

  pel_project_opening_run (opening);
  if (opening->error != NULL)
    g_propagate_error (error, g_steal_pointer (&opening->error));
  else
    self = finish_opening (opening, TRUE);
  pel_project_opening_free (opening);
  if (self != NULL && create && !pel_project_flush (self, error))
    g_clear_object (&self);
  return self;
}

PelProject *
pel_project_create (GFile *folder, GError **error)
{
  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  return open_now (folder, TRUE, error);
}

PelProject *
pel_project_open (GFile *folder, GError **error)
{
  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  return open_now (folder, FALSE, error);
}

typedef struct
{
  PelProjectOpening *opening;
  PelWorker *worker;
  GTask *task;
} OpenWork;

static void
open_in_thread (gpointer data)
{
  OpenWork *work = data;

  pel_project_opening_run (work->opening);
}

static void
open_done (gpointer data)
{
  OpenWork *work = data;

  if (g_task_return_error_if_cancelled (work->task))
    g_debug ("Opening was given up");
  else if (work->opening->error != NULL)
    g_task_return_error (work->task, g_steal_pointer (&work->opening->error));
  else
    g_task_return_pointer (work->task, finish_opening (work->opening, FALSE), g_object_unref);
  pel_project_opening_free (work->opening);
  g_object_unref (work->task);
  pel_worker_free (work->worker);
  g_free (work);
}

void
pel_project_open_async (GFile *folder,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_return_if_fail (G_IS_FILE (folder));

  OpenWork *work = g_new0 (OpenWork, 1);

  work->opening = pel_project_opening_new (folder, FALSE);
  work->worker = pel_worker_new ("pel-open");
  work->task = g_task_new (NULL, cancellable, callback, data);
  pel_worker_push (work->worker, open_in_thread, open_done, work);
}

PelProject *
pel_project_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
