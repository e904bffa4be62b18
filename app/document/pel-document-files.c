/* SPDX-License-Identifier: MIT */
#include "app/document/pel-document-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-mask-private.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

void
pel_document_paths_clear (PelDocumentPaths *paths)
{
  g_clear_pointer (&paths->image, g_free);
  g_clear_pointer (&paths->mask, g_free);
  g_clear_pointer (&paths->infos, g_free);
  g_clear_pointer (&paths->journal, g_free);
  g_clear_pointer (&paths->foreign_mask, g_free);
  g_clear_pointer (&paths->prediction, g_free);
}

void
pel_document_paths_copy (const PelDocumentPaths *from, PelDocumentPaths *to)
{
  *to = (PelDocumentPaths){ .image = g_strdup (from->image),
                            .page = from->page,
                            .mask = g_strdup (from->mask),
                            .infos = g_strdup (from->infos),
                            .journal = g_strdup (from->journal),
                            .foreign_mask = g_strdup (from->foreign_mask),
                            .prediction = g_strdup (from->prediction) };
}

static gboolean
labels_fit (PelLabels *labels, guint width, guint height)
{
  return pel_labels_get_width (labels) == width && pel_labels_get_height (labels) == height;
}

static void
warn (char **warning, const char *path, const char *message)
{
  if (*warning == NULL)
    *warning = g_strdup_printf ("%s: %s", path, message);
}

/* (transfer full) (nullable): the labels of a file, where they are of the right size */
static PelLabels *
read_labels (const char *path, guint width, guint height, GCancellable *cancellable, char **warning)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelLabels) labels = pel_labels_load (path, 0, cancellable, &error);

  if (labels == NULL)
    {
      if (*warning == NULL)
        *warning = g_strdup (error->message);
      return NULL;
    }
  if (!labels_fit (labels, width, height))
    {
      warn (warning, path, _ ("The mask is not of the image’s size, so it is left aside."));
      return NULL;
    }
  return g_steal_pointer (&labels);
}

static void
add_journal_infos (GHashTable *infos, GHashTable *changes)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelJournalInfo *info = value;

      if (info->has_after)
        g_hash_table_insert (infos, key, g_memdup2 (&info->after, sizeof info->after));
      else
        g_hash_table_remove (infos, key);
    }
}

static void
load_mask (PelDocumentLoad *load, guint width, guint height)
{
  g_autoptr (PelJournalState) journal = NULL;
  g_autoptr (PelLabels) mask = NULL;
  g_autoptr (GError) error = NULL;

  load->has_hash = g_file_test (load->paths.mask, G_FILE_TEST_IS_REGULAR) &&
                   pel_journal_hash_file (load->paths.mask, load->hash, NULL);
  if (load->has_hash)
    mask = read_labels (load->paths.mask, width, height, load->cancellable, &load->warning);
  load->infos = pel_cell_infos_read (load->paths.infos);
  if (!load->read_only &&
      !pel_journal_compact (load->paths.journal, width, height, load->has_hash ? load->hash : NULL,
                            PEL_JOURNAL_MAX_BYTES, &load->n_just_dropped, &error))
    {
      /* It is longer than it need be, and that is all. */
      g_debug ("%s: %s", load->paths.journal, error->message);
      g_clear_error (&error);
    }
  journal = pel_journal_load (load->paths.journal, width, height, mask,
                              load->has_hash ? load->hash : NULL, !load->read_only, &error);
  if (journal == NULL)
    warn (&load->warning, load->paths.journal, error->message);
  if (journal != NULL && journal->exists)
    {
      load->entries = g_array_ref (journal->entries);
      load->position = journal->position;
      load->n_dropped = journal->n_dropped;
      load->recovered = journal->recovered;
      add_journal_infos (load->infos, journal->infos);
      if (journal->labels != NULL)
        load->labels = pel_labels_ref (journal->labels);
      if (!journal->mask_known)
        load->external = g_steal_pointer (&mask);
    }
  if (load->labels == NULL && mask != NULL)
    load->labels = g_steal_pointer (&mask);
  if (load->labels == NULL && load->paths.foreign_mask != NULL && !load->has_hash)
    load->labels =
        read_labels (load->paths.foreign_mask, width, height, load->cancellable, &load->warning);
  if (load->labels == NULL)
    load->labels = pel_labels_new (width, height, &load->error);
  if (load->labels != NULL)
    load->counts = pel_labels_count (load->labels);
  /* A file that could not be taken in is not ours to overwrite: it will be moved aside. */
  if (load->has_hash && load->warning != NULL)
    load->has_hash = FALSE;
}

void
pel_document_load_prediction (PelDocumentLoad *load, guint width, guint height)
{
  g_autofree char *warning = NULL;

  load->has_settings = FALSE;
  load->settings.cut.threshold = 0.5;
  load->settings.error_scale = (PelErrorScale)PEL_ERROR_SCALE_NONE;
  if (load->paths.prediction == NULL ||
      !g_file_test (load->paths.prediction, G_FILE_TEST_IS_REGULAR))
    return;
  load->prediction =
      read_labels (load->paths.prediction, width, height, load->cancellable, &warning);
  if (load->prediction == NULL)
    return;
  load->probability = pel_prediction_read_probability (load->paths.prediction, width, height);
  load->has_settings = pel_prediction_settings_read (load->paths.prediction, &load->settings);
}

void
pel_document_load_run (PelDocumentLoad *load)
{
  guint width, height;

  load->image =
      pel_image_load (load->paths.image, load->paths.page, load->cancellable, &load->error);
  if (load->image == NULL)
    return;
  width = pel_image_get_width (load->image);
  height = pel_image_get_height (load->image);
  if (load->want_mask)
    load_mask (load, width, height);
  pel_document_load_prediction (load, width, height);
  /* Labels that were not read to their end are none. */
  if (load->error == NULL)
    g_cancellable_set_error_if_cancelled (load->cancellable, &load->error);
}

void
pel_document_load_free (PelDocumentLoad *load)
{
  pel_document_paths_clear (&load->paths);
  g_clear_pointer (&load->image, pel_image_unref);
  g_clear_pointer (&load->labels, pel_labels_unref);
  g_clear_pointer (&load->counts, g_hash_table_unref);
  g_clear_pointer (&load->infos, g_hash_table_unref);
  g_clear_pointer (&load->entries, g_array_unref);
  g_clear_pointer (&load->external, pel_labels_unref);
  g_clear_pointer (&load->prediction, pel_labels_unref);
  g_clear_pointer (&load->probability, pel_image_unref);
  g_clear_pointer (&load->warning, g_free);
  g_clear_error (&load->error);
  g_free (load);
}

/* Whether the file on disk is the one we know; else takes it in, or puts it aside. FALSE: stop
 * here. */
static gboolean
check_known (PelDocumentSave *save)
{
  guint8 now[PEL_JOURNAL_HASH_SIZE];
  g_autofree char *warning = NULL;

  if (!pel_journal_hash_file (save->paths.mask, now, NULL))
    return TRUE;
  if (save->has_hash && memcmp (now, save->hash, sizeof now) == 0)
    return TRUE;
  save->external = read_labels (save->paths.mask, pel_labels_get_width (save->labels),
                                pel_labels_get_height (save->labels), NULL, &warning);
  if (save->external != NULL)
    {
      memcpy (save->hash, now, sizeof now);
      save->has_hash = TRUE;
      return FALSE;
    }
  for (guint i = 1; i < 1000; i++)
    {
      g_autofree char *suffix = g_strdup_printf (".other-%u.tif", i);
      g_autofree char *aside = pel_prediction_sibling (save->paths.mask, suffix);

      if (g_file_test (aside, G_FILE_TEST_EXISTS))
        continue;
      if (rename (save->paths.mask, aside) == 0)
        {
          save->warning = g_strdup_printf (
              /* Translators: the first %s says what is wrong with a mask file, the second is a path
               */
              _ ("%s It was kept as “%s”."), warning, aside);
          return TRUE;
        }
      break;
    }
  pel_file_set_error (&save->error, save->paths.mask, errno);
  return FALSE;
}

static gboolean
sync_path (const char *path, int flags)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | flags);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return good;
}

void
pel_document_save_run (PelDocumentSave *save)
{
  g_autofree char *folder = g_path_get_dirname (save->paths.mask);
  g_autofree char *base = g_path_get_basename (save->paths.mask);
  g_autofree char *hidden = g_strdup_printf (".%s.new", base);
  g_autofree char *fresh = g_build_filename (folder, hidden, NULL);
  guint8 hash[PEL_JOURNAL_HASH_SIZE];

  if (!check_known (save))
    return;
  /* The order is what makes a crash harmless: cell records may be newer than the mask, and the
   * journal knows a mask file before it is in place. */
  if ((g_hash_table_size (save->infos) > 0 ||
       g_file_test (save->paths.infos, G_FILE_TEST_EXISTS)) &&
      !pel_cell_infos_write (save->paths.infos, save->infos, &save->error))
    return;
  if (!pel_labels_save_tiff (save->labels, fresh, save->um_x, save->um_y, &save->error))
    return;
  if (!pel_journal_hash_file (fresh, hash, &save->error) ||
      !pel_journal_append_saved (save->paths.journal, hash, save->position, &save->error))
    {
      unlink (fresh);
      return;
    }
  if (rename (fresh, save->paths.mask) != 0)
    {
      pel_file_set_error (&save->error, save->paths.mask, errno);
      unlink (fresh);
      return;
    }
  if (!sync_path (folder, O_DIRECTORY))
    g_debug ("%s: cannot be synced", folder);
  memcpy (save->hash, hash, sizeof hash);
  save->has_hash = TRUE;
}

void
pel_document_save_free (PelDocumentSave *save)
{
  pel_document_paths_clear (&save->paths);
  g_clear_pointer (&save->labels, pel_labels_unref);
  g_clear_pointer (&save->infos, g_hash_table_unref);
  g_clear_pointer (&save->external, pel_labels_unref);
  g_clear_pointer (&save->warning, g_free);
  g_clear_error (&save->error);
  g_free (save);
}
