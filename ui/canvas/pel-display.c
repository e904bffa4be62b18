/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-display.h"

#include <math.h>

#include "ui/canvas/pel-label-set.h"

typedef struct
{
  guint channel;
  double low, high;
} PelAutoLevels;

struct _PelDisplay
{
  GObject parent_instance;

  gboolean show_outlines;
  gboolean show_fill;
  double fill_opacity;
  gboolean labels_hidden;
  gboolean only_selected;
  gboolean show_prediction;
  gboolean show_preview;
  gboolean show_uncertainty;
  gboolean show_diameters;
  PelDiameterKind diameter_kind;
  PelLengthUnit unit;
  PelColorBy color_by;

  double low;
  double high;
  double gamma;
  gboolean invert;
  gint channel;
  guint tone_channel;
  GArray *auto_levels; /* of PelAutoLevels */

  double brush_size;
  PelBrushMode brush_mode;
  gboolean protect;
  gboolean auto_new;
  guint32 current_label;

  GArray *selection; /* guint32, ascending */
  GArray *predicted; /* the same, of cells of the prediction; one of the two is empty */
};

enum
{
  PROP_0,
  PROP_SHOW_OUTLINES,
  PROP_SHOW_FILL,
  PROP_FILL_OPACITY,
  PROP_LABELS_HIDDEN,
  PROP_ONLY_SELECTED,
  PROP_SHOW_PREDICTION,
  PROP_SHOW_PREVIEW,
  PROP_SHOW_UNCERTAINTY,
  PROP_SHOW_DIAMETERS,
  PROP_DIAMETER_KIND,
  PROP_UNIT,
  PROP_COLOR_BY,
  PROP_LOW,
  PROP_HIGH,
  PROP_GAMMA,
  PROP_INVERT,
  PROP_CHANNEL,
  PROP_TONE_CHANNEL,
  PROP_BRUSH_SIZE,
  PROP_BRUSH_MODE,
  PROP_PROTECT,
  PROP_AUTO_NEW,
  PROP_CURRENT_LABEL,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint selection_changed_signal;

G_DEFINE_FINAL_TYPE (PelDisplay, pel_display, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (PelDiameterKind,
                    pel_diameter_kind,
                    G_DEFINE_ENUM_VALUE (PEL_DIAMETER_EQUIVALENT, "equivalent"),
                    G_DEFINE_ENUM_VALUE (PEL_DIAMETER_MAX_FERET, "max-feret"),
                    G_DEFINE_ENUM_VALUE (PEL_DIAMETER_MIN_FERET, "min-feret"),
                    G_DEFINE_ENUM_VALUE (PEL_DIAMETER_MAJOR_AXIS, "major-axis"),
                    G_DEFINE_ENUM_VALUE (PEL_DIAMETER_MINOR_AXIS, "minor-axis"))

G_DEFINE_ENUM_TYPE (PelLengthUnit,
                    pel_length_unit,
                    G_DEFINE_ENUM_VALUE (PEL_LENGTH_UNIT_UM, "um"),
                    G_DEFINE_ENUM_VALUE (PEL_LENGTH_UNIT_PX, "px"))

G_DEFINE_ENUM_TYPE (PelColorBy,
                    pel_color_by,
                    G_DEFINE_ENUM_VALUE (PEL_COLOR_BY_LABEL, "label"),
                    G_DEFINE_ENUM_VALUE (PEL_COLOR_BY_CLASS, "class"),
                    G_DEFINE_ENUM_VALUE (PEL_COLOR_BY_CONFIDENCE, "confidence"),
                    G_DEFINE_ENUM_VALUE (PEL_COLOR_BY_SIZE, "size"))

G_DEFINE_ENUM_TYPE (PelBrushMode,
                    pel_brush_mode,
                    G_DEFINE_ENUM_VALUE (PEL_BRUSH_MODE_IMAGE, "image"),
                    G_DEFINE_ENUM_VALUE (PEL_BRUSH_MODE_SCREEN, "screen"))

static void
set_boolean (PelDisplay *self, gboolean *field, gboolean value, guint prop)
{
  value = !!value;
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_double (PelDisplay *self, double *field, double value, guint prop)
{
  if (!isfinite (value) || *field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
pel_display_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelDisplay *self = PEL_DISPLAY (object);

  switch (id)
    {
    case PROP_SHOW_OUTLINES:
      g_value_set_boolean (value, self->show_outlines);
      break;
    case PROP_SHOW_FILL:
      g_value_set_boolean (value, self->show_fill);
      break;
    case PROP_FILL_OPACITY:
      g_value_set_double (value, self->fill_opacity);
      break;
    case PROP_LABELS_HIDDEN:
      g_value_set_boolean (value, self->labels_hidden);
      break;
    case PROP_ONLY_SELECTED:
      g_value_set_boolean (value, self->only_selected);
      break;
    case PROP_SHOW_PREDICTION:
      g_value_set_boolean (value, self->show_prediction);
      break;
    case PROP_SHOW_PREVIEW:
      g_value_set_boolean (value, self->show_preview);
      break;
    case PROP_SHOW_UNCERTAINTY:
      g_value_set_boolean (value, self->show_uncertainty);
      break;
    case PROP_SHOW_DIAMETERS:
      g_value_set_boolean (value, self->show_diameters);
      break;
    case PROP_DIAMETER_KIND:
      g_value_set_enum (value, self->diameter_kind);
      break;
    case PROP_UNIT:
      g_value_set_enum (value, self->unit);
      break;
    case PROP_COLOR_BY:
      g_value_set_enum (value, self->color_by);
      break;
    case PROP_LOW:
      g_value_set_double (value, self->low);
      break;
    case PROP_HIGH:
      g_value_set_double (value, self->high);
      break;
    case PROP_GAMMA:
      g_value_set_double (value, self->gamma);
      break;
    case PROP_INVERT:
      g_value_set_boolean (value, self->invert);
      break;
    case PROP_CHANNEL:
      g_value_set_int (value, self->channel);
      break;
    case PROP_TONE_CHANNEL:
      g_value_set_uint (value, self->tone_channel);
      break;
    case PROP_BRUSH_SIZE:
      g_value_set_double (value, self->brush_size);
      break;
    case PROP_BRUSH_MODE:
      g_value_set_enum (value, self->brush_mode);
      break;
    case PROP_PROTECT:
      g_value_set_boolean (value, self->protect);
      break;
    case PROP_AUTO_NEW:
      g_value_set_boolean (value, self->auto_new);
      break;
    case PROP_CURRENT_LABEL:
      g_value_set_uint (value, self->current_label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_display_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PelDisplay *self = PEL_DISPLAY (object);

  switch (id)
    {
    case PROP_SHOW_OUTLINES:
      pel_display_set_show_outlines (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_FILL:
      pel_display_set_show_fill (self, g_value_get_boolean (value));
      break;
    case PROP_FILL_OPACITY:
      pel_display_set_fill_opacity (self, g_value_get_double (value));
      break;
    case PROP_LABELS_HIDDEN:
      pel_display_set_labels_hidden (self, g_value_get_boolean (value));
      break;
    case PROP_ONLY_SELECTED:
      pel_display_set_only_selected (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_PREDICTION:
      pel_display_set_show_prediction (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_PREVIEW:
      pel_display_set_show_preview (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_UNCERTAINTY:
      pel_display_set_show_uncertainty (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_DIAMETERS:
      pel_display_set_show_diameters (self, g_value_get_boolean (value));
      break;
    case PROP_DIAMETER_KIND:
      pel_display_set_diameter_kind (self, g_value_get_enum (value));
      break;
    case PROP_UNIT:
      pel_display_set_unit (self, g_value_get_enum (value));
      break;
    case PROP_COLOR_BY:
      pel_display_set_color_by (self, (PelColorBy)g_value_get_enum (value));
      break;
    case PROP_LOW:
      pel_display_set_levels (self, g_value_get_double (value), self->high);
      break;
    case PROP_HIGH:
      pel_display_set_levels (self, self->low, g_value_get_double (value));
      break;
    case PROP_GAMMA:
      pel_display_set_gamma (self, g_value_get_double (value));
      break;
    case PROP_INVERT:
      pel_display_set_invert (self, g_value_get_boolean (value));
      break;
    case PROP_CHANNEL:
      pel_display_set_channel (self, g_value_get_int (value));
      break;
    case PROP_TONE_CHANNEL:
      pel_display_set_tone_channel (self, g_value_get_uint (value));
      break;
    case PROP_BRUSH_SIZE:
      pel_display_set_brush_size (self, g_value_get_double (value));
      break;
    case PROP_BRUSH_MODE:
      pel_display_set_brush_mode (self, g_value_get_enum (value));
      break;
    case PROP_PROTECT:
      pel_display_set_protect (self, g_value_get_boolean (value));
      break;
    case PROP_AUTO_NEW:
      pel_display_set_auto_new (self, g_value_get_boolean (value));
      break;
    case PROP_CURRENT_LABEL:
      pel_display_set_current_label (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_display_finalize (GObject *object)
{
  PelDisplay *self = PEL_DISPLAY (object);

  g_array_unref (self->auto_levels);
  g_array_unref (self->selection);
  g_array_unref (self->predicted);
  G_OBJECT_CLASS (pel_display_parent_class)->finalize (object);
}

#define RW (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
pel_display_class_init (PelDisplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pel_display_get_property;
  object_class->set_property = pel_display_set_property;
  object_class->finalize = pel_display_finalize;

  props[PROP_SHOW_OUTLINES] = g_param_spec_boolean ("show-outlines", NULL, NULL, TRUE, RW);
  props[PROP_SHOW_FILL] = g_param_spec_boolean ("show-fill", NULL, NULL, TRUE, RW);
  props[PROP_FILL_OPACITY] = g_param_spec_double ("fill-opacity", NULL, NULL, 0, 1, 0.25, RW);
  props[PROP_LABELS_HIDDEN] = g_param_spec_boolean ("labels-hidden", NULL, NULL, FALSE, RW);
  props[PROP_SHOW_PREVIEW] = g_param_spec_boolean ("show-preview", NULL, NULL, TRUE, RW);
  props[PROP_SHOW_UNCERTAINTY] = g_param_spec_boolean ("show-uncertainty", NULL, NULL, FALSE, RW);
  props[PROP_ONLY_SELECTED] = g_param_spec_boolean ("only-selected", NULL, NULL, FALSE, RW);
  props[PROP_SHOW_PREDICTION] = g_param_spec_boolean ("show-prediction", NULL, NULL, TRUE, RW);
  props[PROP_SHOW_DIAMETERS] = g_param_spec_boolean ("show-diameters", NULL, NULL, TRUE, RW);
  props[PROP_DIAMETER_KIND] = g_param_spec_enum (
      "diameter-kind", NULL, NULL, PEL_TYPE_DIAMETER_KIND, PEL_DIAMETER_EQUIVALENT, RW);
  props[PROP_UNIT] =
      g_param_spec_enum ("unit", NULL, NULL, PEL_TYPE_LENGTH_UNIT, PEL_LENGTH_UNIT_UM, RW);
  props[PROP_COLOR_BY] =
      g_param_spec_enum ("color-by", NULL, NULL, PEL_TYPE_COLOR_BY, PEL_COLOR_BY_LABEL, RW);
  props[PROP_LOW] = g_param_spec_double ("low", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, RW);
  props[PROP_HIGH] = g_param_spec_double ("high", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 255, RW);
  props[PROP_GAMMA] = g_param_spec_double ("gamma", NULL, NULL, 0.1, 10, 1, RW);
  props[PROP_INVERT] = g_param_spec_boolean ("invert", NULL, NULL, FALSE, RW);
  props[PROP_CHANNEL] = g_param_spec_int ("channel", NULL, NULL, PEL_DISPLAY_CHANNEL_ALL, G_MAXINT,
                                          PEL_DISPLAY_CHANNEL_AUTO, RW);
  props[PROP_TONE_CHANNEL] = g_param_spec_uint ("tone-channel", NULL, NULL, 0, G_MAXUINT, 0, RW);
  props[PROP_BRUSH_SIZE] = g_param_spec_double ("brush-size", NULL, NULL, PEL_DISPLAY_BRUSH_MIN,
                                                PEL_DISPLAY_BRUSH_MAX, 20, RW);
  props[PROP_BRUSH_MODE] =
      g_param_spec_enum ("brush-mode", NULL, NULL, PEL_TYPE_BRUSH_MODE, PEL_BRUSH_MODE_IMAGE, RW);
  props[PROP_PROTECT] = g_param_spec_boolean ("protect", NULL, NULL, TRUE, RW);
  props[PROP_AUTO_NEW] = g_param_spec_boolean ("auto-new", NULL, NULL, TRUE, RW);
  props[PROP_CURRENT_LABEL] =
      g_param_spec_uint ("current-label", NULL, NULL, 0, G_MAXUINT32, 0, RW);
  g_object_class_install_properties (object_class, N_PROPS, props);

  selection_changed_signal = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_display_init (PelDisplay *self)
{
  self->show_outlines = TRUE;
  self->show_fill = TRUE;
  self->fill_opacity = 0.25;
  self->show_prediction = TRUE;
  self->show_preview = TRUE;
  self->show_diameters = TRUE;
  self->high = 255;
  self->auto_levels = g_array_new (FALSE, FALSE, sizeof (PelAutoLevels));
  self->gamma = 1;
  self->channel = PEL_DISPLAY_CHANNEL_AUTO;
  self->brush_size = 20;
  self->protect = TRUE;
  self->auto_new = TRUE;
  self->selection = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->predicted = g_array_new (FALSE, FALSE, sizeof (guint32));
}

PelDisplay *
pel_display_new (void)
{
  return g_object_new (PEL_TYPE_DISPLAY, NULL);
}

#define ACCESSORS(name, NAME)                                                                      \
  gboolean pel_display_get_##name (PelDisplay *self)                                               \
  {                                                                                                \
    g_return_val_if_fail (PEL_IS_DISPLAY (self), FALSE);                                           \
    return self->name;                                                                             \
  }                                                                                                \
  void pel_display_set_##name (PelDisplay *self, gboolean name)                                    \
  {                                                                                                \
    g_return_if_fail (PEL_IS_DISPLAY (self));                                                      \
    set_boolean (self, &self->name, name, PROP_##NAME);                                            \
  }

ACCESSORS (show_outlines, SHOW_OUTLINES)
ACCESSORS (show_fill, SHOW_FILL)
ACCESSORS (labels_hidden, LABELS_HIDDEN)
ACCESSORS (only_selected, ONLY_SELECTED)
ACCESSORS (show_prediction, SHOW_PREDICTION)
ACCESSORS (show_preview, SHOW_PREVIEW)
ACCESSORS (show_uncertainty, SHOW_UNCERTAINTY)
ACCESSORS (show_diameters, SHOW_DIAMETERS)
ACCESSORS (invert, INVERT)
ACCESSORS (protect, PROTECT)
ACCESSORS (auto_new, AUTO_NEW)

double
pel_display_get_fill_opacity (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->fill_opacity;
}

void
pel_display_set_fill_opacity (PelDisplay *self, double opacity)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  set_double (self, &self->fill_opacity, CLAMP (opacity, 0, 1), PROP_FILL_OPACITY);
}

PelDiameterKind
pel_display_get_diameter_kind (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), PEL_DIAMETER_EQUIVALENT);
  return self->diameter_kind;
}

void
pel_display_set_diameter_kind (PelDisplay *self, PelDiameterKind kind)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->diameter_kind == kind)
    return;
  self->diameter_kind = kind;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIAMETER_KIND]);
}

PelColorBy
pel_display_get_color_by (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), PEL_COLOR_BY_LABEL);
  return self->color_by;
}

void
pel_display_set_color_by (PelDisplay *self, PelColorBy by)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->color_by == by)
    return;
  self->color_by = by;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLOR_BY]);
}

PelLengthUnit
pel_display_get_unit (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), PEL_LENGTH_UNIT_UM);
  return self->unit;
}

void
pel_display_set_unit (PelDisplay *self, PelLengthUnit unit)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->unit == unit)
    return;
  self->unit = unit;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNIT]);
}

double
pel_display_get_low (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->low;
}

double
pel_display_get_high (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->high;
}

double
pel_display_get_gamma (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 1);
  return self->gamma;
}

void
pel_display_set_gamma (PelDisplay *self, double gamma)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  set_double (self, &self->gamma, CLAMP (gamma, 0.1, 10), PROP_GAMMA);
}

gint
pel_display_get_channel (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), PEL_DISPLAY_CHANNEL_AUTO);
  return self->channel;
}

gboolean
pel_display_can_be_together (PelImage *image)
{
  return image && !pel_image_is_rgb (image) && pel_image_get_n_channels (image) > 1;
}

gboolean
pel_display_shows_together (PelDisplay *self, PelImage *image)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), FALSE);
  return self->channel == PEL_DISPLAY_CHANNEL_ALL && pel_display_can_be_together (image);
}

void
pel_display_set_channel (PelDisplay *self, gint channel)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  channel = MAX (channel, PEL_DISPLAY_CHANNEL_ALL);
  if (self->channel == channel)
    return;
  self->channel = channel;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHANNEL]);
}

void
pel_display_set_levels (PelDisplay *self, double low, double high)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (!isfinite (low) || !isfinite (high))
    return;
  if (high <= low)
    high = nextafter (low, G_MAXDOUBLE);
  g_object_freeze_notify (G_OBJECT (self));
  set_double (self, &self->low, low, PROP_LOW);
  set_double (self, &self->high, high, PROP_HIGH);
  g_object_thaw_notify (G_OBJECT (self));
}

guint
pel_display_get_tone_channel (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->tone_channel;
}

void
pel_display_set_tone_channel (PelDisplay *self, guint channel)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->tone_channel == channel)
    return;
  self->tone_channel = channel;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TONE_CHANNEL]);
}

static PelAutoLevels *
find_auto_levels (PelDisplay *self, guint channel)
{
  for (guint i = 0; i < self->auto_levels->len; i++)
    {
      PelAutoLevels *levels = &g_array_index (self->auto_levels, PelAutoLevels, i);

      if (levels->channel == channel)
        return levels;
    }
  return NULL;
}

void
pel_display_set_auto_levels (PelDisplay *self, guint channel, double low, double high)
{
  const PelAutoLevels fresh = { channel, low, high };
  PelAutoLevels *levels;

  g_return_if_fail (PEL_IS_DISPLAY (self));
  levels = find_auto_levels (self, channel);
  if (levels)
    *levels = fresh;
  else
    g_array_append_val (self->auto_levels, fresh);
}

gboolean
pel_display_get_auto_levels (PelDisplay *self, guint channel, double *low, double *high)
{
  const PelAutoLevels *levels;

  g_return_val_if_fail (PEL_IS_DISPLAY (self), FALSE);
  levels = find_auto_levels (self, channel);
  if (!levels)
    return FALSE;
  *low = levels->low;
  *high = levels->high;
  return TRUE;
}

void
pel_display_forget_auto_levels (PelDisplay *self)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  g_array_set_size (self->auto_levels, 0);
}

void
pel_display_auto_levels (PelDisplay *self)
{
  double low, high;

  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (!pel_display_get_auto_levels (self, self->tone_channel, &low, &high))
    return;
  g_object_freeze_notify (G_OBJECT (self));
  pel_display_set_levels (self, low, high);
  pel_display_set_gamma (self, 1);
  g_object_thaw_notify (G_OBJECT (self));
}

double
pel_display_get_brush_size (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 1);
  return self->brush_size;
}

void
pel_display_set_brush_size (PelDisplay *self, double diameter)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  set_double (self, &self->brush_size,
              CLAMP (diameter, PEL_DISPLAY_BRUSH_MIN, PEL_DISPLAY_BRUSH_MAX), PROP_BRUSH_SIZE);
}

void
pel_display_step_brush (PelDisplay *self, gint steps)
{
  double size;

  g_return_if_fail (PEL_IS_DISPLAY (self));
  size = self->brush_size;
  for (; steps > 0; steps--)
    size = MAX (round (size * 1.1), size + 1);
  for (; steps < 0; steps++)
    size = MIN (round (size / 1.1), size - 1);
  pel_display_set_brush_size (self, size);
}

PelBrushMode
pel_display_get_brush_mode (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), PEL_BRUSH_MODE_IMAGE);
  return self->brush_mode;
}

void
pel_display_set_brush_mode (PelDisplay *self, PelBrushMode mode)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->brush_mode == mode)
    return;
  self->brush_mode = mode;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BRUSH_MODE]);
}

guint32
pel_display_get_current_label (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->current_label;
}

void
pel_display_set_current_label (PelDisplay *self, guint32 label)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (self->current_label == label)
    return;
  self->current_label = label;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT_LABEL]);
}

gboolean
pel_display_is_selected (PelDisplay *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), FALSE);
  return pel_label_set_find (self->selection, label, NULL);
}

guint
pel_display_get_n_selected (PelDisplay *self)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), 0);
  return self->selection->len;
}

const guint32 *
pel_display_get_selection (PelDisplay *self, guint *n)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), NULL);
  *n = self->selection->len;
  return (const guint32 *)self->selection->data;
}

/* Cells of the mask and cells of the prediction have numbers of their own: never both at once. */
static void
take_selection (PelDisplay *self, GArray *mask, GArray *predicted)
{
  gboolean same = pel_label_set_equal (mask, self->selection) &&
                  pel_label_set_equal (predicted, self->predicted);

  g_array_unref (self->selection);
  g_array_unref (self->predicted);
  self->selection = mask;
  self->predicted = predicted;
  if (!same)
    g_signal_emit (self, selection_changed_signal, 0);
}

void
pel_display_set_selection (PelDisplay *self, const guint32 *labels, guint n)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  g_return_if_fail (labels || n == 0);

  take_selection (self, pel_label_set_new (labels, n), pel_label_set_new (NULL, 0));
}

void
pel_display_toggle_selected (PelDisplay *self, guint32 label)
{
  guint at;

  g_return_if_fail (PEL_IS_DISPLAY (self));
  if (label == 0)
    return;
  g_array_set_size (self->predicted, 0);
  if (pel_label_set_find (self->selection, label, &at))
    g_array_remove_index (self->selection, at);
  else
    g_array_insert_val (self->selection, at, label);
  g_signal_emit (self, selection_changed_signal, 0);
}

gboolean
pel_display_is_predicted_selected (PelDisplay *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), FALSE);
  return pel_label_set_find (self->predicted, label, NULL);
}

const guint32 *
pel_display_get_predicted_selection (PelDisplay *self, guint *n)
{
  g_return_val_if_fail (PEL_IS_DISPLAY (self), NULL);
  *n = self->predicted->len;
  return (const guint32 *)(gpointer)self->predicted->data;
}

void
pel_display_set_predicted_selection (PelDisplay *self, const guint32 *labels, guint n)
{
  g_return_if_fail (PEL_IS_DISPLAY (self));
  g_return_if_fail (labels || n == 0);

  take_selection (self, pel_label_set_new (NULL, 0), pel_label_set_new (labels, n));
}
