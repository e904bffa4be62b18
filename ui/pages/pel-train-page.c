/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-train-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-training-follow.h"
#include "ui/pages/pel-model-row.h"
#include "ui/pages/pel-resume.h"
#include "ui/pages/pel-training-form.h"
#include "ui/pages/pel-training-panel.h"

/* What "train more" adds. */
#define MORE_SECONDS 600.0
/* So many images are needed before some of them are held out, and the share of them that is. */
#define HOLD_OUT_FROM 4
#define HOLD_OUT_SHARE 0.2

struct _PelTrainPage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelProject *project;
  PelTrainingJob *job; /* the one under way, or the last one of this window; nullable */
  PelTrainingForm form;
  gboolean suggested;
  gboolean offered; /* to go on with a training of an earlier time */
  double more;      /* seconds that the training to go on with gets on top */

  GtkWidget *content;
  PelTrainingPanel *panel;
  GtkWidget *setup_box;
  GtkLabel *data_summary;
  GtkLabel *data_advice;
  GtkDropDown *init;
  GtkEntry *name;
  GtkWidget *start;
  GtkLabel *start_problem;
  GtkWidget *resume_box;
  GtkLabel *resume_text;
  GtkWidget *models_section;
  GtkListBox *models;
};

G_DEFINE_FINAL_TYPE (PelTrainPage, pel_train_page, GTK_TYPE_WIDGET)

static PelTrainingJob *
get_running (PelTrainPage *self)
{
  return pel_training_panel_get_running (self->panel);
}

/* Data */

/* Whether anything in the image counts: painted cells, or ground that is said to hold none. */
static gboolean
is_learnt_from (PelImageDocument *document)
{
  guint n_regions = 0;

  pel_image_document_get_complete_regions (document, &n_regions);
  return pel_image_document_get_n_cells (document) > 0 || n_regions > 0 ||
         pel_image_document_get_complete (document);
}

static void
update_data (PelTrainPage *self)
{
  guint n = self->project != NULL ? pel_project_get_n_images (self->project) : 0;
  guint images = 0, complete = 0, regions = 0, cells = 0, held_out = 0, unread = 0;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *advice = "";

  for (guint i = 0; i < n; i++)
    {
      PelImageDocument *document = pel_project_get_image (self->project, i);
      guint n_cells = pel_image_document_get_n_cells (document), n_regions = 0;

      if (!is_learnt_from (document))
        continue;
      if (pel_image_document_get_validation (document))
        {
          held_out++;
          continue;
        }
      pel_image_document_get_complete_regions (document, &n_regions);
      images++;
      cells += n_cells;
      if (pel_image_document_get_complete (document))
        complete++;
      else
        regions += n_regions;
      /* The cells of a mask that came from elsewhere are counted when it is first read. */
      if (n_cells == 0 && !pel_image_document_get_loaded (document))
        unread++;
    }

  if (images == 0)
    {
      g_string_assign (text, _ ("Nothing is painted yet."));
      advice = held_out > 0
                   ? _ ("Every painted image is held out. Let at least one be learnt from.")
                   : _ ("Paint a few cells first, or import images with their masks.");
    }
  else
    {
      if (unread > 0)
        g_string_append_printf (
            text, ngettext ("%u image with its mask", "%u images with masks", images), images);
      else
        {
          g_string_append_printf (text, ngettext ("%u cell", "%u cells", cells), cells);
          /* Translators: continues "12 cells". */
          g_string_append_printf (text, ngettext (" in %u image", " in %u images", images), images);
        }
      if (complete > 0)
        /* Translators: continues "12 cells in 3 images": images in which every cell is painted. */
        g_string_append_printf (
            text, ngettext (", %u of them complete", ", %u of them complete", complete), complete);
      if (regions > 0)
        g_string_append_printf (
            text, ngettext (", %u complete region", ", %u complete regions", regions), regions);
      if (held_out > 0)
        /* Translators: images kept back to test the model with. */
        g_string_append_printf (
            text, ngettext ("; %u image held out", "; %u images held out", held_out), held_out);
      g_string_append_c (text, '.');
      if (cells < PEL_ENOUGH_CELLS && unread == 0)
        advice = _ ("That is very little. A few more cells will help much.");
      else if (complete == 0 && regions == 0)
        advice = _ ("Only painted cells and a ring around each count. Where every cell of an image "
                    "is painted, say so on the Annotate page: background is then learnt too.");
      else if (held_out == 0 && images >= HOLD_OUT_FROM)
        advice = _ ("A fifth of the images will be held out, to test every model on them. You can "
                    "choose which on the Annotate page.");
      else if (held_out == 0 && images > 1)
        advice = _ ("Hold out one painted image on the Annotate page, and the model is tested on "
                    "it while it learns.");
    }
  gtk_label_set_text (self->data_summary, text->str);
  gtk_label_set_text (self->data_advice, advice);
  gtk_widget_set_visible (GTK_WIDGET (self->data_advice), *advice != '\0');
  gtk_widget_set_sensitive (self->start, pel_train_page_get_can_start (self));
}

/* Progress */

static void
update_run (PelTrainPage *self)
{
  gtk_widget_set_visible (self->setup_box, get_running (self) == NULL);
}

static void
update_model (PelTrainPage *self)
{
  pel_training_panel_set_model (self->panel, pel_workspace_get_model (self->workspace));
}

static void
on_model_saved (PelTrainPage *self)
{
  if (self->project != NULL)
    pel_project_refresh_models (self->project);
}

/* The name, numbered on until no model has it. */
static void
propose_name (PelTrainPage *self)
{
  for (guint i = 1; self->project != NULL; i++)
    {
      /* Translators: the name of a new model; %u is a number. */
      g_autofree char *name = g_strdup_printf (_ ("Model %u"), i);

      if (pel_project_find_model (self->project, name) == NULL)
        {
          gtk_editable_set_text (GTK_EDITABLE (self->name), name);
          return;
        }
    }
}

/* Tells the desktop where the window is not looked at; it is never brought to the front by itself.
 */
static void
notify_desktop (PelTrainPage *self, const char *title)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkApplication *application =
      GTK_IS_WINDOW (root) ? gtk_window_get_application (GTK_WINDOW (root)) : NULL;
  g_autoptr (GNotification) notification = NULL;

  if (application == NULL || gtk_window_is_active (GTK_WINDOW (root)))
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, _ ("It can predict now."));
  g_application_send_notification (G_APPLICATION (application), "training", notification);
}

/* "Model 1 is trained", with its score where images were held out. */
static char *
describe_finished (PelTrainingJob *job)
{
  double best = NAN;
  guint n;
  const PelCurvePoint *points = pel_training_job_get_curve (job, &n);

  for (guint i = 0; i < n; i++)
    if (isfinite (points[i].val_ap50) && !(points[i].val_ap50 <= best))
      best = points[i].val_ap50;
  if (isfinite (best))
    /* Translators: %s is the name of a model, the number its average precision. */
    return g_strdup_printf (_ ("“%s” is trained: AP %.2f"), pel_training_job_get_model_name (job),
                            best);
  /* Translators: %s is the name of a model. */
  return g_strdup_printf (_ ("“%s” is trained"), pel_training_job_get_model_name (job));
}

static void
on_finished (PelTrainingJob *job, PelTrainPage *self)
{
  const char *name = pel_training_job_get_model_name (job);
  g_autofree char *text = NULL;
  g_autofree char *heading = NULL;

  on_model_saved (self);
  if (pel_training_job_get_has_model (job) && self->project != NULL)
    pel_workspace_prefer_model (self->workspace, name);
  update_run (self);
  switch (pel_job_get_state (PEL_JOB (job)))
    {
    case PEL_JOB_STATE_DONE:
      text = describe_finished (job);
      pel_workspace_toast_action (self->workspace, text, _ ("Predict"), "win.predict");
      notify_desktop (self, text);
      break;
    case PEL_JOB_STATE_CANCELLED:
      if (pel_training_job_get_has_model (job))
        {
          /* Translators: %s is the name of a model. */
          text = g_strdup_printf (_ ("Training stopped; the best of “%s” is kept"), name);
          pel_workspace_toast_action (self->workspace, text, _ ("Predict"), "win.predict");
        }
      else
        pel_workspace_toast (self->workspace, _ ("Training stopped before there was a model"));
      break;
    case PEL_JOB_STATE_FAILED:
      /* Translators: %s is the name of a model. */
      heading = g_strdup_printf (_ ("Training “%s” did not work"), name);
      notify_desktop (self, heading);
      pel_workspace_fail (self->workspace, heading,
                          pel_training_job_get_has_model (job)
                              ? _ ("The best model so far is kept, and so are your masks.")
                              : _ ("Your images and masks are as they were. Change the settings or "
                                   "paint more cells, and train again."),
                          pel_job_get_error (PEL_JOB (job))->message);
      break;
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      break;
    }
  propose_name (self);
  update_data (self);
}

static void
drop_job (PelTrainPage *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  if (self->content != NULL)
    pel_training_panel_set_job (self->panel, NULL);
}

/* Takes the reference. */
static void
run_job (PelTrainPage *self, PelTrainingJob *job)
{
  drop_job (self);
  self->job = job;
  g_signal_connect_object (job, "model-saved", G_CALLBACK (on_model_saved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), self, G_CONNECT_DEFAULT);
  pel_training_job_follow (job, self->project);
  pel_training_panel_set_job (self->panel, job);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
  update_run (self);
}

/* Starting */

static void
set_problem (PelTrainPage *self, const char *text)
{
  gtk_label_set_text (self->start_problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->start_problem), text != NULL);
}

/* Where no image is held out, some are, at random: marked for good, so that every later model is
 * judged on the same ones and never learns from them. */
static void
hold_some_out (PelTrainPage *self, guint64 seed)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32)seed);
  guint n_images = pel_project_get_n_images (self->project), n;

  for (guint i = 0; i < n_images; i++)
    {
      PelImageDocument *document = pel_project_get_image (self->project, i);

      if (!is_learnt_from (document))
        continue;
      if (pel_image_document_get_validation (document))
        return;
      g_ptr_array_add (candidates, document);
    }
  if (candidates->len < HOLD_OUT_FROM)
    return;
  n = MAX (1, (guint)(HOLD_OUT_SHARE * candidates->len + 0.5));
  for (guint i = 0; i < n; i++)
    {
      guint k = (guint)g_rand_int_range (random, 0, (gint32)candidates->len);

      pel_image_document_set_validation (g_ptr_array_index (candidates, k), TRUE);
      g_ptr_array_remove_index_fast (candidates, k);
    }
}

static void
on_start (PelTrainPage *self)
{
  PelTrainConfig config;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *minutes = NULL;
  const char *init_path = NULL;
  guint init = gtk_drop_down_get_selected (self->init);

  if (!pel_train_page_get_can_start (self))
    return;
  name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  if (*name == '\0' || strpbrk (name, "/\\") != NULL || *name == '.')
    {
      set_problem (self, _ ("Give the model a name without slashes."));
      gtk_widget_grab_focus (GTK_WIDGET (self->name));
      return;
    }
  if (!pel_training_form_read (&self->form, &config, &error))
    {
      set_problem (self, error->message);
      return;
    }
  set_problem (self, NULL);

  if (init > 0 && init != GTK_INVALID_LIST_POSITION)
    {
      g_autoptr (PelModelEntry) entry =
          g_list_model_get_item (pel_project_get_models (self->project), init - 1);

      if (entry != NULL)
        init_path = pel_model_entry_get_path (entry);
    }
  hold_some_out (self, config.seed);
  items = pel_project_list_training_items (self->project);
  path = pel_project_new_model_path (self->project, name);
  minutes = g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (self->form.minutes));
  pel_project_set_setting (self->project, "training-minutes", minutes);
  run_job (self, pel_training_job_new (&config, items, path, init_path, FALSE));
}

/* Going on with an unfinished training */

static void
update_resume (PelTrainPage *self)
{
  g_autoptr (PelModelEntry) entry = pel_resume_find (self->project);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->resume_box, entry != NULL);
  if (entry == NULL)
    return;
  /* Translators: %s is the name of a model. */
  text = g_strdup_printf (_ ("Training “%s” was interrupted and can go on."),
                          pel_model_entry_get_name (entry));
  gtk_label_set_text (self->resume_text, text);
  if (!self->offered && self->job == NULL)
    pel_workspace_toast_action (self->workspace, text, _ ("Continue"), "win.resume-training");
  self->offered = TRUE;
}

static void
on_resume_config (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelTrainPage) self = data;
  g_autoptr (GError) error = NULL;
  PelTrainConfig config;
  gboolean ok = pel_resume_read_finish (PEL_MODEL_ENTRY (source), result, &config, &error);
  g_autoptr (GPtrArray) items = NULL;

  if (self->workspace == NULL || self->project == NULL || get_running (self) != NULL)
    return;
  if (!ok)
    {
      pel_workspace_fail (self->workspace, _ ("This training cannot go on"),
                          _ ("Its best model is kept. Train a new one that starts from it."),
                          error->message);
      return;
    }
  if (config.time_limit_s > 0.0)
    config.time_limit_s += self->more;
  items = pel_project_list_training_items (self->project);
  run_job (self,
           pel_training_job_new (&config, items,
                                 pel_model_entry_get_path (PEL_MODEL_ENTRY (source)), NULL, TRUE));
}

static void
resume (PelTrainPage *self, PelModelEntry *entry, double more)
{
  self->more = more;
  pel_resume_read_async (entry, on_resume_config, g_object_ref (self));
}

static void
on_resume (PelTrainPage *self)
{
  g_autoptr (PelModelEntry) entry = pel_resume_find (self->project);

  if (entry != NULL && get_running (self) == NULL)
    resume (self, entry, 0.0);
}

void
pel_train_page_go_on (PelTrainPage *self, PelModelEntry *entry)
{
  g_autoptr (GPtrArray) items = NULL;
  PelTrainConfig config;
  PelTrainingJob *job;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));
  g_return_if_fail (PEL_IS_MODEL_ENTRY (entry));

  if (!pel_train_page_get_can_start (self) || pel_model_entry_get_problem (entry) != NULL)
    return;
  if (pel_model_entry_get_resumable (entry))
    {
      resume (self, entry, MORE_SECONDS);
      return;
    }
  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  hold_some_out (self, config.seed);
  items = pel_project_list_training_items (self->project);
  pel_train_config_set_time_limit (&config, MORE_SECONDS);
  job = pel_training_job_new (&config, items, pel_model_entry_get_path (entry), NULL, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  run_job (self, job);
}

void
pel_train_page_train_more (PelTrainPage *self)
{
  PelTrainingJob *job;
  PelModelEntry *model;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  job = get_running (self);
  model = self->workspace != NULL ? pel_workspace_get_model (self->workspace) : NULL;
  if (job != NULL)
    {
      pel_training_job_extend (job, MORE_SECONDS);
      pel_workspace_toast (self->workspace, _ ("10 minutes more"));
    }
  else if (model != NULL)
    pel_train_page_go_on (self, model);
}

void
pel_train_page_start_from (PelTrainPage *self, PelModelEntry *entry)
{
  GListModel *models;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (self->project == NULL)
    return;
  models = pel_project_get_models (self->project);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) other = g_list_model_get_item (models, i);

      if (other == entry)
        gtk_drop_down_set_selected (self->init, i + 1);
    }
  gtk_widget_grab_focus (self->start);
}

/* Models */

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  PelTrainPage *self = data;

  return pel_model_row_new (self->workspace, item);
}

static void
on_models_changed (PelTrainPage *self)
{
  GListModel *models = pel_project_get_models (self->project);
  guint n = g_list_model_get_n_items (models);
  guint chosen = gtk_drop_down_get_selected (self->init);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("New network"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      gtk_string_list_append (names, pel_model_entry_get_name (entry));
    }
  gtk_drop_down_set_model (self->init, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->init, chosen <= n ? chosen : 0);
  gtk_widget_set_visible (self->models_section, n > 0);
  update_resume (self);
  if (get_running (self) == NULL)
    propose_name (self);
}

static void
leave_project (PelTrainPage *self)
{
  if (self->project == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->project, self);
  g_signal_handlers_disconnect_by_data (pel_project_get_models (self->project), self);
  gtk_list_box_bind_model (self->models, NULL, NULL, NULL, NULL);
  g_clear_object (&self->project);
}

static void
on_project_changed (PelTrainPage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *minutes;

  leave_project (self);
  drop_job (self);
  self->offered = FALSE;
  g_set_object (&self->project, project);
  if (project != NULL)
    {
      g_signal_connect_object (project, "items-changed", G_CALLBACK (update_data), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_project_get_models (project), "items-changed",
                               G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
      gtk_list_box_bind_model (self->models, pel_project_get_models (project), make_row, self,
                               NULL);
      on_models_changed (self);
      minutes = pel_project_get_setting (project, "training-minutes");
      if (minutes != NULL)
        gtk_spin_button_set_value (self->form.minutes, g_ascii_strtod (minutes, NULL));
    }
  set_problem (self, NULL);
  update_run (self);
  update_data (self);
}

static void
on_map (PelTrainPage *self)
{
  if (self->workspace != NULL)
    update_data (self);
}

/* A zero in these fields means that the program chooses. */
static gboolean
on_auto_output (GtkSpinButton *button, gpointer data)
{
  if (gtk_spin_button_get_value (button) != 0.0)
    return FALSE;
  /* Translators: in a number field: the program chooses the value. */
  gtk_editable_set_text (GTK_EDITABLE (button), _ ("auto"));
  return TRUE;
}

static int
on_auto_input (GtkSpinButton *button, double *value, gpointer data)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (button)), _ ("auto")) != 0)
    return FALSE;
  *value = 0.0;
  return TRUE;
}

/* Life */

static void
pel_train_page_dispose (GObject *object)
{
  PelTrainPage *self = PEL_TRAIN_PAGE (object);

  drop_job (self);
  if (self->content != NULL)
    leave_project (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_train_page_parent_class)->dispose (object);
}

static void
pel_train_page_class_init (PelTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_train_page_dispose;
  g_type_ensure (PEL_TYPE_TRAINING_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-train-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelTrainPage, name)
#define BIND_FORM(name)                                                                            \
  gtk_widget_class_bind_template_child_full (widget_class, #name, FALSE,                           \
                                             G_STRUCT_OFFSET (PelTrainPage, form.name))
  BIND (content);
  BIND (panel);
  BIND (setup_box);
  BIND (data_summary);
  BIND (data_advice);
  BIND (init);
  BIND (name);
  BIND (start);
  BIND (start_problem);
  BIND (resume_box);
  BIND (resume_text);
  BIND (models_section);
  BIND (models);
  BIND_FORM (minutes);
  BIND_FORM (preset);
  BIND_FORM (task);
  BIND_FORM (base_channels);
  BIND_FORM (depth);
  BIND_FORM (patch);
  BIND_FORM (batch);
  BIND_FORM (rate);
  BIND_FORM (loss);
  BIND_FORM (optimizer);
  BIND_FORM (seed);
#undef BIND
#undef BIND_FORM
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_resume);
  gtk_widget_class_bind_template_callback (widget_class, on_auto_output);
  gtk_widget_class_bind_template_callback (widget_class, on_auto_input);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
on_preset_chosen (PelTrainPage *self)
{
  pel_training_form_load_preset (&self->form);
}

static void
pel_train_page_init (PelTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_training_form_load_preset (&self->form);
  g_signal_connect_object (self->form.preset, "notify::selected", G_CALLBACK (on_preset_chosen),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
}

GtkWidget *
pel_train_page_new (void)
{
  return g_object_new (PEL_TYPE_TRAIN_PAGE, NULL);
}

void
pel_train_page_set_workspace (PelTrainPage *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::next-step", G_CALLBACK (update_data), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_model), self,
                           G_CONNECT_SWAPPED);
  on_project_changed (self);
}

gboolean
pel_train_page_get_can_start (PelTrainPage *self)
{
  guint n;

  g_return_val_if_fail (PEL_IS_TRAIN_PAGE (self), FALSE);

  if (self->project == NULL || pel_project_get_read_only (self->project) ||
      get_running (self) != NULL)
    return FALSE;
  n = pel_project_get_n_images (self->project);
  for (guint i = 0; i < n; i++)
    {
      PelImageDocument *document = pel_project_get_image (self->project, i);

      if (!pel_image_document_get_validation (document) && is_learnt_from (document))
        return TRUE;
    }
  return FALSE;
}

void
pel_train_page_toggle (PelTrainPage *self)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (get_running (self) != NULL)
    pel_training_panel_toggle_paused (self->panel);
  else
    on_start (self);
}

void
pel_train_page_resume (PelTrainPage *self)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  on_resume (self);
}

void
pel_train_page_set_suggested (PelTrainPage *self, gboolean suggested)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (self->suggested == suggested)
    return;
  self->suggested = suggested;
  if (suggested)
    gtk_widget_add_css_class (self->start, "pel-glow");
  else
    gtk_widget_remove_css_class (self->start, "pel-glow");
}
