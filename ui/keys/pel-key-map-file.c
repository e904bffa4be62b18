/* SPDX-License-Identifier: MIT */
/* Where the user's keys are kept. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "engine/io/pel-file.h"
#include "ui/keys/pel-key-map-private.h"

/* Several changes at once are written once. */
#define WRITE_MS 200
/* All commands with all their keys take a tenth of that. */
#define MAX_BYTES (64 * 1024)

typedef struct
{
  char *path;
  char *text;
} Write;

static void
write_free (gpointer data)
{
  g_free (((Write *)data)->path);
  g_free (((Write *)data)->text);
  g_free (data);
}

static gboolean
write_file (const char *path, const char *text, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return pel_file_write_atomic (path, text, strlen (text), error);
}

static gboolean
write_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  const Write *write = data;

  return write_file (write->path, write->text, error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  PelKeyMap *self = PEL_KEY_MAP (source);

  self->is_writing = FALSE;
  g_clear_error (&self->write_error);
  if (!g_task_propagate_boolean (G_TASK (result), &self->write_error))
    g_message ("%s", self->write_error->message);
}

static gboolean
write_now (gpointer data)
{
  PelKeyMap *self = data;
  g_autoptr (GKeyFile) keys = NULL;
  g_autoptr (GTask) task = NULL;
  Write *write;

  /* One after the other, or an older text could come last. */
  if (self->is_writing)
    return G_SOURCE_CONTINUE;
  self->write_source = 0;
  self->is_writing = TRUE;
  keys = pel_key_map_save (self);
  write = g_new (Write, 1);
  write->path = g_strdup (self->path);
  write->text = g_key_file_to_data (keys, NULL, NULL);
  task = g_task_new (self, NULL, on_written, NULL);
  g_task_set_task_data (task, write, write_free);
  pel_task_run (task, write_in_thread);
  return G_SOURCE_REMOVE;
}

void
pel_key_map_write_later (PelKeyMap *self)
{
  if (self->path != NULL && self->write_source == 0)
    self->write_source = g_timeout_add (WRITE_MS, write_now, self);
}

gboolean
pel_key_map_flush (PelKeyMap *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_KEY_MAP (self), FALSE);

  while (self->is_writing)
    g_main_context_iteration (NULL, TRUE);
  if (self->write_source != 0)
    {
      g_autoptr (GKeyFile) keys = pel_key_map_save (self);
      g_autofree char *text = g_key_file_to_data (keys, NULL, NULL);

      g_clear_handle_id (&self->write_source, g_source_remove);
      g_clear_error (&self->write_error);
      write_file (self->path, text, &self->write_error);
    }
  if (self->write_error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->write_error));
  return FALSE;
}

void
pel_key_map_stop_writing (PelKeyMap *self)
{
  g_clear_handle_id (&self->write_source, g_source_remove);
  g_clear_error (&self->write_error);
}

/* Under a name that no file has. (transfer full) (nullable) */
static char *
set_aside (const char *path)
{
  for (guint i = 1; i < 1000; i++)
    {
      g_autofree char *aside = g_strdup_printf ("%s.damaged-%u", path, i);

      if (!g_file_test (aside, G_FILE_TEST_EXISTS))
        return g_rename (path, aside) == 0 ? g_steal_pointer (&aside) : NULL;
    }
  return NULL;
}

static gboolean
read_file (PelKeyMap *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > MAX_BYTES))
    {
      g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                           _ ("That is no list of keys."));
      return FALSE;
    }
  return g_key_file_load_from_file (keys, path, G_KEY_FILE_NONE, error) &&
         pel_key_map_restore (self, keys, error);
}

gboolean
pel_key_map_use_file (PelKeyMap *self, const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *aside = NULL;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), FALSE);
  g_return_val_if_fail (self->path == NULL, FALSE);

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !read_file (self, path, &problem))
    aside = set_aside (path);
  /* What can neither be read nor be moved is not written over. */
  if (problem == NULL || aside != NULL)
    self->path = g_strdup (path);
  if (problem == NULL)
    return TRUE;
  if (aside != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 /* Translators: a file, what is wrong with it, and its new name. */
                 _ ("%s cannot be understood: %s It is kept as %s."), path, problem->message,
                 aside);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 /* Translators: a file, and what is wrong with it. */
                 _ ("%s cannot be understood: %s"), path, problem->message);
  return FALSE;
}
