/* SPDX-License-Identifier: MIT */
/* What the window does to cells without a drawing: one undo step each, worked out in a thread. */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-mask-draft.h"
#include "engine/segment/pel-cell-edit.h"
#include "ui/tools/pel-tool-util.h"
#include "ui/widgets/pel-number-field.h"

/* How far the rounding of outlines looks, in image pixels. */
#define SMOOTH_RADIUS 3
typedef struct
{
  PelWorkspace *workspace;
  PelCellEdit edit;
  guint amount;
  GArray *cells; /* guint32; empty for all */
  char *name;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->workspace);
  g_array_unref (work->cells);
  g_free (work->name);
  g_free (work);
}

static gboolean
edit_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  g_autoptr (PelLabels) edited = pel_labels_edit (
      pel_mask_draft_get_before (draft), work->edit, work->amount,
      (const guint32 *)(void *)work->cells->data, work->cells->len, cancellable, error);

  if (edited == NULL)
    return FALSE;
  pel_mask_draft_set_labels (draft, edited);
  return TRUE;
}

static void
on_edited (PelEditJob *job, Work *work)
{
  const GError *error = pel_job_get_error (PEL_JOB (job));
  g_autofree char *text = NULL;

  if (pel_edit_job_get_changed (job))
    {
      /* Translators: %s names a step that can be undone, such as "Smooth 3 cells". */
      text = g_strdup_printf (_ ("Done: %s"), work->name);
      pel_workspace_toast_edit (work->workspace, job, text);
    }
  else if (error != NULL)
    pel_workspace_fail (work->workspace, _ ("The cells could not be changed"),
                        _ ("They are as they were."), error->message);
  else if (pel_job_get_state (PEL_JOB (job)) == PEL_JOB_STATE_DONE)
    pel_workspace_toast (work->workspace, _ ("Nothing to change in these cells"));
}

/* What an action is for: the selected cells, else the one under the pointer, else all. */
static GArray *
find_targets (PelWindow *self, PelMask *mask)
{
  GArray *cells = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint32 *selection;
  guint n;

  selection = pel_display_get_selection (pel_workspace_get_display (self->workspace), &n);
  for (guint i = 0; i < n; i++)
    if (pel_mask_has_label (mask, selection[i]))
      g_array_append_val (cells, selection[i]);
  if (n == 0 && self->hover_label != 0 && pel_mask_has_label (mask, self->hover_label))
    g_array_append_val (cells, self->hover_label);
  return cells;
}

static char *
name_step (PelCellEdit edit, guint amount, guint n)
{
  switch (edit)
    {
    case PEL_CELL_EDIT_FILL_HOLES:
      return g_strdup_printf (ngettext ("Fill holes of %u cell", "Fill holes of %u cells", n), n);
    case PEL_CELL_EDIT_SMOOTH:
      return g_strdup_printf (ngettext ("Smooth %u cell", "Smooth %u cells", n), n);
    case PEL_CELL_EDIT_GROW:
      /* Translators: how many cells, and by how many pixels. */
      return g_strdup_printf (ngettext ("Grow %u cell by %u px", "Grow %u cells by %u px", n), n,
                              amount);
    case PEL_CELL_EDIT_SHRINK:
      /* Translators: how many cells, and by how many pixels. */
      return g_strdup_printf (ngettext ("Shrink %u cell by %u px", "Shrink %u cells by %u px", n),
                              n, amount);
    case PEL_CELL_EDIT_KEEP_LARGEST:
      return g_strdup_printf (
          ngettext ("Keep largest piece of %u cell", "Keep largest piece of %u cells", n), n);
    default:
      g_return_val_if_reached (NULL);
    }
}

/* The mask of an image that may be changed; what is in the hand is ended. */
static PelMask *
get_mask (PelWindow *self)
{
  if (!pel_workspace_get_editable (self->workspace))
    return NULL;
  pel_canvas_finish_stroke (self->canvas);
  return pel_image_document_get_mask (pel_workspace_get_document (self->workspace));
}

static void
edit_cells (PelWindow *self, PelCellEdit edit, guint amount)
{
  PelMask *mask = get_mask (self);
  GArray *cells;
  Work *work;
  g_autoptr (PelEditJob) job = NULL;
  guint n_predicted;

  if (mask == NULL || pel_mask_get_n_cells (mask) == 0)
    return;
  cells = find_targets (self, mask);
  pel_display_get_predicted_selection (pel_workspace_get_display (self->workspace), &n_predicted);
  if (cells->len == 0 && n_predicted > 0)
    {
      /* Only predicted cells are selected: those are accepted first. */
      pel_workspace_toast (self->workspace, _ ("Accept a predicted cell before you change it"));
      g_array_unref (cells);
      return;
    }
  work = g_new0 (Work, 1);
  work->workspace = g_object_ref (self->workspace);
  work->edit = edit;
  work->amount = amount;
  work->cells = cells;
  work->name = name_step (edit, amount, cells->len > 0 ? cells->len : pel_mask_get_n_cells (mask));
  job = pel_edit_job_new (pel_workspace_get_document (self->workspace), work->name, work->name,
                          edit_draft, work, work_free);
  g_signal_connect (job, "finished", G_CALLBACK (on_edited), work);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
}

static void
activate_fill_holes (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  edit_cells (data, PEL_CELL_EDIT_FILL_HOLES, 0);
}

static void
activate_smooth (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  edit_cells (data, PEL_CELL_EDIT_SMOOTH, SMOOTH_RADIUS);
}

static void
activate_grow (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gint amount = g_variant_get_int32 (parameter);

  edit_cells (data, PEL_CELL_EDIT_GROW, (guint)CLAMP (amount, 1, PEL_CELL_EDIT_MAX_AMOUNT));
}

static void
activate_shrink (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gint amount = g_variant_get_int32 (parameter);

  edit_cells (data, PEL_CELL_EDIT_SHRINK, (guint)CLAMP (amount, 1, PEL_CELL_EDIT_MAX_AMOUNT));
}

/* ---- what needs a number ---- */

typedef struct
{
  PelWindow *window;
  GtkSpinButton *spin;
  void (*apply) (PelWindow *self, gint value);
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  g_object_unref (((Question *)data)->window);
  g_free (data);
}

static void
on_answered (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "apply"))
    question->apply (question->window, (gint)pel_number_field_read (question->spin));
}

static void
ask_number (PelWindow *self,
            const char *heading,
            const char *body,
            gint lowest,
            gint highest,
            gint value,
            void (*apply) (PelWindow *self, gint value))
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  GtkWidget *spin = pel_number_field_new (lowest, highest, 1);
  Question *question = g_new (Question, 1);

  question->window = g_object_ref (self);
  question->spin = GTK_SPIN_BUTTON (spin);
  question->apply = apply;
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, heading,
                                  -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), spin);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "apply",
                                    _ ("_Apply"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "apply",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "apply");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_answered), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
resize_by (PelWindow *self, gint amount)
{
  if (amount > 0)
    edit_cells (self, PEL_CELL_EDIT_GROW, (guint)amount);
  else if (amount < 0)
    edit_cells (self, PEL_CELL_EDIT_SHRINK, (guint)-amount);
}

static void
activate_resize (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ask_number (data, _ ("Grow or Shrink Cells"),
              _ ("By how many pixels? A negative number shrinks them."), -PEL_CELL_EDIT_MAX_AMOUNT,
              PEL_CELL_EDIT_MAX_AMOUNT, 3, resize_by);
}

static void
change_number (PelWindow *self, gint number)
{
  PelMask *mask = get_mask (self);
  guint32 cell = self->number_target, into = (guint32)number;
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autofree char *name = NULL;

  if (mask == NULL || cell == 0 || into == cell || !pel_mask_has_label (mask, cell))
    return;
  if (pel_mask_has_label (mask, into))
    {
      /* Two cells would become one without having been asked to. */
      pel_workspace_toast (self->workspace, _ ("Another cell has this number already"));
      return;
    }
  /* Translators: a step that can be undone: a cell gets another number. */
  name = g_strdup_printf (_ ("Cell %u becomes cell %u"), cell, into);
  if (pel_mask_change_label (
          mask, cell, into, name,
          pel_image_document_get_undo (pel_workspace_get_document (self->workspace))))
    {
      pel_display_set_selection (display, &into, 1);
      pel_display_set_current_label (display, into);
    }
}

static void
activate_change_number (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelMask *mask = get_mask (self);
  g_autoptr (GArray) cells = mask != NULL ? find_targets (self, mask) : NULL;
  g_autofree char *body = NULL;

  if (cells == NULL || cells->len != 1)
    {
      pel_workspace_toast (self->workspace, _ ("Choose one cell, or point at one, first"));
      return;
    }
  self->number_target = g_array_index (cells, guint32, 0);
  body = g_strdup_printf (_ ("Which number should cell %u have?"), self->number_target);
  ask_number (self, _ ("Change the Number"), body, 1, G_MAXINT,
              (gint)MIN (pel_mask_get_free_label (mask), (guint32)G_MAXINT), change_number);
}

static void
activate_keep_largest (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  edit_cells (data, PEL_CELL_EDIT_KEEP_LARGEST, 0);
}

static gboolean
renumber_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_mask_draft_renumber (draft, error);
}

static void
on_renumbered (PelEditJob *job, PelWindow *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  const GError *error = pel_job_get_error (PEL_JOB (job));

  if (pel_edit_job_get_changed (job))
    {
      if (pel_edit_job_get_image (job) == pel_workspace_get_document (self->workspace))
        {
          /* The old numbers are other cells now. */
          pel_display_set_selection (display, NULL, 0);
          pel_display_set_current_label (display, 0);
        }
      pel_workspace_toast_edit (self->workspace, job, _ ("The cells are numbered without gaps"));
    }
  else if (error != NULL)
    pel_workspace_fail (self->workspace, _ ("The cells could not be changed"),
                        _ ("They are as they were."), error->message);
  else if (pel_job_get_state (PEL_JOB (job)) == PEL_JOB_STATE_DONE)
    pel_workspace_toast (self->workspace, _ ("The cells are numbered without gaps already"));
}

static void
activate_relabel (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  g_autoptr (PelEditJob) job = NULL;

  if (get_mask (self) == NULL)
    return;
  job = pel_edit_job_new (pel_workspace_get_document (self->workspace), _ ("Renumber cells"),
                          _ ("Renumber cells"), renumber_draft, NULL, NULL);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_renumbered), self, G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
}

static void
activate_merge (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelMask *mask = get_mask (self);
  g_autoptr (GArray) cells = NULL;

  if (mask == NULL)
    return;
  cells = find_targets (self, mask);
  if (!pel_tool_merge_labels (pel_workspace_get_document (self->workspace),
                              pel_workspace_get_display (self->workspace),
                              (const guint32 *)cells->data, cells->len))
    pel_workspace_toast (self->workspace, _ ("Select the cells to merge first"));
}

static gboolean
delete_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  const GArray *cells = data;

  return pel_mask_draft_map (draft, (const guint32 *)(void *)cells->data, cells->len, 0, error);
}

static void
on_deleted (PelEditJob *job, PelWindow *self)
{
  const GError *error = pel_job_get_error (PEL_JOB (job));
  const guint n = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (job), "n-cells"));
  g_autofree char *text = NULL;

  if (pel_edit_job_get_changed (job))
    {
      text = g_strdup_printf (ngettext ("%u cell deleted", "%u cells deleted", n), n);
      pel_workspace_toast_edit (self->workspace, job, text);
    }
  else if (error != NULL)
    pel_workspace_fail (self->workspace, _ ("The cells could not be changed"),
                        _ ("They are as they were."), error->message);
}

static void
activate_delete_selected (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelMask *mask = get_mask (self);
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autoptr (PelEditJob) job = NULL;
  g_autofree char *name = NULL;
  const guint32 *selection;
  GArray *cells;
  guint n;

  selection = pel_display_get_selection (display, &n);
  if (mask == NULL || n == 0)
    return;
  cells = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_vals (cells, selection, n);
  name = pel_mask_name_deletion (selection, n);
  job = pel_edit_job_new (pel_workspace_get_document (self->workspace), name, name, delete_draft,
                          cells, (GDestroyNotify)g_array_unref);
  g_object_set_data (G_OBJECT (job), "n-cells", GUINT_TO_POINTER (n));
  g_signal_connect_object (job, "finished", G_CALLBACK (on_deleted), self, G_CONNECT_DEFAULT);
  pel_display_set_selection (display, NULL, 0);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
}

static const GActionEntry entries[] = {
  { "fill-holes", activate_fill_holes },       { "smooth-cells", activate_smooth },
  { "grow-cells", activate_grow, "i" },        { "shrink-cells", activate_shrink, "i" },
  { "keep-largest", activate_keep_largest },   { "relabel", activate_relabel },
  { "merge-cells", activate_merge },           { "resize-cells", activate_resize },
  { "change-number", activate_change_number }, { "delete-selected", activate_delete_selected },
};

void
pel_window_add_cell_actions (PelWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

void
pel_window_update_cell_actions (PelWindow *self)
{
  gboolean editable = pel_workspace_get_editable (self->workspace);
  guint n_selected = pel_display_get_n_selected (pel_workspace_get_display (self->workspace));

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), entries[i].name);

      g_simple_action_set_enabled (
          G_SIMPLE_ACTION (action),
          editable && (n_selected > 1 || !g_str_equal (entries[i].name, "merge-cells")) &&
              (n_selected > 0 || !g_str_equal (entries[i].name, "delete-selected")));
    }
}
