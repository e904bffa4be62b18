/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-status-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-quantity.h"
#include "ui/window/pel-format.h"

/* Edits that take less are not told about. */
#define BRIEF_MS 300
/* So long stands what a key did. */
#define NOTICE_MS 4000

struct _PelStatusBar
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelJob *job; /* the one that is told about */
  guint later; /* source: a young job may have grown old */
  char *tool_status;
  char *hover_text;

  guint notice_source; /* it is over then */

  GtkWidget *box;
  GtkLabel *notice;
  GtkLabel *hover;
  GtkWidget *job_box;
  GtkLabel *job_title;
  GtkProgressBar *job_progress;
  GtkLabel *job_time;
};

G_DEFINE_FINAL_TYPE (PelStatusBar, pel_status_bar, GTK_TYPE_WIDGET)

static void
update_job (PelStatusBar *self)
{
  double fraction, left;
  g_autofree char *time = NULL;
  g_autofree char *title = NULL;
  const char *message;

  gtk_widget_set_visible (self->job_box, self->job != NULL);
  if (self->job == NULL)
    return;
  fraction = pel_job_get_fraction (self->job);
  left = pel_job_get_seconds_left (self->job);
  message = pel_job_get_message (self->job);
  /* A training says nothing here but its name; its page tells the rest. */
  if (message != NULL && *message != '\0' && !PEL_IS_TRAINING_JOB (self->job))
    /* Translators: work in the background: what it is, and what it does just now. */
    title = g_strdup_printf (_ ("%s: %s"), pel_job_get_title (self->job), message);
  gtk_label_set_text (self->job_title, title != NULL ? title : pel_job_get_title (self->job));
  if (fraction >= 0.0)
    gtk_progress_bar_set_fraction (self->job_progress, CLAMP (fraction, 0.0, 1.0));
  if (PEL_IS_TRAINING_JOB (self->job) && pel_training_job_get_paused (PEL_TRAINING_JOB (self->job)))
    gtk_label_set_text (self->job_time,
                        pel_training_job_get_is_waiting (PEL_TRAINING_JOB (self->job))
                            ? _ ("paused")
                            /* Translators: a training that will soon wait. */
                            : _ ("pausing…"));
  else if (left >= 0.0)
    {
      g_autofree char *clock = pel_format_duration (left);

      /* Translators: how long the work will still take, as minutes and seconds. */
      time = g_strdup_printf (_ ("%s left"), clock);
      gtk_label_set_text (self->job_time, time);
    }
  else
    gtk_label_set_text (self->job_time, "");
}

static void
set_job (PelStatusBar *self, PelJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    g_signal_connect_object (job, "notify", G_CALLBACK (update_job), self, G_CONNECT_SWAPPED);
  update_job (self);
}

static void choose_job (PelStatusBar *self);

static gboolean
look_again (gpointer data)
{
  PelStatusBar *self = data;

  self->later = 0;
  choose_job (self);
  return G_SOURCE_REMOVE;
}

/* Edits of a mask are mostly over before anybody could read about them. */
static gboolean
is_too_young (PelStatusBar *self, PelJob *job)
{
  static const char key[] = "pel-status-seen";
  const gint64 now = g_get_monotonic_time ();
  gint64 *seen = g_object_get_data (G_OBJECT (job), key);

  if (!PEL_IS_EDIT_JOB (job))
    return FALSE;
  if (seen == NULL)
    {
      seen = g_memdup2 (&now, sizeof now);
      g_object_set_data_full (G_OBJECT (job), key, seen, g_free);
    }
  if (now - *seen >= BRIEF_MS * 1000)
    return FALSE;
  if (self->later == 0)
    self->later = g_timeout_add (BRIEF_MS, look_again, self);
  return TRUE;
}

/* Short work is told about while it runs, else the training. */
static void
choose_job (PelStatusBar *self)
{
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (self->workspace));
  g_autoptr (PelJob) chosen = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i);

      if (pel_job_get_is_finished (job) || is_too_young (self, job))
        continue;
      if (chosen == NULL || PEL_IS_TRAINING_JOB (chosen))
        g_set_object (&chosen, job);
    }
  set_job (self, chosen);
}

static void
on_stop_clicked (GtkButton *button, PelStatusBar *self)
{
  if (self->job != NULL)
    pel_job_cancel (self->job);
}

static void
pel_status_bar_dispose (GObject *object)
{
  PelStatusBar *self = PEL_STATUS_BAR (object);

  g_clear_handle_id (&self->later, g_source_remove);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_status_bar_parent_class)->dispose (object);
}

static void
pel_status_bar_finalize (GObject *object)
{
  PelStatusBar *self = PEL_STATUS_BAR (object);

  g_free (self->tool_status);
  g_free (self->hover_text);
  G_OBJECT_CLASS (pel_status_bar_parent_class)->finalize (object);
}

static void
pel_status_bar_class_init (PelStatusBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_status_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_status_bar_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-status-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, box);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, notice);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, hover);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, job_box);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, job_title);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, job_progress);
  gtk_widget_class_bind_template_child (widget_class, PelStatusBar, job_time);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_status_bar_init (PelStatusBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pel_status_bar_set_workspace (PelStatusBar *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_STATUS_BAR (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (pel_job_runner_get_jobs (pel_workspace_get_runner (workspace)),
                           "items-changed", G_CALLBACK (choose_job), self, G_CONNECT_SWAPPED);
  choose_job (self);
}

/* The cell's number and diameter, from the mask or else from the prediction. */
static void
append_cell (PelStatusBar *self, GString *text, guint label)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  PelMask *mask = pel_image_document_get_mask (document);
  gboolean painted = mask != NULL && pel_mask_has_label (mask, label);
  PelCellList *cells = painted ? pel_image_document_get_cells (document)
                               : pel_image_document_get_prediction_cells (document);
  int row = cells != NULL ? pel_cell_list_find (cells, label) : -1;

  /* Translators: a cell and its number. */
  g_string_append_printf (text, painted ? _ ("  ·  cell %u") : _ ("  ·  predicted cell %u"), label);
  if (row >= 0)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (cells), (guint)row);
      double diameter = pel_cell_get_value (cell, PEL_QUANTITY_EQUIVALENT_DIAMETER);

      if (isfinite (diameter))
        {
          g_autofree char *length =
              pel_format_length (diameter, pel_image_document_get_um (document));

          /* Translators: the sign for a diameter, and the length with its unit. */
          g_string_append_printf (text, _ ("  ·  ⌀ %s"), length);
        }
    }
}

/* What the model says of a pixel, where the picture shows how unsure it is. */
static void
append_probability (PelStatusBar *self, GString *text, double x, double y)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  PelImage *map = document != NULL ? pel_image_document_get_probability (document) : NULL;
  guint width, height;

  if (map == NULL ||
      !pel_display_get_show_uncertainty (pel_workspace_get_display (self->workspace)))
    return;
  width = pel_image_get_width (map);
  height = pel_image_get_height (map);
  if (x < width && y < height)
    /* Translators: the probability that a pixel belongs to a cell. */
    g_string_append_printf (
        text, _ ("  ·  cell at %.0f %%"),
        100.0 * (double)((const float *)pel_image_get_plane (map, 0))[(gsize)y * width + (gsize)x]);
}

static void
update_text (PelStatusBar *self)
{
  const char *hover = self->hover_text != NULL ? self->hover_text : "";
  const char *status = self->tool_status != NULL ? self->tool_status : "";
  g_autofree char *text =
      g_strconcat (status, *status != '\0' && *hover != '\0' ? "  ·  " : "", hover, NULL);

  gtk_label_set_text (self->hover, text);
}

void
pel_status_bar_set_tool_status (PelStatusBar *self, const char *status)
{
  g_return_if_fail (PEL_IS_STATUS_BAR (self));

  if (g_strcmp0 (self->tool_status, status) == 0)
    return;
  g_free (self->tool_status);
  self->tool_status = g_strdup (status);
  update_text (self);
}

void
pel_status_bar_set_hover (PelStatusBar *self, double x, double y, const char *value, guint label)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_if_fail (PEL_IS_STATUS_BAR (self));

  if (x >= 0.0 && y >= 0.0)
    {
      g_string_append_printf (text, "%.0f, %.0f", floor (x), floor (y));
      if (value != NULL && *value != '\0')
        g_string_append_printf (text, "  ·  %s", value);
      if (self->workspace != NULL)
        append_probability (self, text, x, y);
      if (label > 0 && self->workspace != NULL &&
          pel_workspace_get_document (self->workspace) != NULL)
        append_cell (self, text, label);
    }
  g_free (self->hover_text);
  self->hover_text = g_strdup (text->str);
  update_text (self);
}

static gboolean
on_notice_over (gpointer data)
{
  PelStatusBar *self = data;

  self->notice_source = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->notice), FALSE);
  return G_SOURCE_REMOVE;
}

void
pel_status_bar_tell (PelStatusBar *self, const char *text)
{
  g_return_if_fail (PEL_IS_STATUS_BAR (self));
  g_return_if_fail (text != NULL);

  gtk_label_set_text (self->notice, text);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), TRUE);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  self->notice_source = g_timeout_add (NOTICE_MS, on_notice_over, self);
}

const char *
pel_status_bar_get_notice (PelStatusBar *self)
{
  g_return_val_if_fail (PEL_IS_STATUS_BAR (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->notice)) ? gtk_label_get_text (self->notice)
                                                            : NULL;
}

const char *
pel_status_bar_get_text (PelStatusBar *self)
{
  g_return_val_if_fail (PEL_IS_STATUS_BAR (self), NULL);

  return gtk_label_get_text (self->hover);
}
