/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-augment-window.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-augment-job.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/pages/pel-augment-controls.h"

#define N_COLUMNS 4
#define N_ROWS 3
#define N_PATCHES (N_COLUMNS * N_ROWS)

struct _PelAugmentWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  PelTrainConfig config;
  char *init_path;
  PelAugmentChoice *choice;
  gboolean stale;      /* the choice has changed since the work under way began */
  PelAugmentJob *job;  /* the one under way, or NULL */
  PelAugmentJob *done; /* the one that is shown, or NULL */
  guint n_drawn;

  GtkStack *stack;
  GtkWidget *grid;
  GtkPicture *pictures[N_PATCHES];
  GtkLabel *caption;
  AdwStatusPage *problem;
  GtkWidget *spinner;
  GtkWidget *again;
  GtkToggleButton *unchanged;
  GtkDropDown *strength;
  GtkBox *controls;
};

G_DEFINE_FINAL_TYPE (PelAugmentWindow, pel_augment_window, ADW_TYPE_WINDOW)

/* In words */

static void
add_phrase (GString *text, char *phrase)
{
  if (text->len > 0)
    /* Translators: between the parts of a list. */
    g_string_append (text, _ (", "));
  g_string_append (text, phrase);
  g_free (phrase);
}

static void
describe_shape (const PelAugmentConfig *config, GString *text)
{
  if (config->flips)
    add_phrase (text, g_strdup (_ ("mirrored and turned by right angles")));
  if (!(config->warp_share > 0.0))
    return;
  if (config->rotation > 0.0)
    /* Translators: an angle in degrees. */
    add_phrase (text, g_strdup_printf (_ ("turned by up to %.0f°"), config->rotation));
  if (config->scale > 1.0)
    add_phrase (text, g_strdup_printf (_ ("up to %.0f %% larger or smaller"),
                                       100.0 * (config->scale - 1.0)));
  if (config->elastic > 0.0)
    add_phrase (text, g_strdup (_ ("stretched like rubber")));
}

static void
describe_light (const PelAugmentConfig *config, GString *text)
{
  if (config->brightness > 0.0 || config->contrast > 1.0 || config->gamma > 1.0)
    add_phrase (text, g_strdup (_ ("brighter or darker, with more or less contrast")));
  if (config->blur > 0.0 && config->blur_share > 0.0)
    add_phrase (text, g_strdup (_ ("some blurred")));
  if (config->noise > 0.0 && config->noise_share > 0.0)
    add_phrase (text, g_strdup (_ ("some noisy")));
  if (config->invert_share > 0.0)
    add_phrase (text, g_strdup (_ ("some as their negative")));
}

static char *
describe (const PelAugmentConfig *config)
{
  g_autoptr (GString) text = g_string_new (NULL);

  describe_shape (config, text);
  describe_light (config, text);
  if (text->len == 0)
    return g_strdup (_ ("These settings change nothing at random."));
  /* Translators: %s is a list such as "mirrored, turned by up to 180°, some noisy". */
  return g_strdup_printf (_ ("The network never sees the same piece twice: %s. Outlines are your "
                             "cells, changed alike; hatched parts do not count."),
                          text->str);
}

/* Showing */

static void
show_pictures (PelAugmentWindow *self)
{
  gboolean changed = !gtk_toggle_button_get_active (self->unchanged);
  int side = (int)pel_augment_job_get_side (self->done);

  for (guint i = 0; i < N_PATCHES; i++)
    {
      g_autoptr (GdkTexture) texture = gdk_memory_texture_new (
          side, side, GDK_MEMORY_R8G8B8, pel_augment_job_get_picture (self->done, i, changed),
          (gsize)side * 3);
      /* Translators: the number of a piece of an image. */
      g_autofree char *label = g_strdup_printf (
          changed ? _ ("Piece %u with its random changes") : _ ("Piece %u as it is"), i + 1);

      gtk_picture_set_paintable (self->pictures[i], GDK_PAINTABLE (texture));
      gtk_picture_set_alternative_text (self->pictures[i], label);
    }
}

static void
update (PelAugmentWindow *self)
{
  gboolean drawing = self->job != NULL;

  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), drawing);
  gtk_widget_set_sensitive (GTK_WIDGET (self->unchanged), self->done != NULL);
  /* What is shown is of before. */
  gtk_widget_set_opacity (self->grid, drawing ? 0.5 : 1.0);
  gtk_widget_set_sensitive (self->again, !drawing);
}

static void
drop_job (PelAugmentWindow *self)
{
  g_autoptr (PelAugmentJob) job = g_steal_pointer (&self->job);

  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  pel_job_cancel (PEL_JOB (job));
}

static void
show_problem (PelAugmentWindow *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem, text);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

static void redraw (PelAugmentWindow *self);

static void
on_finished (PelAugmentWindow *self)
{
  g_autoptr (PelAugmentJob) job = g_steal_pointer (&self->job);

  if (pel_augment_job_get_n_patches (job) == N_PATCHES)
    {
      g_autofree char *text = describe (pel_augment_job_get_config (job));

      g_set_object (&self->done, job);
      self->n_drawn++;
      show_pictures (self);
      gtk_label_set_text (self->caption, text);
      gtk_stack_set_visible_child_name (self->stack, "result");
    }
  else if (pel_job_get_error (PEL_JOB (job)) != NULL)
    show_problem (self, pel_job_get_error (PEL_JOB (job))->message);
  else if (self->done == NULL)
    show_problem (self, _ ("Drawing was stopped."));
  if (self->stale && self->done != NULL)
    redraw (self);
  update (self);
}

/* Takes the reference. */
static void
run (PelAugmentWindow *self, PelAugmentJob *job)
{
  drop_job (self);
  self->job = job;
  self->stale = FALSE;
  pel_augment_job_set_augment (job, pel_augment_choice_get_config (self->choice));
  g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
  update (self);
}

static void
draw_first (PelAugmentWindow *self)
{
  g_autoptr (GPtrArray) items =
      pel_project_list_training_items (pel_workspace_get_project (self->workspace));

  gtk_stack_set_visible_child_name (self->stack, "drawing");
  run (self, pel_augment_job_new (&self->config, items, self->init_path, N_PATCHES));
}

/* The same pieces with what is chosen now. */
static void
redraw (PelAugmentWindow *self)
{
  if (self->done != NULL)
    run (self, pel_augment_job_new_again (self->done));
  else
    draw_first (self);
}

/* Work under way is let finish first, so that something is seen while a value is on the move. */
static void
on_choice_changed (PelAugmentWindow *self)
{
  if (self->job != NULL)
    self->stale = TRUE;
  else
    redraw (self);
}

void
pel_augment_window_draw_again (PelAugmentWindow *self)
{
  g_return_if_fail (PEL_IS_AUGMENT_WINDOW (self));

  if (self->done != NULL)
    run (self, pel_augment_job_new_next (self->done));
  else
    draw_first (self);
}

/* Life */

static void
pel_augment_window_dispose (GObject *object)
{
  PelAugmentWindow *self = PEL_AUGMENT_WINDOW (object);

  drop_job (self);
  g_clear_object (&self->done);
  g_clear_object (&self->choice);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_augment_window_parent_class)->dispose (object);
}

static void
pel_augment_window_finalize (GObject *object)
{
  g_free (PEL_AUGMENT_WINDOW (object)->init_path);
  G_OBJECT_CLASS (pel_augment_window_parent_class)->finalize (object);
}

static void
pel_augment_window_class_init (PelAugmentWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_augment_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_augment_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-augment-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelAugmentWindow, name)
  BIND (stack);
  BIND (grid);
  BIND (caption);
  BIND (problem);
  BIND (spinner);
  BIND (again);
  BIND (unchanged);
  BIND (strength);
  BIND (controls);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, pel_augment_window_draw_again);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
on_unchanged (PelAugmentWindow *self)
{
  if (self->done != NULL)
    show_pictures (self);
}

static void
pel_augment_window_init (PelAugmentWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_shortcuts_install_side (GTK_WINDOW (self));
  for (int i = 0; i < N_PATCHES; i++)
    {
      GtkWidget *picture = gtk_picture_new ();

      gtk_widget_set_hexpand (picture, TRUE);
      gtk_widget_set_vexpand (picture, TRUE);
      gtk_widget_set_size_request (picture, 96, 96);
      gtk_grid_attach (GTK_GRID (self->grid), picture, i % N_COLUMNS, i / N_COLUMNS, 1, 1);
      self->pictures[i] = GTK_PICTURE (picture);
    }
  g_signal_connect_object (self->unchanged, "toggled", G_CALLBACK (on_unchanged), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
pel_augment_window_new (PelWorkspace *workspace,
                        const PelTrainConfig *config,
                        const char *init_path,
                        PelAugmentChoice *choice,
                        GtkWindow *parent)
{
  PelAugmentWindow *self = g_object_new (PEL_TYPE_AUGMENT_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  self->config = *config;
  self->init_path = g_strdup (init_path);
  self->choice = g_object_ref (choice);
  pel_augment_strength_bind (self->strength, choice);
  gtk_box_append (self->controls, pel_augment_values_new (choice));
  g_signal_connect_object (choice, "changed", G_CALLBACK (on_choice_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  pel_augment_window_draw_again (self);
  return GTK_WIDGET (self);
}

const char *
pel_augment_window_get_page (PelAugmentWindow *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

gboolean
pel_augment_window_get_drawing (PelAugmentWindow *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_WINDOW (self), FALSE);

  return self->job != NULL;
}

guint
pel_augment_window_get_n_drawn (PelAugmentWindow *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_WINDOW (self), 0);

  return self->n_drawn;
}
