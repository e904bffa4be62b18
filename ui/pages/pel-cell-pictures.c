/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-pictures.h"

#include "app/document/pel-cell-thumbnail.h"
#include "app/document/pel-worker.h"

/* What is drawn before the thread hands back: short enough that a scroll elsewhere is soon served.
 */
#define BATCH 8

typedef struct
{
  guint32 label;
  PelRect bounds;
  guint size;
  GBytes *pixels; /* once drawn */
} Picture;

/* Pixels and cells, with the contrast as soon as it is known; counted, for the thread. */
typedef struct
{
  PelImage *image;
  PelLabels *labels;
  gboolean has_levels;
  PelCellLevels levels;
} Source;

typedef struct
{
  PelCellPictures *owner;
  Source *source;
  Picture pictures[BATCH];
  guint n;
} Work;

/* A picture that is kept, in a list from the one that was used last to the one longest ago. */
typedef struct
{
  guint32 label;
  guint size;
  GdkTexture *texture;
} Kept;

struct _PelCellPictures
{
  GObject parent_instance;

  Source *source; /* nullable */
  GQueue kept;    /* of Kept */
  GHashTable *by_label;
  GQueue wanted; /* of Picture, the newest first */
  gboolean running;
  PelWorker *worker;
};

G_DEFINE_FINAL_TYPE (PelCellPictures, pel_cell_pictures, G_TYPE_OBJECT)

static guint ready_signal;

static void
source_clear (gpointer data)
{
  Source *source = data;

  pel_image_unref (source->image);
  pel_labels_unref (source->labels);
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_object_unref (kept->texture);
  g_free (kept);
}

static void
forget_all (PelCellPictures *self)
{
  g_hash_table_remove_all (self->by_label);
  g_queue_clear_full (&self->kept, kept_free);
  g_queue_clear_full (&self->wanted, g_free);
}

/* In the thread, one piece of work at a time. */
static void
draw_pictures (gpointer data)
{
  Work *work = data;
  Source *source = work->source;

  if (!source->has_levels)
    pel_cell_levels_find (&source->levels, source->image);
  source->has_levels = TRUE;
  for (guint i = 0; i < work->n; i++)
    {
      Picture *picture = &work->pictures[i];

      picture->pixels = pel_cell_thumbnail_make (source->image, source->labels, picture->label,
                                                 &picture->bounds, &source->levels, picture->size);
    }
}

static void
keep (PelCellPictures *self, const Picture *picture)
{
  Kept *kept = g_new (Kept, 1);

  kept->label = picture->label;
  kept->size = picture->size;
  kept->texture =
      gdk_memory_texture_new ((int)picture->size, (int)picture->size, GDK_MEMORY_R8G8B8A8,
                              picture->pixels, 4 * (gsize)picture->size);
  g_queue_push_head (&self->kept, kept);
  g_hash_table_insert (self->by_label, GUINT_TO_POINTER (kept->label), self->kept.head);
  while (self->kept.length > PEL_CELL_PICTURES_MAX)
    {
      Kept *oldest = g_queue_pop_tail (&self->kept);

      g_hash_table_remove (self->by_label, GUINT_TO_POINTER (oldest->label));
      kept_free (oldest);
    }
}

static void start (PelCellPictures *self);

static void
pictures_drawn (gpointer data)
{
  Work *work = data;
  PelCellPictures *self = work->owner;
  gboolean current = work->source == self->source;

  self->running = FALSE;
  for (guint i = 0; i < work->n; i++)
    {
      Picture *picture = &work->pictures[i];
      gboolean is_new = !g_hash_table_contains (self->by_label, GUINT_TO_POINTER (picture->label));

      if (current && picture->pixels != NULL && is_new)
        {
          keep (self, picture);
          g_signal_emit (self, ready_signal, 0, picture->label);
        }
      g_clear_pointer (&picture->pixels, g_bytes_unref);
    }
  start (self);
  g_atomic_rc_box_release_full (work->source, source_clear);
  g_free (work);
  g_object_unref (self);
}

static void
start (PelCellPictures *self)
{
  Work *work;

  if (self->running || self->source == NULL || self->wanted.length == 0)
    return;
  work = g_new0 (Work, 1);
  work->owner = g_object_ref (self);
  work->source = g_atomic_rc_box_acquire (self->source);
  while (work->n < BATCH && self->wanted.length > 0)
    {
      Picture *picture = g_queue_pop_head (&self->wanted);

      work->pictures[work->n++] = *picture;
      g_free (picture);
    }
  if (self->worker == NULL)
    self->worker = pel_worker_new_background ("pel-pictures");
  self->running = TRUE;
  pel_worker_push (self->worker, draw_pictures, pictures_drawn, work);
}

static void
pel_cell_pictures_finalize (GObject *object)
{
  PelCellPictures *self = PEL_CELL_PICTURES (object);

  g_clear_pointer (&self->worker, pel_worker_free);
  forget_all (self);
  g_hash_table_unref (self->by_label);
  if (self->source != NULL)
    g_atomic_rc_box_release_full (self->source, source_clear);
  G_OBJECT_CLASS (pel_cell_pictures_parent_class)->finalize (object);
}

static void
pel_cell_pictures_class_init (PelCellPicturesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_cell_pictures_finalize;
  ready_signal = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
pel_cell_pictures_init (PelCellPictures *self)
{
  self->by_label = g_hash_table_new (NULL, NULL);
}

PelCellPictures *
pel_cell_pictures_new (void)
{
  return g_object_new (PEL_TYPE_CELL_PICTURES, NULL);
}

void
pel_cell_pictures_set_source (PelCellPictures *self, PelImage *image, PelLabels *labels)
{
  Source *old = self->source;
  gboolean fits;

  g_return_if_fail (PEL_IS_CELL_PICTURES (self));

  fits = image != NULL && labels != NULL &&
         pel_image_get_width (image) == pel_labels_get_width (labels) &&
         pel_image_get_height (image) == pel_labels_get_height (labels);
  if (old != NULL && fits && old->image == image && old->labels == labels)
    return;
  forget_all (self);
  self->source = NULL;
  if (fits)
    {
      self->source = g_atomic_rc_box_new0 (Source);
      self->source->image = pel_image_ref (image);
      self->source->labels = pel_labels_ref (labels);
    }
  if (old != NULL)
    g_atomic_rc_box_release_full (old, source_clear);
}

GdkTexture *
pel_cell_pictures_get (PelCellPictures *self, guint32 label, const PelRect *bounds, guint size)
{
  GList *link;
  Picture *picture;

  g_return_val_if_fail (PEL_IS_CELL_PICTURES (self), NULL);
  g_return_val_if_fail (size > 0 && size <= PEL_CELL_THUMBNAIL_MAX, NULL);

  link = g_hash_table_lookup (self->by_label, GUINT_TO_POINTER (label));
  if (link != NULL && ((Kept *)link->data)->size == size)
    {
      g_queue_unlink (&self->kept, link);
      g_queue_push_head_link (&self->kept, link);
      return ((Kept *)link->data)->texture;
    }
  if (link != NULL)
    {
      g_hash_table_remove (self->by_label, GUINT_TO_POINTER (label));
      kept_free (link->data);
      g_queue_delete_link (&self->kept, link);
    }
  if (self->source == NULL)
    return NULL;
  picture = g_new0 (Picture, 1);
  picture->label = label;
  picture->bounds = *bounds;
  picture->size = size;
  g_queue_push_head (&self->wanted, picture);
  start (self);
  return NULL;
}

void
pel_cell_pictures_forget (PelCellPictures *self, guint32 label)
{
  g_return_if_fail (PEL_IS_CELL_PICTURES (self));

  for (GList *link = self->wanted.head; link != NULL; link = link->next)
    {
      Picture *picture = link->data;

      if (picture->label != label)
        continue;
      g_free (picture);
      g_queue_delete_link (&self->wanted, link);
      return;
    }
}

guint
pel_cell_pictures_get_n_kept (PelCellPictures *self)
{
  g_return_val_if_fail (PEL_IS_CELL_PICTURES (self), 0);

  return self->kept.length;
}
