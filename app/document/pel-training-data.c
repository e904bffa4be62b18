/* SPDX-License-Identifier: MIT */
#include "app/document/pel-training-data.h"

#include <string.h>

#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-hold-out.h"
#include "engine/train/pel-init.h"

/* Of fewer images than this none is held out whole unless it is marked so. */
#define HOLD_OUT_FROM 4

/* One image as it was read. */
typedef struct
{
  char *key;
  PelImage *image;
  PelLabels *labels;
  PelRect *regions;
  guint n_regions;
  gboolean complete;
  gboolean validation;
} Entry;

struct PelTrainingData
{
  GPtrArray *entries;   /* of Entry, in the order of the data set */
  GHashTable *held_out; /* keys of images that were held out at the first time */
  GHashTable *sides;    /* of images of which a part was: their keys, each with its side + 1 */
  GHashTable *refused;  /* keys of images that cannot be used and were told about */
  gboolean read_before;
  PelTrainingSkipFunc skipped;
  gpointer data;
};

static void
entry_free (Entry *entry)
{
  g_free (entry->key);
  g_clear_pointer (&entry->image, pel_image_unref);
  g_clear_pointer (&entry->labels, pel_labels_unref);
  g_free (entry->regions);
  g_free (entry);
}

static GPtrArray *
entries_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)entry_free);
}

PelTrainingData *
pel_training_data_new (PelTrainingSkipFunc skipped, gpointer data)
{
  PelTrainingData *self = g_new0 (PelTrainingData, 1);

  self->entries = entries_new ();
  self->held_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->skipped = skipped;
  self->data = data;
  return self;
}

void
pel_training_data_free (PelTrainingData *self)
{
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->held_out);
  g_hash_table_unref (self->sides);
  g_hash_table_unref (self->refused);
  g_free (self);
}

static const Entry *
find_entry (PelTrainingData *self, const char *key)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      if (strcmp (entry->key, key) == 0)
        return entry;
    }
  return NULL;
}

static PelLabels *
read_labels (const PelTrainingItem *item,
             PelImage *image,
             const Entry *before,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PelLabels) labels = NULL;

  if (item->labels != NULL)
    labels = pel_labels_ref (item->labels);
  else if (item->mask_path != NULL)
    labels = pel_labels_load (item->mask_path, item->mask_page, cancellable, error);
  else
    labels = pel_labels_new (pel_image_get_width (image), pel_image_get_height (image), error);
  if (labels != NULL && before != NULL && pel_labels_equal (labels, before->labels))
    return pel_labels_ref (before->labels);
  return g_steal_pointer (&labels);
}

static Entry *
entry_new (PelTrainingData *self,
           const PelTrainingItem *item,
           const char *key,
           GCancellable *cancellable,
           GError **error)
{
  const Entry *before = find_entry (self, key);
  g_autoptr (PelImage) image =
      before != NULL ? pel_image_ref (before->image)
                     : pel_image_load (item->image_path, item->page, cancellable, error);
  PelLabels *labels;
  Entry *entry;

  if (image == NULL)
    return NULL;
  /* What the user said of the scale, or the file. */
  if (before == NULL && item->um_x > 0.0 && item->um_y > 0.0)
    {
      g_autofree char *calibration = g_strdup (pel_image_get_calibration (image));

      pel_image_set_um (image, item->um_x, item->um_y, calibration);
    }
  labels = read_labels (item, image, before, cancellable, error);
  if (labels == NULL)
    return NULL;
  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->image = g_steal_pointer (&image);
  entry->labels = labels;
  entry->n_regions = item->n_regions;
  entry->regions = g_memdup2 (item->regions, item->n_regions * sizeof (PelRect));
  entry->complete = item->complete;
  entry->validation = item->validation || g_hash_table_contains (self->held_out, key);
  return entry;
}

static gboolean
is_same (const Entry *a, const Entry *b)
{
  return a->image == b->image && a->labels == b->labels && a->complete == b->complete &&
         a->validation == b->validation && a->n_regions == b->n_regions &&
         (a->n_regions == 0 ||
          memcmp (a->regions, b->regions, a->n_regions * sizeof (PelRect)) == 0);
}

static gboolean
are_same (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!is_same (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}

/* One image for the data set. One that cannot be used does not stop the others. */
static void
add_item (PelTrainingData *self,
          const PelTrainingItem *item,
          GPtrArray *entries,
          PelDataset *dataset,
          GCancellable *cancellable)
{
  g_autofree char *key = g_strdup_printf ("%u:%s", item->page, item->image_path);
  g_autoptr (GError) error = NULL;
  Entry *entry;

  if (g_hash_table_contains (self->refused, key))
    return;
  entry = entry_new (self, item, key, cancellable, &error);
  if (entry != NULL &&
      pel_dataset_add (dataset, item->name, entry->image, entry->labels, entry->regions,
                       entry->n_regions, entry->complete, entry->validation, &error))
    {
      g_ptr_array_add (entries, entry);
      return;
    }
  g_clear_pointer (&entry, entry_free);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *message = g_strdup_printf ("%s: %s", item->name, error->message);

      self->skipped (message, self->data);
      g_hash_table_add (self->refused, g_steal_pointer (&key));
    }
}

/* What is held out of the first data set is remembered. */
static void
hold_out (PelTrainingData *self,
          GPtrArray *entries,
          PelDataset *dataset,
          double share,
          guint64 seed)
{
  PelDatasetCounts counts;

  pel_dataset_get_counts (dataset, &counts);
  if (counts.validation_images > 0 || counts.images_with_cells < HOLD_OUT_FROM || !(share > 0))
    return;
  pel_dataset_hold_out (dataset, share, seed);
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (!pel_dataset_get_sample (dataset, i)->validation)
        continue;
      entry->validation = TRUE;
      g_hash_table_add (self->held_out, g_strdup (entry->key));
    }
}

/* Which side of each image is held out is remembered too. */
static void
choose_sides (PelTrainingData *self, GPtrArray *entries, const PelDataset *dataset, guint64 seed)
{
  g_autofree PelHeldSide *sides = g_new (PelHeldSide, entries->len);

  if (!pel_dataset_wants_parts (dataset))
    return;
  pel_dataset_choose_held_sides (dataset, PEL_HELD_SHARE, seed, sides);
  for (guint i = 0; i < entries->len; i++)
    if (sides[i] != PEL_HELD_SIDE_NONE)
      {
        const Entry *entry = g_ptr_array_index (entries, i);

        g_hash_table_insert (self->sides, g_strdup (entry->key), GINT_TO_POINTER (sides[i] + 1));
      }
}

/* (transfer full): the collection with these sides cut off. Images that came later are learnt from
 * whole. */
static PelDataset *
cut_sides (PelTrainingData *self, GPtrArray *entries, PelDataset *dataset, GError **error)
{
  g_autofree PelHeldSide *sides = g_new (PelHeldSide, entries->len);

  if (g_hash_table_size (self->sides) == 0)
    return pel_dataset_ref (dataset);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      gpointer side = g_hash_table_lookup (self->sides, entry->key);

      sides[i] = side != NULL ? (PelHeldSide)(GPOINTER_TO_INT (side) - 1) : PEL_HELD_SIDE_NONE;
    }
  return pel_dataset_new_sides_held_out (dataset, PEL_HELD_SHARE, sides, error);
}

guint
pel_training_data_get_n_parts (PelTrainingData *self)
{
  return g_hash_table_size (self->sides);
}

PelDataset *
pel_training_data_read (PelTrainingData *self,
                        GPtrArray *items,
                        double share,
                        gboolean in_parts,
                        guint64 seed,
                        gboolean *changed,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  g_autoptr (GPtrArray) entries = entries_new ();

  for (guint i = 0; i < items->len; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      add_item (self, g_ptr_array_index (items, i), entries, dataset, cancellable);
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!self->read_before)
    hold_out (self, entries, dataset, share, seed);
  if (!self->read_before && in_parts)
    choose_sides (self, entries, dataset, seed);
  self->read_before = TRUE;
  *changed = !are_same (self->entries, entries);
  g_ptr_array_unref (self->entries);
  self->entries = g_steal_pointer (&entries);
  return cut_sides (self, self->entries, dataset, error);
}

PelModel *
pel_training_read_init (const char *path, PelTrainConfig *config, GError **error)
{
  PelModel *model = pel_model_load (path, error);

  if (model != NULL)
    pel_init_adopt_shape (config, model);
  else
    g_prefix_error (error, "%s: ", path);
  return model;
}
