/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-quality-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-quality-job.h"

/* So much of the surroundings is shown around an error, in image pixels at least. */
#define MARGIN 20

struct _PelQualityView
{
  AdwBin parent_instance;

  PelWorkspace *workspace;
  PelCanvas *canvas;    /* weak */
  PelModelEntry *model; /* whose quality it is */
  PelQualityJob *job;
  GArray *shown; /* of guint: errors that are listed */
  guint filter;

  GtkWidget *back;
  GtkLabel *title;
  GtkStack *stack;
  GtkProgressBar *progress;
  GtkLabel *problem;
  GtkLabel *description;
  GtkGrid *figures;
  guint n_figures;
  GtkDropDown *kinds;
  GtkListView *list;
  GtkStringList *rows;
  GtkLabel *warnings;
};

G_DEFINE_FINAL_TYPE (PelQualityView, pel_quality_view, ADW_TYPE_BIN)

static guint closed_signal;

static const char *
get_kind_title (PelCellErrorKind kind)
{
  switch (kind)
    {
    case PEL_CELL_ERROR_MISSED:
      return C_ ("error", "Missed");
    case PEL_CELL_ERROR_FALSE:
      return C_ ("error", "False");
    case PEL_CELL_ERROR_MERGED:
      return C_ ("error", "Merged");
    case PEL_CELL_ERROR_SPLIT:
      return C_ ("error", "Split");
    case PEL_CELL_ERROR_INEXACT:
    default:
      return C_ ("error", "Inexact");
    }
}

static guint32
get_kind_color (PelCellErrorKind kind)
{
  static const guint32 colors[] = { 0xff6a4d, 0xd77be0, 0xffb13d, 0x5aa9ff, 0xe8e08a };

  return colors[kind];
}

static const PelQualityError *
get_error (PelQualityView *self, guint index)
{
  return &g_array_index (pel_quality_job_get_errors (self->job), PelQualityError, index);
}

/* On the picture */

static void
mark_errors (PelQualityView *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (PelCanvasMark));

  if (self->canvas == NULL)
    return;
  for (guint i = 0; i < self->shown->len; i++)
    {
      const PelQualityError *error = get_error (self, g_array_index (self->shown, guint, i));
      PelCanvasMark mark = { error->box, get_kind_color (error->kind),
                             get_kind_title (error->kind) };

      if (error->image == document)
        g_array_append_val (marks, mark);
    }
  pel_canvas_set_marks (self->canvas, (const PelCanvasMark *)(gpointer)marks->data, marks->len);
}

void
pel_quality_view_show_error (PelQualityView *self, guint row)
{
  const PelQualityError *error;
  PelRect part;

  g_return_if_fail (PEL_IS_QUALITY_VIEW (self));

  if (row >= self->shown->len)
    return;
  error = get_error (self, g_array_index (self->shown, guint, row));
  part = error->box;
  part.x -= MARGIN;
  part.y -= MARGIN;
  part.width += 2 * MARGIN;
  part.height += 2 * MARGIN;
  pel_workspace_set_document (self->workspace, error->image);
  pel_workspace_show_part (self->workspace, &part, FALSE);
}

static void
on_activated (GtkListView *list, guint position, PelQualityView *self)
{
  pel_quality_view_show_error (self, position);
}

/* The list */

static void
list_errors (PelQualityView *self)
{
  const GArray *errors = pel_quality_job_get_errors (self->job);

  g_array_set_size (self->shown, 0);
  gtk_string_list_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                          NULL);
  for (guint i = 0; i < errors->len; i++)
    {
      const PelQualityError *error = &g_array_index (errors, PelQualityError, i);
      g_autofree char *text = NULL;

      if (self->filter > 0 && self->filter - 1 != (guint)error->kind)
        continue;
      g_array_append_val (self->shown, i);
      /* Translators: what is wrong, in which image, and where, in pixels. */
      text = g_strdup_printf (_ ("%s · %s · at %d, %d"), get_kind_title (error->kind),
                              pel_image_document_get_name (error->image),
                              error->box.x + error->box.width / 2,
                              error->box.y + error->box.height / 2);
      gtk_string_list_append (self->rows, text);
    }
  mark_errors (self);
}

static void
on_kind_chosen (PelQualityView *self)
{
  guint chosen = gtk_drop_down_get_selected (self->kinds);

  if (chosen == GTK_INVALID_LIST_POSITION || chosen == self->filter)
    return;
  self->filter = chosen;
  list_errors (self);
}

static void
list_kinds (PelQualityView *self)
{
  const GArray *errors = pel_quality_job_get_errors (self->job);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *all = NULL;
  guint counts[PEL_N_CELL_ERROR_KINDS] = { 0 };

  for (guint i = 0; i < errors->len; i++)
    counts[g_array_index (errors, PelQualityError, i).kind]++;
  /* Translators: a choice: errors of all kinds, and how many. */
  all = g_strdup_printf (_ ("All kinds (%u)"), errors->len);
  gtk_string_list_append (names, all);
  for (guint i = 0; i < PEL_N_CELL_ERROR_KINDS; i++)
    {
      /* Translators: a choice: errors of one kind, and how many. */
      g_autofree char *text =
          g_strdup_printf (_ ("%s (%u)"), get_kind_title ((PelCellErrorKind)i), counts[i]);

      gtk_string_list_append (names, text);
    }
  gtk_drop_down_set_model (self->kinds, G_LIST_MODEL (names));
}

/* The figures */

static void
add_figure (PelQualityView *self,
            const char *title,
            const char *help,
            double value,
            const char *format)
{
  GtkWidget *name = gtk_label_new (title);
  g_autofree char *text = isfinite (value) ? g_strdup_printf ("%.*f%s", *format == '%' ? 1 : 2,
                                                              value, *format == '%' ? " %" : "")
                                           : g_strdup ("–");
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_tooltip_text (name, help);
  gtk_label_set_xalign (GTK_LABEL (label), 1.0f);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_tooltip_text (label, help);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name,
                                  NULL, -1);
  gtk_grid_attach (self->figures, name, 0, (gint)self->n_figures, 1, 1);
  gtk_grid_attach (self->figures, label, 1, (gint)self->n_figures++, 1, 1);
}

static void
show_figures (PelQualityView *self)
{
  PelScores scores;
  g_autofree char *description = NULL;

  if (!pel_quality_job_get_scores (self->job, &scores))
    return;
  description = g_strdup_printf (
      pel_quality_job_get_held_out (self->job)
          ? ngettext ("On %u image that training did not see, with %u cells.",
                      "On %u images that training did not see, with %u cells.", scores.n_images)
          : ngettext ("On %u complete image, with %u cells. None is held out, so these figures "
                      "flatter a model that learned from it.",
                      "On %u complete images, with %u cells. None is held out, so these figures "
                      "flatter a model that learned from them.",
                      scores.n_images),
      scores.n_images, scores.n_truth);
  gtk_label_set_text (self->description, description);
  add_figure (self, _ ("Average precision"),
              _ ("Right cells by all that are right, false or missed; overlap of a half"),
              scores.ap50, "");
  add_figure (self, _ ("Average precision, strict"), _ ("The same at an overlap of 0.75"),
              scores.ap75, "");
  add_figure (self, _ ("Precision"), _ ("Of the cells found, the share that is right"),
              scores.precision_50, "");
  add_figure (self, _ ("Recall"), _ ("Of the true cells, the share that is found"),
              scores.recall_50, "");
  add_figure (self, _ ("Dice"), _ ("Overlap of foreground, cell by cell or not"), scores.dice, "");
  add_figure (self, _ ("Error of the diameter"), _ ("Mean, of the cells found"),
              scores.diameter_mape, "%");
}

static void
show_result (PelQualityView *self)
{
  GPtrArray *warnings = pel_quality_job_get_warnings (self->job);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < warnings->len; i++)
    g_string_append_printf (text, i > 0 ? "\n%s" : "%s",
                            (const char *)g_ptr_array_index (warnings, i));
  gtk_label_set_text (self->warnings, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->warnings), warnings->len > 0);
  show_figures (self);
  list_kinds (self);
  list_errors (self);
  gtk_stack_set_visible_child_name (self->stack, "result");
}

static void
update_progress (PelQualityView *self)
{
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (pel_job_get_fraction (PEL_JOB (self->job)), 0.0, 1.0));
}

static void
on_finished (PelQualityView *self)
{
  switch (pel_job_get_state (PEL_JOB (self->job)))
    {
    case PEL_JOB_STATE_DONE:
      show_result (self);
      return;
    case PEL_JOB_STATE_FAILED:
      gtk_label_set_text (self->problem, pel_job_get_error (PEL_JOB (self->job))->message);
      break;
    case PEL_JOB_STATE_CANCELLED:
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      gtk_label_set_text (self->problem, _ ("The test was stopped."));
      break;
    }
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

static void
on_stop (PelQualityView *self)
{
  pel_job_cancel (PEL_JOB (self->job));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

void
pel_quality_view_close (PelQualityView *self)
{
  g_return_if_fail (PEL_IS_QUALITY_VIEW (self));

  g_signal_emit (self, closed_signal, 0);
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  pel_quality_view_close (PEL_QUALITY_VIEW (widget));
  return TRUE;
}

static void
show_title (PelQualityView *self)
{
  /* Translators: the title of a page; %s is the name of a model. */
  g_autofree char *title =
      g_strdup_printf (_ ("Quality of “%s”"), pel_model_entry_get_name (self->model));

  gtk_label_set_text (self->title, title);
}

/* It may have another name now. */
static void
on_models_changed (PelQualityView *self,
                   guint position,
                   guint removed,
                   guint added,
                   GListModel *all)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (all, i);

      if (pel_model_entry_is_same (entry, self->model))
        g_set_object (&self->model, entry);
    }
  show_title (self);
}

/* Life */

static void
pel_quality_view_dispose (GObject *object)
{
  PelQualityView *self = PEL_QUALITY_VIEW (object);

  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      pel_job_cancel (PEL_JOB (self->job));
    }
  g_clear_object (&self->job);
  if (self->canvas != NULL)
    pel_canvas_set_marks (self->canvas, NULL, 0);
  g_clear_weak_pointer (&self->canvas);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (pel_quality_view_parent_class)->dispose (object);
}

static void
pel_quality_view_finalize (GObject *object)
{
  g_array_unref (PEL_QUALITY_VIEW (object)->shown);
  G_OBJECT_CLASS (pel_quality_view_parent_class)->finalize (object);
}

static void
pel_quality_view_class_init (PelQualityViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_quality_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_quality_view_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-quality-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelQualityView, name)
  BIND (back);
  BIND (title);
  BIND (stack);
  BIND (progress);
  BIND (problem);
  BIND (description);
  BIND (figures);
  BIND (kinds);
  BIND (list);
  BIND (warnings);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, pel_quality_view_close);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);

  closed_signal = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_quality_view_init (PelQualityView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  self->rows = gtk_string_list_new (NULL);
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (self->rows)));
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, selection);
  g_signal_connect_object (self->kinds, "notify::selected", G_CALLBACK (on_kind_chosen), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
pel_quality_view_new (PelWorkspace *workspace, PelCanvas *canvas)
{
  PelQualityView *self = g_object_new (PEL_TYPE_QUALITY_VIEW, NULL);
  PelModelEntry *model = pel_workspace_get_model (workspace);

  g_return_val_if_fail (model != NULL, GTK_WIDGET (self));

  self->workspace = g_object_ref (workspace);
  g_set_weak_pointer (&self->canvas, canvas);
  self->model = g_object_ref (model);
  show_title (self);
  g_signal_connect_object (pel_project_get_models (pel_workspace_get_project (workspace)),
                           "items-changed", G_CALLBACK (on_models_changed), self,
                           G_CONNECT_SWAPPED);
  self->job =
      pel_quality_job_new (pel_workspace_get_project (workspace), pel_model_entry_get_path (model));
  /* What is marked is what this model finds. */
  pel_project_set_current_model (pel_workspace_get_project (workspace),
                                 pel_model_entry_get_name (model));
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (mark_errors), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (pel_quality_view_close), self,
                           G_CONNECT_SWAPPED);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (self->job));
  return GTK_WIDGET (self);
}

void
pel_quality_view_focus (PelQualityView *self)
{
  g_return_if_fail (PEL_IS_QUALITY_VIEW (self));

  gtk_widget_grab_focus (self->back);
}

const char *
pel_quality_view_get_title (PelQualityView *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_VIEW (self), NULL);

  return gtk_label_get_text (self->title);
}

const char *
pel_quality_view_get_page (PelQualityView *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_VIEW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

guint
pel_quality_view_get_n_errors (PelQualityView *self)
{
  g_return_val_if_fail (PEL_IS_QUALITY_VIEW (self), 0);

  return self->shown->len;
}

void
pel_quality_view_set_filter (PelQualityView *self, guint filter)
{
  g_return_if_fail (PEL_IS_QUALITY_VIEW (self));
  g_return_if_fail (filter <= PEL_N_CELL_ERROR_KINDS);

  gtk_drop_down_set_selected (self->kinds, filter);
}
