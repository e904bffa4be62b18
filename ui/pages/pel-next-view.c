/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-next-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-rank-job.h"

/* So many images are named; when they are done, others follow. */
#define MAX_ROWS 6

struct _PelNextView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelRankJob *job; /* the newest, finished or not */
  guint start_id;
  gboolean stale;
  gboolean going; /* as soon as the list is there */

  GtkWidget *box;
  GtkListBox *list;
  GtkWidget *spinner;
  GtkLabel *empty;
};

G_DEFINE_FINAL_TYPE (PelNextView, pel_next_view, GTK_TYPE_WIDGET)

static const GArray *
get_entries (PelNextView *self)
{
  return self->job != NULL ? pel_rank_job_get_entries (self->job) : NULL;
}

static char *
describe (const PelRankEntry *entry)
{
  switch (entry->reason)
    {
    case PEL_RANK_DISAGREES:
      /* Translators: in percent, how many of the cells two models agree on. */
      return g_strdup_printf (_ ("Two models agree on %.0f %% of the cells only"),
                              100.0 * entry->agreement);
    case PEL_RANK_UNUSUAL:
      return g_strdup_printf (ngettext ("%u cell found, unlike in the other images",
                                        "%u cells found, unlike in the other images",
                                        entry->n_cells),
                              entry->n_cells);
    case PEL_RANK_UNSURE:
    default:
      /* Translators: a score between 0 and 1 that a model expects of itself. */
      return g_strdup_printf (_ ("Blurred edges: the model expects a Dice score of %.2f"),
                              entry->expected_dice);
    }
}

static void
show_entry (PelNextView *self, const PelRankEntry *entry)
{
  PelRect part = entry->part;
  gboolean has_part = entry->has_part;
  g_autoptr (PelImageDocument) image = g_object_ref (entry->image);

  pel_workspace_set_document (self->workspace, image);
  if (has_part)
    pel_workspace_show_part (self->workspace, &part, TRUE);
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *row, PelNextView *self)
{
  const GArray *entries = get_entries (self);
  guint index = (guint)gtk_list_box_row_get_index (row);

  if (entries != NULL && index < entries->len)
    show_entry (self, &g_array_index (entries, PelRankEntry, index));
}

static void
show_thumbnail (PelImageDocument *image, GtkImage *picture)
{
  g_autoptr (GdkTexture) texture = NULL;
  guint width, height;
  GBytes *bytes = pel_image_document_get_thumbnail (image, &width, &height);

  if (bytes != NULL)
    texture = gdk_memory_texture_new ((int)width, (int)height, GDK_MEMORY_R8G8B8A8, bytes,
                                      (gsize)width * 4);
  gtk_image_set_from_paintable (picture, GDK_PAINTABLE (texture));
}

static GtkWidget *
make_row (const PelRankEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *picture = gtk_image_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  g_autofree char *reason = describe (entry);
  g_autofree char *text = NULL;
  g_autofree char *title = g_markup_escape_text (pel_image_document_get_name (entry->image), -1);
  g_autofree char *subtitle = NULL;

  if (entry->has_part)
    /* Translators: why to annotate an image, and the size of the part to paint, in pixels. */
    text = g_strdup_printf (_ ("%s. Paint a part of %d × %d px."), reason, entry->part.width,
                            entry->part.height);
  subtitle = g_markup_escape_text (text != NULL ? text : reason, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  /* GTK complains of a name that is narrower than the dots it may be shortened to. */
  if (strlen (pel_image_document_get_name (entry->image)) > 3)
    adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_image_set_pixel_size (GTK_IMAGE (picture), 40);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (picture, "pel-thumbnail");
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_signal_connect_object (entry->image, "thumbnail-changed", G_CALLBACK (show_thumbnail), picture,
                           G_CONNECT_DEFAULT);
  show_thumbnail (entry->image, GTK_IMAGE (picture));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), picture);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
show_entries (PelNextView *self)
{
  const GArray *entries = get_entries (self);
  guint n = entries != NULL ? MIN (entries->len, MAX_ROWS) : 0;
  gboolean busy = self->job != NULL && !pel_job_get_is_finished (PEL_JOB (self->job));
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < n; i++)
    gtk_list_box_append (self->list, make_row (&g_array_index (entries, PelRankEntry, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), n == 0 && !busy);
}

/* The first that is neither on show nor finished meanwhile. */
static const PelRankEntry *
find_next (PelNextView *self)
{
  const GArray *entries = get_entries (self);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const PelRankEntry *entry = &g_array_index (entries, PelRankEntry, i);

      if (entry->image != pel_workspace_get_document (self->workspace) &&
          !pel_image_document_get_complete (entry->image) &&
          !pel_image_document_get_reviewed (entry->image))
        return entry;
    }
  return NULL;
}

static void
go (PelNextView *self)
{
  const PelRankEntry *entry = find_next (self);

  self->going = FALSE;
  if (entry != NULL)
    show_entry (self, entry);
  else
    pel_workspace_toast (self->workspace,
                         _ ("No other predicted image waits; predict all images first"));
}

static void
on_finished (PelNextView *self)
{
  PelJobState state = pel_job_get_state (PEL_JOB (self->job));

  show_entries (self);
  if (self->going && state == PEL_JOB_STATE_DONE)
    go (self);
  else if (self->going && state == PEL_JOB_STATE_FAILED)
    pel_workspace_fail (self->workspace, _ ("The next image could not be found"),
                        _ ("Nothing was changed. Predict the images again."),
                        pel_job_get_error (PEL_JOB (self->job))->message);
  self->going = FALSE;
}

static void
drop_job (PelNextView *self)
{
  if (self->job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->job, self);
  pel_job_cancel (PEL_JOB (self->job));
  g_clear_object (&self->job);
}

static gboolean
start (gpointer data)
{
  PelNextView *self = data;
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *model = project != NULL ? pel_project_get_current_model (project) : NULL;

  self->start_id = 0;
  self->stale = FALSE;
  drop_job (self);
  if (model != NULL)
    {
      self->job = pel_rank_job_new (project, model);
      g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                               G_CONNECT_SWAPPED);
      pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
    }
  show_entries (self);
  return G_SOURCE_REMOVE;
}

/* Worked out anew only where somebody looks. */
static void
mark_stale (PelNextView *self)
{
  self->stale = TRUE;
  if (self->start_id == 0 && self->workspace != NULL &&
      (self->going || gtk_widget_get_mapped (GTK_WIDGET (self))))
    self->start_id = g_idle_add (start, self);
}

static void
on_job_finished (PelJobRunner *runner, PelJob *job, PelNextView *self)
{
  if (PEL_IS_PREDICT_JOB (job))
    mark_stale (self);
}

static void
on_project_changed (PelNextView *self)
{
  drop_job (self);
  show_entries (self);
  mark_stale (self);
}

static void
pel_next_view_map (GtkWidget *widget)
{
  PelNextView *self = PEL_NEXT_VIEW (widget);

  GTK_WIDGET_CLASS (pel_next_view_parent_class)->map (widget);
  if (self->stale)
    mark_stale (self);
}

static void
pel_next_view_dispose (GObject *object)
{
  PelNextView *self = PEL_NEXT_VIEW (object);

  g_clear_handle_id (&self->start_id, g_source_remove);
  drop_job (self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_runner (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_next_view_parent_class)->dispose (object);
}

static void
pel_next_view_class_init (PelNextViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_next_view_dispose;
  widget_class->map = pel_next_view_map;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-next-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PelNextView, box);
  gtk_widget_class_bind_template_child (widget_class, PelNextView, list);
  gtk_widget_class_bind_template_child (widget_class, PelNextView, spinner);
  gtk_widget_class_bind_template_child (widget_class, PelNextView, empty);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_next_view_init (PelNextView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pel_next_view_set_workspace (PelNextView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_NEXT_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (mark_stale), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_workspace_get_runner (workspace), "job-finished",
                           G_CALLBACK (on_job_finished), self, G_CONNECT_DEFAULT);
  mark_stale (self);
}

void
pel_next_view_go (PelNextView *self)
{
  g_return_if_fail (PEL_IS_NEXT_VIEW (self));

  if (self->job != NULL && pel_job_get_state (PEL_JOB (self->job)) == PEL_JOB_STATE_DONE &&
      !self->stale)
    {
      go (self);
      return;
    }
  self->going = TRUE;
  if (self->job == NULL || pel_job_get_is_finished (PEL_JOB (self->job)) || self->stale)
    mark_stale (self);
}

guint
pel_next_view_get_n_rows (PelNextView *self)
{
  const GArray *entries;

  g_return_val_if_fail (PEL_IS_NEXT_VIEW (self), 0);

  entries = get_entries (self);
  return entries != NULL ? MIN (entries->len, MAX_ROWS) : 0;
}
