/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-edit.h"

#include <errno.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-project-private.h"

#define ENDING ".safetensors"
#define RESUME_ENDING ".resume.safetensors"
/* File systems take 255 bytes for a name; temporary files need some more than the model. */
#define MAX_NAME 180

const char *
pel_model_name_problem (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (*name == '\0' || *name == '.' || strpbrk (name, "/\\") != NULL ||
      !g_utf8_validate (name, -1, NULL))
    return _ ("Give the model a name without slashes.");
  if (strlen (name) > MAX_NAME)
    return _ ("Give the model a shorter name.");
  if (g_str_has_suffix (name, ".resume"))
    return _ ("Give the model a name that does not end in “.resume”.");
  return NULL;
}

static char *
file_in (const char *folder, const char *name, const char *ending)
{
  g_autofree char *file = g_strconcat (name, ending, NULL);

  return g_build_filename (folder, file, NULL);
}

static gboolean
move (const char *from, const char *to, GError **error)
{
  g_autofree char *name = NULL;
  int errsv;

  if (g_rename (from, to) == 0)
    return TRUE;
  errsv = errno;
  name = g_filename_display_name (from);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv),
               /* Translators: the first %s is a file, the second the system's reason */
               _ ("%s: it could not be moved (%s); check that the folder can be written to"), name,
               g_strerror (errsv));
  return FALSE;
}

/* The model and what belongs to it, from one folder and name to another; all of it or nothing. */
static gboolean
move_model (const char *folder,
            const char *name,
            const char *to_folder,
            const char *to_name,
            GError **error)
{
  g_autofree char *from = file_in (folder, name, ENDING);
  g_autofree char *to = file_in (to_folder, to_name, ENDING);
  g_autofree char *from_resume = file_in (folder, name, RESUME_ENDING);
  g_autofree char *to_resume = file_in (to_folder, to_name, RESUME_ENDING);

  if (g_file_test (to, G_FILE_TEST_EXISTS) || g_file_test (to_resume, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_EXISTS,
                   /* Translators: %s is the name of a model. */
                   _ ("There is a model “%s” already; choose another name."), to_name);
      return FALSE;
    }
  if (!move (from, to, error))
    return FALSE;
  if (g_file_test (from_resume, G_FILE_TEST_EXISTS) && !move (from_resume, to_resume, error))
    {
      g_rename (to, from);
      return FALSE;
    }
  return TRUE;
}

static char *
note_key (const char *name)
{
  return g_strconcat ("model-note:", name, NULL);
}

const char *
pel_project_get_model_note (PelProject *self, const char *name)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *key = note_key (name);

  return pel_project_get_setting (self, key);
}

void
pel_project_set_model_note (PelProject *self, const char *name, const char *note)
{
  g_return_if_fail (PEL_IS_PROJECT (self));
  g_return_if_fail (name != NULL);

  g_autofree char *key = note_key (name);

  pel_project_set_setting (self, key, note != NULL && *note != '\0' ? note : NULL);
}

/* What a model that is gone has found must not be taken for what the one of its name finds. */
static void
put_aside (PelProject *self, const char *name)
{
  g_autofree char *from = pel_project_get_predictions_path (self, name);

  if (g_strcmp0 (self->current_model, name) == 0)
    pel_project_set_current_model (self, NULL);
  for (guint i = 2; g_file_test (from, G_FILE_TEST_EXISTS); i++)
    {
      g_autofree char *free_name = g_strdup_printf ("%s-%u", name, i);
      g_autofree char *to = pel_project_get_predictions_path (self, free_name);

      if (!g_file_test (to, G_FILE_TEST_EXISTS) && g_rename (from, to) != 0)
        return;
    }
}

/* Predictions lie in a folder of the model's name; documents that show them know it. */
static void
rename_predictions (PelProject *self, const char *old, const char *name)
{
  g_autofree char *from = pel_project_get_predictions_path (self, old);
  g_autofree char *to = pel_project_get_predictions_path (self, name);
  g_autofree char *note = g_strdup (pel_project_get_model_note (self, old));

  put_aside (self, name);
  if (!g_file_test (from, G_FILE_TEST_IS_DIR) || g_rename (from, to) == 0)
    {
      for (guint i = 0; i < pel_project_get_n_images (self); i++)
        {
          PelImageDocument *image = pel_project_get_image (self, i);

          if (g_strcmp0 (image->model_name, old) != 0)
            continue;
          g_free (image->model_name);
          image->model_name = g_strdup (name);
          pel_image_document_emit_model_name (image);
        }
      if (g_strcmp0 (self->current_model, old) == 0)
        {
          g_free (self->current_model);
          self->current_model = g_strdup (name);
          g_object_notify (G_OBJECT (self), "current-model");
        }
    }
  pel_project_set_model_note (self, old, NULL);
  pel_project_set_model_note (self, name, note);
  pel_project_schedule_write (self);
}

gboolean
pel_project_rename_model (PelProject *self, PelModelEntry *model, const char *name, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (model), FALSE);
  g_return_val_if_fail (pel_model_name_problem (name) == NULL, FALSE);

  g_autofree char *folder = pel_project_get_models_path (self);
  g_autofree char *old = g_strdup (pel_model_entry_get_name (model));
  g_autofree char *path = file_in (folder, name, ENDING);
  g_autoptr (PelModelEntry) renamed = NULL;

  if (strcmp (old, name) == 0)
    return TRUE;
  if (!move_model (folder, old, folder, name, error))
    return FALSE;
  rename_predictions (self, old, name);
  renamed = pel_model_entry_new_renamed (model, path);
  pel_project_replace_model (self, model, renamed);
  pel_project_refresh_models (self);
  return TRUE;
}

static char *
deleted_folder (PelProject *self)
{
  return pel_project_build_path (self, ".pellicle", "deleted-model", NULL);
}

/* Whatever lies there goes for good. */
static void
empty_folder (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  if (dir != NULL)
    g_dir_close (dir);
}

gboolean
pel_project_delete_model (PelProject *self, PelModelEntry *model, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (model), FALSE);

  g_autofree char *folder = pel_project_get_models_path (self);
  g_autofree char *aside = deleted_folder (self);
  const char *name = pel_model_entry_get_name (model);

  if (g_mkdir_with_parents (aside, 0777) != 0)
    {
      int errsv = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv),
                   _ ("%s: the folder could not be made (%s); check that the project can be "
                      "written to"),
                   aside, g_strerror (errsv));
      return FALSE;
    }
  empty_folder (aside);
  if (!move_model (folder, name, aside, name, error))
    return FALSE;
  pel_project_refresh_models (self);
  return TRUE;
}

char *
pel_project_get_deleted_model (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  g_autofree char *aside = deleted_folder (self);
  GDir *dir = g_dir_open (aside, 0, NULL);
  char *found = NULL;
  const char *name;

  while (dir != NULL && found == NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ENDING) && !g_str_has_suffix (name, RESUME_ENDING))
      found = g_strndup (name, strlen (name) - strlen (ENDING));
  if (dir != NULL)
    g_dir_close (dir);
  return found;
}

gboolean
pel_project_restore_model (PelProject *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);

  g_autofree char *folder = pel_project_get_models_path (self);
  g_autofree char *aside = deleted_folder (self);
  g_autofree char *name = pel_project_get_deleted_model (self);

  if (name == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("The deleted model is no longer there."));
      return FALSE;
    }
  if (!move_model (aside, name, folder, name, error))
    return FALSE;
  pel_project_refresh_models (self);
  return TRUE;
}
