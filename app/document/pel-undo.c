/* SPDX-License-Identifier: MIT */
#include "app/document/pel-undo.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-undo-private.h"

/* A few tiles: read and unpacked well within a frame. */
#define SMALL_RECORD 65536

G_DEFINE_FINAL_TYPE (PelUndo, pel_undo, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_UNDO_NAME,
  PROP_REDO_NAME,
  PROP_N_STEPS,
  PROP_POSITION,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
notify_all (PelUndo *self)
{
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
}

static PelUndoStep *
get_step (PelUndo *self, guint index)
{
  return g_ptr_array_index (self->steps, index);
}

/* Swaps one step with the mask. Nothing has changed where it fails. */
static gboolean
swap_step (PelUndo *self, PelUndoStep *step, gboolean for_undo, GError **error)
{
  if (!step->resident)
    {
      if (self->store == NULL)
        {
          g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_DAMAGED,
                               _ ("This step is no longer stored; earlier work is safe."));
          return FALSE;
        }
      if (!self->store->read (self, step, for_undo, self->store_data, error))
        return FALSE;
      step->resident = TRUE;
    }
  pel_mask_swap_step (self->mask, step);
  return TRUE;
}

gboolean
pel_undo_move_by_one (PelUndo *self, gboolean for_undo, GError **error)
{
  guint index = for_undo ? self->position - 1 : self->position;

  if (!swap_step (self, get_step (self, index), for_undo, error))
    return FALSE;
  self->position = for_undo ? self->position - 1 : self->position + 1;
  self->untold = TRUE;
  return TRUE;
}

static void
tell_store (PelUndo *self)
{
  if (self->store != NULL && self->untold)
    self->store->moved (self, self->position, self->store_data);
  self->untold = FALSE;
}

void
pel_undo_moved (PelUndo *self)
{
  tell_store (self);
  pel_undo_trim (self);
  notify_all (self);
}

static void
pel_undo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelUndo *self = PEL_UNDO (object);

  switch (id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, pel_undo_get_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, pel_undo_get_can_redo (self));
      break;
    case PROP_UNDO_NAME:
      g_value_set_string (value, pel_undo_get_undo_name (self));
      break;
    case PROP_REDO_NAME:
      g_value_set_string (value, pel_undo_get_redo_name (self));
      break;
    case PROP_N_STEPS:
      g_value_set_uint (value, self->steps->len);
      break;
    case PROP_POSITION:
      g_value_set_uint (value, self->position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_undo_finalize (GObject *object)
{
  PelUndo *self = PEL_UNDO (object);

  g_ptr_array_unref (self->steps);
  g_object_unref (self->mask);
  G_OBJECT_CLASS (pel_undo_parent_class)->finalize (object);
}

static void
pel_undo_class_init (PelUndoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_undo_get_property;
  object_class->finalize = pel_undo_finalize;

  props[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  props[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  props[PROP_UNDO_NAME] = g_param_spec_string ("undo-name", NULL, NULL, NULL, flags);
  props[PROP_REDO_NAME] = g_param_spec_string ("redo-name", NULL, NULL, NULL, flags);
  props[PROP_N_STEPS] = g_param_spec_uint ("n-steps", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pel_undo_init (PelUndo *self)
{
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_undo_step_unref);
  self->budget = PEL_UNDO_DEFAULT_BUDGET;
  self->small_record = SMALL_RECORD;
}

PelUndo *
pel_undo_new (PelMask *mask)
{
  g_return_val_if_fail (PEL_IS_MASK (mask), NULL);

  PelUndo *self = g_object_new (PEL_TYPE_UNDO, NULL);

  self->mask = g_object_ref (mask);
  return self;
}

gboolean
pel_undo_get_can_undo (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);

  return self->position > 0;
}

gboolean
pel_undo_get_can_redo (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);

  return self->position < self->steps->len;
}

const char *
pel_undo_get_undo_name (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), NULL);

  return self->position > 0 ? get_step (self, self->position - 1)->name : NULL;
}

const char *
pel_undo_get_redo_name (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), NULL);

  return self->position < self->steps->len ? get_step (self, self->position)->name : NULL;
}

guint
pel_undo_get_n_steps (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  return self->steps->len;
}

guint
pel_undo_get_position (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  return self->position;
}

const char *
pel_undo_get_step_name (PelUndo *self, guint step)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), NULL);
  g_return_val_if_fail (step < self->steps->len, NULL);

  return get_step (self, step)->name;
}

guint
pel_undo_get_n_dropped (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  return self->n_dropped;
}

guint
pel_undo_get_n_just_dropped (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  return self->n_just_dropped;
}

gsize
pel_undo_get_budget (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  return self->budget;
}

void
pel_undo_set_budget (PelUndo *self, gsize bytes)
{
  g_return_if_fail (PEL_IS_UNDO (self));

  self->budget = bytes;
  pel_undo_trim (self);
}

gsize
pel_undo_get_bytes (PelUndo *self)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), 0);

  gsize bytes = 0;

  for (guint i = 0; i < self->steps->len; i++)
    bytes += get_step (self, i)->resident ? get_step (self, i)->bytes : 0;
  return bytes;
}

gboolean
pel_undo_undo (PelUndo *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);

  return self->position > 0 && pel_undo_go_to (self, self->position - 1, error);
}

gboolean
pel_undo_redo (PelUndo *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);

  return self->position < self->steps->len && pel_undo_go_to (self, self->position + 1, error);
}

gboolean
pel_undo_go_to (PelUndo *self, guint position, GError **error)
{
  g_return_val_if_fail (PEL_IS_UNDO (self), FALSE);
  g_return_val_if_fail (position <= self->steps->len, FALSE);

  guint start = self->position;
  gboolean good = TRUE;

  if (pel_mask_in_stroke (self->mask))
    return FALSE;
  while (good && self->position != position)
    good = pel_undo_move_by_one (self, self->position > position, error);
  if (self->position != start)
    pel_undo_moved (self);
  return good;
}

void
pel_undo_clear (PelUndo *self)
{
  g_return_if_fail (PEL_IS_UNDO (self));

  g_ptr_array_set_size (self->steps, 0);
  self->position = 0;
  notify_all (self);
}

void
pel_undo_set_store (PelUndo *self, const PelUndoStore *store, gpointer data)
{
  self->store = store;
  self->store_data = data;
}

void
pel_undo_push (PelUndo *self, PelUndoStep *step)
{
  /* In the middle of a walk. */
  tell_store (self);
  g_ptr_array_set_size (self->steps, (gint)self->position);
  g_ptr_array_add (self->steps, step);
  self->position++;
  if (self->store != NULL)
    self->store->pushed (self, step, self->store_data);
  pel_undo_trim (self);
  notify_all (self);
}

void
pel_undo_restore (PelUndo *self,
                  GPtrArray *steps,
                  guint position,
                  guint n_dropped,
                  guint n_just_dropped)
{
  self->n_dropped = n_dropped;
  self->n_just_dropped = n_just_dropped;
  g_ptr_array_set_size (self->steps, 0);
  for (guint i = 0; i < steps->len; i++)
    g_ptr_array_add (self->steps, pel_undo_step_ref (g_ptr_array_index (steps, i)));
  self->position = MIN (position, self->steps->len);
  notify_all (self);
}

void
pel_undo_trim (PelUndo *self)
{
  gsize bytes = pel_undo_get_bytes (self);

  /* The oldest first, since they are needed last; then what only redoing would need. */
  for (guint pass = 0; pass < 2 && bytes > self->budget; pass++)
    {
      guint begin = pass == 0 ? 0 : self->position;
      guint end = pass == 0 ? self->position : self->steps->len;

      for (guint i = begin; i < end && bytes > self->budget; i++)
        {
          PelUndoStep *step = get_step (self, pass == 0 ? i : end - 1 - (i - begin));

          if (!step->resident || step->length == 0)
            continue;
          bytes -= step->bytes;
          pel_undo_step_spill (step);
        }
    }
  if (self->store != NULL)
    return;
  while (bytes > self->budget && self->position > 1)
    {
      bytes -= get_step (self, 0)->bytes;
      g_ptr_array_remove_index (self->steps, 0);
      self->position--;
      self->n_dropped++;
    }
}
