/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-train-fixture.h"
#include "ui/window/pel-augment-window.h"
#include "ui/window/pel-batch-window.h"
#include "ui/window/pel-learning-window.h"

/* A letter with Alt leads to one control: where two have the same, it would only move between them.
 */

typedef struct
{
  GHashTable *letters; /* → the text that has it */
  guint n_twice;
} Letters;

static void
unfold (GtkWidget *widget)
{
  if (GTK_IS_EXPANDER (widget))
    gtk_expander_set_expanded (GTK_EXPANDER (widget), TRUE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    unfold (child);
}

static void
collect (Letters *letters, GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget) &&
      gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)) != GDK_KEY_VoidSymbol)
    {
      gpointer key = GUINT_TO_POINTER (gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)));
      const char *text = gtk_label_get_label (GTK_LABEL (widget));
      const char *other = g_hash_table_lookup (letters->letters, key);

      if (other != NULL)
        {
          g_test_message ("“%s” and “%s” have one letter", other, text);
          letters->n_twice++;
        }
      g_hash_table_insert (letters->letters, key, (gpointer)text);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (letters, child);
}

/* Something to review and to cut anew. */
static void
predict (TrainFixture *fixture)
{
  PelImageDocument *document = pel_workspace_get_document (fixture->workspace);
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 9);

  pel_image_document_set_prediction (document, labels, NULL, 0.5, "one");
}

static guint
count_twice (GtkWidget *window, guint at_least)
{
  Letters letters = { g_hash_table_new (NULL, NULL), 0 };

  unfold (window);
  pel_widget_test_run (100);
  collect (&letters, window);
  g_assert_cmpuint (g_hash_table_size (letters.letters), >=, at_least);
  g_hash_table_unref (letters.letters);
  return letters.n_twice;
}

static void
test_pages (TrainFixture *fixture, gconstpointer data)
{
  /* So many letters are there at least, those in folded parts among them. */
  static const struct
  {
    const char *mode;
    guint n_letters;
  } pages[] = { { "annotate", 12 }, { "train", 18 }, { "review", 14 }, { "measure", 8 } };
  static const char *const of_channels[] = { "channel", "tone_channel" };
  guint n_twice = 0;

  train_add_model (fixture, "one", 3, 0.5);
  predict (fixture);
  /* What an image with several channels has on top. */
  for (guint i = 0; i < G_N_ELEMENTS (of_channels); i++)
    {
      GtkWidget *chooser = pel_widget_test_find_id (GTK_WIDGET (fixture->window), of_channels[i]);

      g_assert_nonnull (chooser);
      gtk_widget_set_visible (gtk_widget_get_parent (chooser), TRUE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      pel_window_set_mode (fixture->window, pages[i].mode);
      pel_widget_test_run (300);
      n_twice += count_twice (GTK_WIDGET (fixture->window), pages[i].n_letters);
    }
  g_assert_cmpuint (n_twice, ==, 0);
}

/* Windows beside it. */
static void
test_windows (TrainFixture *fixture, gconstpointer data)
{
  static const char *const actions[] = { "augmentation", "learning-curve", "models", "batch" };
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_twice = 0;

  train_add_model (fixture, "one", 3, 0.5);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), actions[i], NULL);
      test_wait_for (!train_is_busy (fixture));
      pel_widget_test_run (300);
      for (guint k = 0; k < g_list_model_get_n_items (windows); k++)
        {
          g_autoptr (GtkWidget) window = g_list_model_get_item (windows, k);

          if (window == GTK_WIDGET (fixture->window) || !gtk_widget_get_mapped (window))
            continue;
          n_twice += count_twice (window, 0);
        }
    }
  g_assert_cmpuint (n_twice, ==, 0);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add ("/mnemonics/pages", TrainFixture, NULL, train_set_up, test_pages, train_tear_down);
  g_test_add ("/mnemonics/windows", TrainFixture, NULL, train_set_up, test_windows,
              train_tear_down);
  return g_test_run ();
}
