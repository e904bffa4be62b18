/* SPDX-License-Identifier: MIT */
/* What whoever has no mouse needs of the window: lists begin where one is, Enter takes a number,
 * and what is told of a cell is true after it was changed. */
#include "tests/ui/pel-train-fixture.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/keys/pel-command.h"
#include "ui/keys/pel-key-map.h"
#include "ui/window/pel-status-bar.h"
#include "ui/window/pel-window-private.h"

#define N_STEPS 40

/* A new cell of the image on show, as one step. */
static void
paint (TrainFixture *fixture, guint32 label, double x, double y, double radius)
{
  PelImageDocument *document = pel_workspace_get_document (fixture->workspace);
  PelMask *mask = pel_image_document_get_mask (document);
  g_autofree char *name = g_strdup_printf ("Step %u", label);
  const PelDab dab = { x, y, radius, x, y, radius, label, FALSE, FALSE };

  pel_mask_begin_stroke (mask, name);
  pel_mask_paint (mask, &dab);
  g_assert_true (pel_mask_end_stroke (mask, pel_image_document_get_undo (document)));
}

/* The text of the row that has the focus, or nothing. */
static const char *
get_focused_row (TrainFixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (fixture->window->history_list)))
    return "";
  return gtk_label_get_text (GTK_LABEL (pel_widget_test_find (focus, GTK_TYPE_LABEL)));
}

/* The row of where the image is has the focus, the first time as well. */
static void
test_history (TrainFixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint position;
    const char *row;
  } cases[] = { { N_STEPS, "Step 240" }, { N_STEPS - 3, "Step 237" }, { 2, "Step 202" } };
  PelWindow *window = fixture->window;
  PelUndo *undo = pel_image_document_get_undo (pel_workspace_get_document (fixture->workspace));

  for (guint i = 1; i <= N_STEPS; i++)
    paint (fixture, 200 + i, 2 + 2 * i, 60, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      pel_history_list_go_to (window->history_list, cases[i].position);
      if (i > 0)
        test_wait_for (pel_undo_get_position (undo) == cases[i].position);
      gtk_widget_activate_action (GTK_WIDGET (window), "win.history", NULL);
      test_wait_for (g_str_equal (get_focused_row (fixture), cases[i].row));
      gtk_popover_popdown (window->history_popover);
      test_wait_for (!gtk_widget_get_mapped (GTK_WIDGET (window->history_popover)));
    }
}

/* Types a number into the dialog that an action opens, and presses Enter there. */
static void
type_number (TrainFixture *fixture, const char *action, const char *number)
{
  GtkWidget *text;

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL);
  test_wait_for (pel_widget_test_find_dialog () != NULL);
  text = pel_widget_test_find (GTK_WIDGET (pel_widget_test_find_dialog ()), GTK_TYPE_TEXT);
  g_assert_nonnull (text);
  gtk_editable_set_text (GTK_EDITABLE (text), number);
  g_signal_emit_by_name (text, "activate");
  test_wait_for (pel_widget_test_find_dialog () == NULL);
}

static void
test_numbers (TrainFixture *fixture, gconstpointer data)
{
  PelDisplay *display = pel_workspace_get_display (fixture->workspace);
  PelMask *mask = pel_image_document_get_mask (pel_workspace_get_document (fixture->workspace));
  const guint32 label = 1, other = 77;
  guint64 size = pel_mask_get_label_size (mask, label);

  g_assert_true (pel_mask_has_label (mask, label));
  pel_display_set_selection (display, &label, 1);
  type_number (fixture, "win.resize-cells", "-4");
  test_wait_for (pel_mask_get_label_size (mask, label) != size);
  /* A disc with a radius of 9 has one of 5 by now. */
  g_assert_cmpuint (pel_mask_get_label_size (mask, label), >, 60);
  g_assert_cmpuint (pel_mask_get_label_size (mask, label), <, 100);
  type_number (fixture, "win.change-number", "77");
  test_wait_for (pel_mask_has_label (mask, other));
  g_assert_false (pel_mask_has_label (mask, label));
}

/* The cell under a pointer that rests is another one after an edit, and its diameter as well. */
static void
test_told_again (TrainFixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;
  PelCanvas *canvas = window->canvas;
  double x, y;

  test_wait_for (canvas->view.width > 0 && canvas->view.image_width > 0 &&
                 pel_canvas_is_settled (canvas));
  paint (fixture, 300, 80.5, 30.5, 4);
  pel_viewport_from_image (&canvas->view, 80.5, 30.5, &x, &y);
  pel_canvas_pointer_motion (canvas, x, y, 1, 0);
  /* A disc of 49 pixels, and one of 149. */
  test_wait_for (strstr (pel_status_bar_get_text (window->status_bar), "⌀ 7.90") != NULL);
  paint (fixture, 300, 80.5, 30.5, 7);
  test_wait_for (strstr (pel_status_bar_get_text (window->status_bar), "⌀ 7.90") == NULL);
  g_assert_nonnull (strstr (pel_status_bar_get_text (window->status_bar), "⌀ 13.8"));
}

/* The key for importing cells is the one that GTK opens its inspector with. */
static void
test_inspector (TrainFixture *fixture, gconstpointer data)
{
  guint n = g_list_model_get_n_items (gtk_window_get_toplevels ());
  gboolean handled = TRUE;

  g_signal_emit_by_name (fixture->window, "enable-debugging", FALSE, &handled);
  g_assert_false (handled);
  pel_widget_test_run (20);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, n);
}

/* How many tooltips of a window, on show or not, are as @func asks. */
static guint
count_tooltips (GtkWidget *widget,
                gboolean (*func) (const char *text, gpointer data),
                gpointer data)
{
  const char *text = gtk_widget_get_tooltip_text (widget);
  guint n = text != NULL && func (text, data);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_tooltips (child, func, data);
  return n;
}

static gboolean
names_two_keys (const char *text, gpointer data)
{
  return strstr (text, ") (") != NULL;
}

static gboolean
has_text (const char *text, gpointer data)
{
  return strstr (text, data) != NULL;
}

/* A tooltip names its key once, and the one that the user gave it. */
static void
test_tooltips (TrainFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *command, *text, *before;
  } cases[] = {
    { "accept-all", "your own cells stay", " (Shift+Return on the picture)" },
    { "accept-selected", "take the cell into the mask", " (Return on the picture)" },
    { "delete-selected", "This is no cell", " (Delete on the picture)" },
    { "review-next", "The next doubtful cell", NULL },
    { "review-previous", "The doubtful cell before", NULL },
    { "next-uncertain", "would teach the model most", " (U)" },
    { "protect", "Paint only where no other cell is", " (K)" },
    { "new-cell", "The next stroke begins a new cell", " (N)" },
    { "show-outlines", "Draw the edge of every cell", " (O)" },
    { "show-fill", "Fill the cells with colour", " (G)" },
    { "auto-levels", "to what the image holds", " (C)" },
    { "export-report", "scale and methods", " (Ctrl+Alt+E)" },
  };
  GtkWidget *window = GTK_WIDGET (fixture->window);
  PelKeyMap *map = pel_key_map_get_for_display (gdk_display_get_default ());

  g_assert_cmpuint (count_tooltips (window, names_two_keys, NULL), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PelCommand *command = pel_command_find (cases[i].command);
      g_autofree char *before = g_strconcat (cases[i].text, cases[i].before, NULL);
      g_autofree char *after = g_strconcat (cases[i].text, " (Ctrl+F4", NULL);

      g_test_message ("%s", before);
      g_assert_cmpuint (count_tooltips (window, has_text, before), >=, 1);
      pel_key_map_set_key (map, command, GDK_KEY_F4, GDK_CONTROL_MASK);
      g_assert_cmpuint (count_tooltips (window, has_text, after), >=, 1);
      if (cases[i].before != NULL)
        g_assert_cmpuint (count_tooltips (window, has_text, before), ==, 0);
      pel_key_map_reset (map, command);
    }
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/window-keys/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("history", test_history);
  ADD ("numbers", test_numbers);
  ADD ("told-again", test_told_again);
  ADD ("inspector", test_inspector);
  ADD ("tooltips", test_tooltips);
#undef ADD
  return g_test_run ();
}
