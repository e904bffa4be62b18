/* SPDX-License-Identifier: MIT */
#include "app/document/pel-cell.h"

#include <math.h>

#include "app/document/pel-cell-list-private.h"

struct _PelCell
{
  GObject parent_instance;

  PelCellData *data;
  guint row;
};

G_DEFINE_FINAL_TYPE (PelCell, pel_cell, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_CLASS_NAME,
  PROP_ORIGIN,
  PROP_REVIEWED,
  PROP_CONFIDENCE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
cell_data_clear (gpointer memory)
{
  PelCellData *data = memory;

  g_clear_pointer (&data->table, pel_cell_table_free);
  g_clear_pointer (&data->contours, pel_contour_set_unref);
  g_clear_pointer (&data->labels, pel_labels_unref);
  g_clear_pointer (&data->infos, g_hash_table_unref);
  g_clear_pointer (&data->rules, pel_rules_free);
}

PelCellData *
pel_cell_data_ref (PelCellData *data)
{
  return g_atomic_rc_box_acquire (data);
}

void
pel_cell_data_unref (PelCellData *data)
{
  g_atomic_rc_box_release_full (data, cell_data_clear);
}

void
pel_cell_data_set_rules (PelCellData *data, const PelRules *rules)
{
  g_clear_pointer (&data->rules, pel_rules_free);
  if (rules == NULL)
    return;
  data->rules = pel_rules_copy (rules);
  for (guint i = 0; i < pel_rules_get_n (rules); i++)
    data->names[i] = g_intern_string (pel_rules_get (rules, i)->name);
}

static const PelCellInfo *
find_info (const PelCellData *data, guint row)
{
  return g_hash_table_lookup (data->infos,
                              GUINT_TO_POINTER (pel_cell_table_get_label (data->table, row)));
}

const char *
pel_cell_data_get_user_class (const PelCellData *data, guint row)
{
  const PelCellInfo *info = data->has_classes ? find_info (data, row) : NULL;

  return info != NULL ? info->class_name : NULL;
}

const char *
pel_cell_data_get_class (const PelCellData *data, guint row)
{
  const char *name = pel_cell_data_get_user_class (data, row);
  gint rule = -1;

  if (name == NULL && data->rules != NULL)
    rule = pel_rules_classify (data->rules, data->table, row);
  return rule >= 0 ? data->names[rule] : name;
}

double
pel_cell_data_get_confidence (const PelCellData *data, guint row)
{
  const PelCellInfo *info = find_info (data, row);
  double edge;

  if (info != NULL && info->confidence >= 0)
    return info->confidence;
  edge = pel_cell_table_get (data->table, row, PEL_QUANTITY_EDGE_CONFIDENCE);
  return isfinite (edge) ? CLAMP (edge, 0, 1) : -1;
}

static void
pel_cell_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelCell *self = PEL_CELL (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_uint (value, pel_cell_get_label (self));
      break;
    case PROP_CLASS_NAME:
      g_value_set_string (value, pel_cell_get_class_name (self));
      break;
    case PROP_ORIGIN:
      g_value_set_uint (value, pel_cell_get_origin (self));
      break;
    case PROP_REVIEWED:
      g_value_set_boolean (value, pel_cell_get_reviewed (self));
      break;
    case PROP_CONFIDENCE:
      g_value_set_double (value, pel_cell_get_confidence (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_cell_finalize (GObject *object)
{
  PelCell *self = PEL_CELL (object);

  pel_cell_data_unref (self->data);
  G_OBJECT_CLASS (pel_cell_parent_class)->finalize (object);
}

static void
pel_cell_class_init (PelCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pel_cell_get_property;
  object_class->finalize = pel_cell_finalize;

  props[PROP_LABEL] = g_param_spec_uint ("label", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_CLASS_NAME] = g_param_spec_string ("class-name", NULL, NULL, NULL, flags);
  props[PROP_ORIGIN] =
      g_param_spec_uint ("origin", NULL, NULL, 0, PEL_CELL_ORIGIN_CORRECTED, 0, flags);
  props[PROP_REVIEWED] = g_param_spec_boolean ("reviewed", NULL, NULL, FALSE, flags);
  props[PROP_CONFIDENCE] = g_param_spec_double ("confidence", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pel_cell_init (PelCell *self)
{
}

PelCell *
pel_cell_new (PelCellData *data, guint row)
{
  PelCell *self = g_object_new (PEL_TYPE_CELL, NULL);

  self->data = pel_cell_data_ref (data);
  self->row = row;
  return self;
}

guint32
pel_cell_get_label (PelCell *self)
{
  g_return_val_if_fail (PEL_IS_CELL (self), 0);

  return pel_cell_table_get_label (self->data->table, self->row);
}

double
pel_cell_get_value (PelCell *self, guint quantity)
{
  g_return_val_if_fail (PEL_IS_CELL (self), NAN);
  g_return_val_if_fail (quantity < PEL_N_QUANTITIES, NAN);

  return pel_cell_table_get (self->data->table, self->row, (PelQuantityId)quantity);
}

double
pel_cell_get_value_um (PelCell *self, guint quantity)
{
  g_return_val_if_fail (PEL_IS_CELL (self), NAN);
  g_return_val_if_fail (quantity < PEL_N_QUANTITIES, NAN);

  return pel_cell_table_get_um (self->data->table, self->row, (PelQuantityId)quantity);
}

void
pel_cell_get_info (PelCell *self, PelCellInfo *info)
{
  const PelCellInfo *known;

  g_return_if_fail (PEL_IS_CELL (self));

  known = find_info (self->data, self->row);
  if (known != NULL)
    *info = *known;
  else
    pel_cell_info_init (info);
}

const char *
pel_cell_get_class_name (PelCell *self)
{
  g_return_val_if_fail (PEL_IS_CELL (self), NULL);

  return pel_cell_data_get_class (self->data, self->row);
}

PelCellOrigin
pel_cell_get_origin (PelCell *self)
{
  PelCellInfo info = { 0 };

  pel_cell_get_info (self, &info);
  return info.origin;
}

gboolean
pel_cell_get_reviewed (PelCell *self)
{
  PelCellInfo info = { 0 };

  pel_cell_get_info (self, &info);
  return info.reviewed;
}

double
pel_cell_get_confidence (PelCell *self)
{
  g_return_val_if_fail (PEL_IS_CELL (self), -1);

  return pel_cell_data_get_confidence (self->data, self->row);
}

const PelRect *
pel_cell_get_bounds (PelCell *self)
{
  g_return_val_if_fail (PEL_IS_CELL (self), NULL);

  return pel_cell_table_get_bounds (self->data->table, self->row);
}
