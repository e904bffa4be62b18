/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-augment-controls.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The strength */

static const char *const strength_names[] = {
  [PEL_AUGMENT_STRENGTH_NONE] = N_ ("None"),      [PEL_AUGMENT_STRENGTH_GENTLE] = N_ ("Gentle"),
  [PEL_AUGMENT_STRENGTH_USUAL] = N_ ("Usual"),    [PEL_AUGMENT_STRENGTH_STRONG] = N_ ("Strong"),
  [PEL_AUGMENT_STRENGTH_OWN] = N_ ("Own values"),
};

static void
show_strength (GtkDropDown *drop_down, PelAugmentChoice *choice)
{
  gtk_drop_down_set_selected (drop_down, (guint)pel_augment_choice_get_strength (choice));
}

static void
on_strength_selected (GtkDropDown *drop_down, GParamSpec *pspec, PelAugmentChoice *choice)
{
  guint row = gtk_drop_down_get_selected (drop_down);

  if (row < G_N_ELEMENTS (strength_names))
    pel_augment_choice_set_strength (choice, (PelAugmentStrength)row);
}

void
pel_augment_strength_bind (GtkDropDown *drop_down, PelAugmentChoice *choice)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_return_if_fail (GTK_IS_DROP_DOWN (drop_down) && PEL_IS_AUGMENT_CHOICE (choice));

  for (guint i = 0; i < G_N_ELEMENTS (strength_names); i++)
    gtk_string_list_append (names, _ (strength_names[i]));
  gtk_drop_down_set_model (drop_down, G_LIST_MODEL (names));
  show_strength (drop_down, choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show_strength), drop_down,
                           G_CONNECT_SWAPPED);
  g_signal_connect_data (drop_down, "notify::selected", G_CALLBACK (on_strength_selected),
                         g_object_ref (choice), (GClosureNotify)(GCallback)g_object_unref, 0);
}

/* Single values */

/* How a value is shown. */
typedef enum
{
  SHOWN_AS_IS,
  SHOWN_PERCENT, /* 0.1 is 10 */
  SHOWN_MORE,    /* a factor of 1.25 is 25 */
  SHOWN_WHOLE,   /* of type guint */
} Shown;

typedef struct
{
  const char *name, *tooltip;
  gsize offset;
  Shown shown;
  double lower, upper, step;
  guint digits;
} Value;

#define AT(field) G_STRUCT_OFFSET (PelAugmentConfig, field)

static const Value values[] = {
  { N_ ("Rotation in °"), N_ ("Turned by up to this, either way"), AT (rotation), SHOWN_AS_IS, 0,
    180, 15, 0 },
  { N_ ("Size in ± %"), N_ ("Enlarged or shrunk by up to this"), AT (scale), SHOWN_MORE, 0, 100, 5,
    0 },
  { N_ ("Stretching in px"),
    N_ ("How far points of a grid are pulled about at random, the rest following like rubber; in a "
        "piece of 512 pixels. The U-Net paper has 10"),
    AT (elastic), SHOWN_AS_IS, 0, 100, 1, 1 },
  { N_ ("Stretching grid"),
    N_ ("Points along each side of that grid; more of them bend smaller parts. The U-Net paper has "
        "3"),
    AT (elastic_grid), SHOWN_WHOLE, 2, 8, 1, 0 },
  { N_ ("Pieces reshaped in %"),
    N_ ("Share of the pieces that are turned, resized and stretched; the others stay sharp"),
    AT (warp_share), SHOWN_PERCENT, 0, 100, 5, 0 },
  { N_ ("Brightness in ± %"), N_ ("Made brighter or darker by up to this part of the range"),
    AT (brightness), SHOWN_PERCENT, 0, 100, 1, 0 },
  { N_ ("Contrast in ± %"), N_ ("Given up to so much more or less contrast"), AT (contrast),
    SHOWN_MORE, 0, 300, 5, 0 },
  { N_ ("Gamma in ± %"),
    N_ ("How much the middle tones become darker or brighter while black and white stay"),
    AT (gamma), SHOWN_MORE, 0, 300, 5, 0 },
  { N_ ("Blur in px"), N_ ("Blurred by up to this standard deviation"), AT (blur), SHOWN_AS_IS, 0,
    8, 0.1, 1 },
  { N_ ("Pieces blurred in %"), N_ ("Share of the pieces that are blurred"), AT (blur_share),
    SHOWN_PERCENT, 0, 100, 5, 0 },
  { N_ ("Noise in %"), N_ ("Noise added, up to this part of the range"), AT (noise), SHOWN_PERCENT,
    0, 100, 1, 1 },
  { N_ ("Pieces noisy in %"), N_ ("Share of the pieces that get noise"), AT (noise_share),
    SHOWN_PERCENT, 0, 100, 5, 0 },
  { N_ ("Pieces inverted in %"),
    N_ ("Share of the pieces that are turned to their negative: for models that must know bright "
        "and dark cells"),
    AT (invert_share), SHOWN_PERCENT, 0, 100, 5, 0 },
};

typedef struct
{
  PelAugmentChoice *choice;
  GtkSwitch *flips;
  GtkSpinButton *spins[G_N_ELEMENTS (values)];
  gboolean showing; /* the controls are being set */
} Controls;

static void
controls_free (Controls *controls)
{
  g_object_unref (controls->choice);
  g_free (controls);
}

static double
get_shown (const PelAugmentConfig *augment, const Value *value)
{
  const char *at = (const char *)augment + value->offset;

  switch (value->shown)
    {
    case SHOWN_PERCENT:
      return 100.0 * *(const double *)(const void *)at;
    case SHOWN_MORE:
      return 100.0 * (*(const double *)(const void *)at - 1.0);
    case SHOWN_WHOLE:
      return *(const guint *)(const void *)at;
    case SHOWN_AS_IS:
    default:
      return *(const double *)(const void *)at;
    }
}

static void
set_shown (PelAugmentConfig *augment, const Value *value, double shown)
{
  char *at = (char *)augment + value->offset;

  if (value->shown == SHOWN_WHOLE)
    *(guint *)(void *)at = (guint)(shown + 0.5);
  else
    *(double *)(void *)at = value->shown == SHOWN_PERCENT ? shown / 100.0
                            : value->shown == SHOWN_MORE  ? 1.0 + shown / 100.0
                                                          : shown;
}

static void
show_values (GtkWidget *grid, PelAugmentChoice *choice)
{
  Controls *controls = g_object_get_data (G_OBJECT (grid), "pel-controls");
  const PelAugmentConfig *augment = pel_augment_choice_get_config (choice);

  controls->showing = TRUE;
  gtk_switch_set_active (controls->flips, augment->flips);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    gtk_spin_button_set_value (controls->spins[i], get_shown (augment, &values[i]));
  controls->showing = FALSE;
}

static void
on_flips (GtkSwitch *flips, GParamSpec *pspec, Controls *controls)
{
  PelAugmentConfig augment = *pel_augment_choice_get_config (controls->choice);

  if (controls->showing)
    return;
  augment.flips = gtk_switch_get_active (flips);
  pel_augment_choice_set_config (controls->choice, &augment);
}

/* Only the value of this control: the others may be finer than they are shown. So may be this one,
 * which the control rounds when it loses the focus; that is no wish. */
static void
on_value (GtkSpinButton *spin, Controls *controls)
{
  PelAugmentConfig augment = *pel_augment_choice_get_config (controls->choice);
  double shown = gtk_spin_button_get_value (spin);

  if (controls->showing)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (controls->spins[i] == spin &&
        fabs (shown - get_shown (&augment, &values[i])) > 0.51 * pow (10.0, -(int)values[i].digits))
      set_shown (&augment, &values[i], shown);
  pel_augment_choice_set_config (controls->choice, &augment);
}

static void
add_row (GtkGrid *grid, int row, const char *name, const char *tooltip, GtkWidget *control)
{
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_tooltip_text (label, tooltip);
  gtk_widget_set_tooltip_text (control, tooltip);
  gtk_widget_set_halign (control, GTK_ALIGN_END);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  label, NULL, -1);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, control, 1, row, 1, 1);
}

GtkWidget *
pel_augment_values_new (PelAugmentChoice *choice)
{
  GtkWidget *grid;
  Controls *controls;

  g_return_val_if_fail (PEL_IS_AUGMENT_CHOICE (choice), NULL);

  grid = gtk_grid_new ();
  controls = g_new0 (Controls, 1);
  controls->choice = g_object_ref (choice);
  g_object_set_data_full (G_OBJECT (grid), "pel-controls", controls, (GDestroyNotify)controls_free);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  controls->flips = GTK_SWITCH (gtk_switch_new ());
  add_row (GTK_GRID (grid), 0, _ ("Mirrored and turned by 90°"),
           _ ("In all eight ways alike, which leaves every pixel as it is"),
           GTK_WIDGET (controls->flips));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      GtkWidget *spin =
          gtk_spin_button_new_with_range (values[i].lower, values[i].upper, values[i].step);

      gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), values[i].digits);
      gtk_editable_set_width_chars (GTK_EDITABLE (spin), 5);
      add_row (GTK_GRID (grid), (int)i + 1, _ (values[i].name), _ (values[i].tooltip), spin);
      controls->spins[i] = GTK_SPIN_BUTTON (spin);
    }
  show_values (grid, choice);
  g_signal_connect (controls->flips, "notify::active", G_CALLBACK (on_flips), controls);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_signal_connect (controls->spins[i], "value-changed", G_CALLBACK (on_value), controls);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show_values), grid, G_CONNECT_SWAPPED);
  return grid;
}
