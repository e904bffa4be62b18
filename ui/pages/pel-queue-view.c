/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-queue-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-overlay.h"
#include "ui/keys/pel-key-tooltips.h"
#include "ui/pages/pel-doubt-text.h"

struct _PelQueueView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  PelReview *review;
  GBinding *complete_binding;

  GtkWidget *box;
  GtkLabel *progress_text;
  GtkProgressBar *progress;
  GtkStack *stack;
  GtkLabel *start_text;
  GtkLabel *title;
  GtkLabel *reason;
  GtkLabel *second;
  GtkImage *state_icon;
  GtkLabel *state_text;
  GtkWidget *state_box;
  GtkSwitch *complete;
  GtkWidget *accept, *reject;
};

G_DEFINE_FINAL_TYPE (PelQueueView, pel_queue_view, GTK_TYPE_WIDGET)

/* The diameter as the picture has it, with its uncertainty where the prediction tells one. */
static char *
describe_size (PelQueueView *self, const PelReviewCell *cell)
{
  PelCellList *list = pel_image_document_get_prediction_cells (self->document);
  gint row = cell->predicted ? pel_cell_list_find (list, cell->label) : -1;
  double um = pel_image_document_get_um (self->document);
  g_autofree char *text = NULL;

  if (row >= 0)
    text = pel_overlay_format_tag (pel_cell_list_get_table (list), (guint)row,
                                   PEL_QUANTITY_EQUIVALENT_DIAMETER, TRUE);
  else
    text = g_strdup_printf ("%.1f", um > 0.0 ? cell->diameter * um : cell->diameter);
  /* Translators: a diameter, perhaps with its uncertainty, in micrometres or in pixels. */
  return g_strdup_printf (um > 0.0 ? _ ("⌀ %s µm") : _ ("⌀ %s px"), text);
}

static void
show_state (PelQueueView *self, const PelReviewCell *cell)
{
  const char *icon = NULL, *text = NULL;

  switch (cell->state)
    {
    case PEL_REVIEW_STATE_ACCEPTED:
      icon = "object-select-symbolic";
      text = _ ("Accepted; it is in the mask");
      break;
    case PEL_REVIEW_STATE_REJECTED:
      icon = "window-close-symbolic";
      text = _ ("Rejected; Accept takes it after all");
      break;
    case PEL_REVIEW_STATE_WAITING:
    default:
      if (cell->covered || !cell->predicted)
        {
          icon = "pellicle-state-predicted-symbolic";
          text = _ ("In the mask already, but nobody looked at it");
        }
      break;
    }
  gtk_widget_set_visible (self->state_box, text != NULL);
  if (text == NULL)
    return;
  gtk_image_set_from_icon_name (self->state_icon, icon);
  gtk_label_set_text (self->state_text, text);
}

static void
show_cell (PelQueueView *self, const PelReviewCell *cell)
{
  const char *other = pel_review_get_other_model (self->review);
  g_autofree char *size = describe_size (self, cell);
  g_autofree char *title = NULL;
  /* What comes from an earlier prediction is compared with the present one. */
  g_autofree char *reason =
      pel_doubt_describe (cell->doubt.reason, cell, cell->predicted ? other : NULL);
  g_autofree char *second =
      cell->doubt.second != PEL_DOUBT_NONE
          ? pel_doubt_describe (cell->doubt.second, cell, cell->predicted ? other : NULL)
          : NULL;

  /* Translators: the number of a cell, and its diameter. */
  title = g_strdup_printf (_ ("Cell %u  ·  %s"), cell->label, size);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->reason, reason);
  gtk_label_set_text (self->second, second != NULL ? second : "");
  gtk_widget_set_visible (GTK_WIDGET (self->second), second != NULL);
  show_state (self, cell);
}

static void
update (PelQueueView *self)
{
  guint n = self->review != NULL ? pel_review_get_n_cells (self->review) : 0;
  guint waiting = n > 0 ? pel_review_get_n_waiting (self->review) : 0;
  gint current = n > 0 ? pel_review_get_current (self->review) : -1;
  g_autofree char *progress = NULL;
  g_autofree char *start = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (n == 0)
    return;
  /* Translators: how many cells were looked at, and how many there are. */
  progress = g_strdup_printf (_ ("%u of %u looked at"), n - waiting, n);
  gtk_label_set_text (self->progress_text, progress);
  gtk_progress_bar_set_fraction (self->progress, (double)(n - waiting) / n);
  start =
      g_strdup_printf (ngettext ("%u cell waits for your word.",
                                 "%u cells wait for your word, the most doubtful first.", waiting),
                       waiting);
  gtk_label_set_text (self->start_text, start);
  if (current >= 0)
    show_cell (self, pel_review_get_cell (self->review, (guint)current));
  gtk_stack_set_visible_child_name (self->stack, waiting == 0   ? "done"
                                                 : current >= 0 ? "cell"
                                                                : "start");
}

static void
leave_document (PelQueueView *self)
{
  g_clear_pointer (&self->complete_binding, g_binding_unbind);
  if (self->review != NULL)
    g_signal_handlers_disconnect_by_data (self->review, self);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->review);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelQueueView *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  leave_document (self);
  if (document != NULL)
    {
      self->document = g_object_ref (document);
      self->review = g_object_ref (pel_image_document_get_review (document));
      self->complete_binding =
          g_object_bind_property (document, "complete", self->complete, "active",
                                  G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
      g_signal_connect_object (self->review, "changed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->review, "notify::current", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "calibration-changed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
pel_queue_view_dispose (GObject *object)
{
  PelQueueView *self = PEL_QUEUE_VIEW (object);

  leave_document (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_queue_view_parent_class)->dispose (object);
}

static void
pel_queue_view_class_init (PelQueueViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_queue_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-queue-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelQueueView, name)
  BIND (box);
  BIND (progress_text);
  BIND (progress);
  BIND (stack);
  BIND (start_text);
  BIND (title);
  BIND (reason);
  BIND (second);
  BIND (state_icon);
  BIND (state_text);
  BIND (state_box);
  BIND (complete);
  BIND (accept);
  BIND (reject);
#undef BIND
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_queue_view_init (PelQueueView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The keys do the same while a cell is in question. */
  pel_key_tooltips_add (self->accept, pel_command_find ("accept-selected"));
  pel_key_tooltips_add (self->reject, pel_command_find ("delete-selected"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
pel_queue_view_set_workspace (PelQueueView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_QUEUE_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  on_document_changed (self);
}
