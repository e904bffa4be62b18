/* SPDX-License-Identifier: MIT */
/* What the window suggests as the next step is said of the image on show, and of no other; and what
 * it says of a training that is to wait. */
#include <glib/gi18n-lib.h>

#include "app/document/pel-training-job.h"
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-train-page.h"
#include "ui/pages/pel-training-buttons.h"
#include "ui/window/pel-window-private.h"

#define DONE "This image is done. See its measurements."
#define PREDICT "There is a model. Let it find the cells in this image."

/* The hint, NULL where there is none. */
static const char *
get_hint (TrainFixture *fixture)
{
  return gtk_widget_get_visible (fixture->window->hint)
             ? gtk_label_get_text (fixture->window->hint_text)
             : NULL;
}

typedef struct
{
  TrainFixture *fixture;
  guint n_frames;
  guint n_wrong;
} Watch;

/* Before every frame that is drawn. */
static gboolean
look (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Watch *watch = data;

  watch->n_frames++;
  watch->n_wrong += g_strcmp0 (get_hint (watch->fixture), _ (DONE)) == 0;
  return G_SOURCE_CONTINUE;
}

/* Chooses an image that is not done, from one that is. */
static void
choose (TrainFixture *fixture, guint position)
{
  Watch watch = { .fixture = fixture };
  PelImageDocument *image = pel_project_get_image (fixture->project, position);
  guint tick;

  pel_workspace_set_document (fixture->workspace, pel_project_get_image (fixture->project, 0));
  test_wait_for (g_strcmp0 (get_hint (fixture), _ (DONE)) == 0);
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (fixture->window), look, &watch, NULL);
  pel_workspace_set_document (fixture->workspace, image);
  test_wait_for (g_strcmp0 (get_hint (fixture), _ (PREDICT)) == 0 && watch.n_frames > 0);
  g_assert_true (pel_image_document_get_loaded (image));
  g_assert_cmpuint (watch.n_wrong, ==, 0);
  gtk_widget_remove_tick_callback (GTK_WIDGET (fixture->window), tick);
}

static void
test_another_image (TrainFixture *fixture, gconstpointer data)
{
  train_add_model (fixture, "one", 3, 0.5);
  pel_window_set_mode (fixture->window, "train");
  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_complete (pel_project_get_image (fixture->project, i), i == 0);
  /* One that was never read, and one that was. */
  g_assert_false (pel_image_document_get_loaded (pel_project_get_image (fixture->project, 3)));
  choose (fixture, 3);
  g_assert_true (pel_image_document_get_loaded (pel_project_get_image (fixture->project, 3)));
  choose (fixture, 3);
}

/* What an image holds is not guessed before it is read. */
static void
test_unread_image (TrainFixture *fixture, gconstpointer data)
{
  PelImageDocument *image = pel_project_get_image (fixture->project, 4);

  train_add_model (fixture, "one", 3, 0.5);
  pel_window_set_mode (fixture->window, "train");
  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_complete (pel_project_get_image (fixture->project, i), TRUE);
  test_wait_for (g_strcmp0 (get_hint (fixture), _ (DONE)) == 0);
  pel_workspace_set_document (fixture->workspace, image);
  g_assert_false (pel_image_document_get_loaded (image));
  g_assert_null (get_hint (fixture));
  test_wait_for (pel_image_document_get_loaded (image));
  g_assert_cmpstr (get_hint (fixture), ==, _ (DONE));
}

/* Pausing */

static GtkButton *
find_button (GtkWidget *widget, const char *label)
{
  GtkButton *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return GTK_BUTTON (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);
  return found;
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  gboolean found =
      GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); !found && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = says (child, text);
  return found;
}

static void
count (gpointer object, gpointer pspec, guint *n)
{
  (*n)++;
}

/* A training that is told to wait finishes its step first, or its check of the model: until then
 * nothing says that it waits. */
static void
test_pausing (TrainFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = pel_project_get_models_path (fixture->project);
  g_autofree char *path = g_build_filename (folder, "long.safetensors", NULL);
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  GtkWidget *buttons = g_object_ref_sink (g_object_new (PEL_TYPE_TRAINING_BUTTONS, NULL));
  GtkWidget *bar = GTK_WIDGET (fixture->window->status_bar);
  g_autoptr (PelTrainingJob) job = NULL;
  PelTrainConfig config;
  guint n_states = 0;

  test_small_config (&config, 100000, 3);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_training_buttons_set_job (PEL_TRAINING_BUTTONS (buttons), job);
  pel_job_runner_submit (pel_workspace_get_runner (fixture->workspace), PEL_JOB (job));
  test_wait_for (pel_training_job_get_step (job) > 0);
  g_assert_nonnull (find_button (buttons, _ ("_Pause")));

  for (guint turn = 0; turn < 3; turn++)
    {
      g_assert_false (pel_training_job_get_is_waiting (job));
      pel_training_buttons_toggle_paused (PEL_TRAINING_BUTTONS (buttons));
      /* Nothing of the thread has been heard since. */
      g_assert_true (pel_training_job_get_paused (job));
      g_assert_false (pel_training_job_get_is_waiting (job));
      g_assert_nonnull (find_button (buttons, _ ("_Pausing…")));
      g_assert_true (says (bar, _ ("pausing…")));
      g_assert_false (says (bar, _ ("paused")));
      n_states = 0;
      g_signal_connect (job, "notify::state", G_CALLBACK (count), &n_states);
      test_wait_for (pel_training_job_get_is_waiting (job));
      g_assert_cmpuint (n_states, ==, 1);
      g_signal_handlers_disconnect_by_data (job, &n_states);
      g_assert_nonnull (find_button (buttons, _ ("_Resume")));
      g_assert_true (says (bar, _ ("paused")));

      pel_training_buttons_toggle_paused (PEL_TRAINING_BUTTONS (buttons));
      g_assert_false (pel_training_job_get_is_waiting (job));
      g_assert_nonnull (find_button (buttons, _ ("_Pause")));
      g_assert_false (says (bar, _ ("paused")));
      /* It has gone on. */
      {
        guint step = pel_training_job_get_step (job);

        test_wait_for (pel_training_job_get_step (job) > step);
      }
    }
  /* Taken back before it waited. */
  pel_training_buttons_toggle_paused (PEL_TRAINING_BUTTONS (buttons));
  pel_training_buttons_toggle_paused (PEL_TRAINING_BUTTONS (buttons));
  g_assert_nonnull (find_button (buttons, _ ("_Pause")));
  /* Stopped while it waits: it is not about to wait then. */
  pel_training_buttons_toggle_paused (PEL_TRAINING_BUTTONS (buttons));
  test_wait_for (pel_training_job_get_is_waiting (job));
  pel_job_cancel (PEL_JOB (job));
  while (train_is_busy (fixture))
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_null (find_button (buttons, _ ("_Pausing…")));
    }
  g_assert_false (gtk_widget_get_visible (buttons));
  pel_training_buttons_set_job (PEL_TRAINING_BUTTONS (buttons), NULL);
  g_assert_finalize_object (buttons);
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/hint/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("another-image", test_another_image);
  ADD ("unread-image", test_unread_image);
  ADD ("pausing", test_pausing);
#undef ADD
  return g_test_run ();
}
