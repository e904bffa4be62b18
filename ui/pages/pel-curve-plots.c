/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-curve-plots.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-plot.h"

enum
{
  CURVE_TRAINING,
  CURVE_VALIDATION,
};

enum
{
  CURVE_DICE,
  CURVE_AP,
};

struct _PelCurvePlots
{
  GtkWidget parent_instance;

  GtkWidget *box;
  PelPlot *loss;
  PelPlot *score;
};

G_DEFINE_FINAL_TYPE (PelCurvePlots, pel_curve_plots, GTK_TYPE_WIDGET)

static void
add_point (PelCurvePlots *self, const PelCurvePoint *point)
{
  pel_plot_append (self->loss, CURVE_TRAINING, point->step, point->loss);
  pel_plot_append (self->loss, CURVE_VALIDATION, point->step, point->val_loss);
  pel_plot_append (self->score, CURVE_DICE, point->step, point->val_dice);
  pel_plot_append (self->score, CURVE_AP, point->step, point->val_ap50);
  if (isfinite (point->val_dice) || isfinite (point->val_ap50))
    gtk_widget_set_visible (GTK_WIDGET (self->score), TRUE);
}

static void
mark_best (PelCurvePlots *self, const PelCurvePoint *point)
{
  if (isfinite (point->val_loss))
    pel_plot_set_best (self->loss, CURVE_VALIDATION, point->step);
  if (isfinite (point->val_ap50))
    pel_plot_set_best (self->score, CURVE_AP, point->step);
  else if (isfinite (point->val_dice))
    pel_plot_set_best (self->score, CURVE_DICE, point->step);
}

/* The point of the best score, where files do not tell; NULL without held-out images. */
static const PelCurvePoint *
find_best (const PelCurvePoint *points, guint n)
{
  const PelCurvePoint *best = NULL;
  double highest = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      double score = isfinite (points[i].val_ap50) ? points[i].val_ap50 : points[i].val_dice;

      if (isfinite (score) && score > highest)
        best = &points[i];
      if (isfinite (score))
        highest = MAX (highest, score);
    }
  return best;
}

void
pel_curve_plots_show (PelCurvePlots *self, const PelCurvePoint *points, guint n_points)
{
  const PelCurvePoint *best = find_best (points, n_points);

  g_return_if_fail (PEL_IS_CURVE_PLOTS (self));

  pel_plot_clear (self->loss);
  pel_plot_clear (self->score);
  gtk_widget_set_visible (GTK_WIDGET (self->score), FALSE);
  for (guint i = 0; i < n_points; i++)
    add_point (self, &points[i]);
  if (best != NULL)
    mark_best (self, best);
}

void
pel_curve_plots_append (PelCurvePlots *self, const PelCurvePoint *point)
{
  g_return_if_fail (PEL_IS_CURVE_PLOTS (self));
  g_return_if_fail (point != NULL);

  add_point (self, point);
  if (point->is_best)
    mark_best (self, point);
}

void
pel_curve_plots_set_tall (PelCurvePlots *self, gboolean tall)
{
  g_return_if_fail (PEL_IS_CURVE_PLOTS (self));

  gtk_widget_set_vexpand (GTK_WIDGET (self->loss), tall);
  gtk_widget_set_vexpand (GTK_WIDGET (self->score), tall);
}

static void
pel_curve_plots_dispose (GObject *object)
{
  g_clear_pointer (&PEL_CURVE_PLOTS (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_curve_plots_parent_class)->dispose (object);
}

static void
pel_curve_plots_class_init (PelCurvePlotsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_curve_plots_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static PelPlot *
add_plot (PelCurvePlots *self, const char *title)
{
  GtkWidget *plot = pel_plot_new (title, _ ("step"));

  gtk_widget_set_size_request (plot, -1, 150);
  gtk_widget_set_hexpand (plot, TRUE);
  gtk_box_append (GTK_BOX (self->box), plot);
  return PEL_PLOT (plot);
}

static void
pel_curve_plots_init (PelCurvePlots *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  /* Translators: the title of a plot. */
  self->loss = add_plot (self, _ ("Loss"));
  pel_plot_add_series (self->loss, _ ("training"), PEL_PLOT_LINE);
  pel_plot_add_series (self->loss, _ ("held out"), PEL_PLOT_POINTS);
  /* Translators: the title of a plot of scores on images that were held out. */
  self->score = add_plot (self, _ ("Held-out images"));
  pel_plot_set_y_range (self->score, 0.0, 1.0);
  pel_plot_add_series (self->score, _ ("Dice"), PEL_PLOT_POINTS);
  /* Translators: average precision, short. */
  pel_plot_add_series (self->score, _ ("AP"), PEL_PLOT_POINTS);
  gtk_widget_set_visible (GTK_WIDGET (self->score), FALSE);
}

GtkWidget *
pel_curve_plots_new (void)
{
  return g_object_new (PEL_TYPE_CURVE_PLOTS, NULL);
}
