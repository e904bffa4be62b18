/* SPDX-License-Identifier: MIT */
/* What screen readers and keys find of the tools: every button of the palette, and every option of
 * the page beside it. */
#include "tests/ui/pel-ui-test.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas.h"
#include "ui/canvas/pel-tool-palette.h"
#include "ui/keys/pel-command.h"
#include "ui/keys/pel-key-map.h"
#include "ui/pages/pel-annotate-page.h"
#include "ui/tools/pel-tool.h"

/* The role of its own came later. */
#if GTK_CHECK_VERSION(4, 10, 0)
#define TOGGLE_ROLE GTK_ACCESSIBLE_ROLE_TOGGLE_BUTTON
#else
#define TOGGLE_ROLE GTK_ACCESSIBLE_ROLE_BUTTON
#endif

static GtkWidget *
get_nth_child (GtkWidget *widget, guint n)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while (child != NULL && n-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

/* Each button has its name, says its key and what it does, and takes its tool when it is activated
 * by Enter; the one of the tool in the hand is pressed. */
static void
test_buttons (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  PelCanvas *canvas = PEL_CANVAS (pel_canvas_new ());
  GtkWidget *palette = pel_tool_palette_new (canvas);
  PelKeyMap *map = pel_key_map_get_for_display (gdk_display_get_default ());
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_box_append (GTK_BOX (box), palette);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (canvas));
  gtk_window_present (GTK_WINDOW (window));
  pel_test_iterate (50);
  gtk_test_accessible_assert_role (palette, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (palette, GTK_ACCESSIBLE_PROPERTY_LABEL, "Tools");
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *button = get_nth_child (palette, i);
      g_autofree char *command = g_strconcat ("tool-", infos[i].id, NULL);
      g_autofree char *key = pel_key_map_get_label (map, pel_command_find (command));
      g_autofree char *first = g_strdup_printf ("%s (%s)\n", infos[i].title, key);
      const char *tooltip = gtk_widget_get_tooltip_text (button);

      gtk_test_accessible_assert_role (button, TOGGLE_ROLE);
      gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, infos[i].title);
      gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, key);
      g_assert_true (g_str_has_prefix (tooltip, first));
      g_assert_true (g_str_has_suffix (tooltip, infos[i].tooltip));
      g_assert_true (gtk_widget_get_focusable (button));
      g_assert_true (gtk_widget_activate (button));
      /* It is seen to go down first. */
      for (guint k = 0; k < 100 && !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)); k++)
        pel_test_iterate (50);
      g_assert_cmpstr (pel_canvas_get_tool_id (canvas), ==, infos[i].id);
      gtk_test_accessible_assert_state (button, GTK_ACCESSIBLE_STATE_PRESSED,
                                        GTK_ACCESSIBLE_TRISTATE_TRUE);
      gtk_test_accessible_assert_state (get_nth_child (palette, i > 0 ? 0 : 1),
                                        GTK_ACCESSIBLE_STATE_PRESSED,
                                        GTK_ACCESSIBLE_TRISTATE_FALSE);
    }
  g_assert_null (get_nth_child (palette, n));
  gtk_window_destroy (GTK_WINDOW (window));
  pel_test_iterate (20);
}

static const struct
{
  const char *id;
  GtkAccessibleRole role;
  const char *label; /* NULL where the text beside it is its label */
} options[] = {
  { "brush_scale", GTK_ACCESSIBLE_ROLE_SLIDER, "Brush size" },
  { "brush_spin", GTK_ACCESSIBLE_ROLE_SPIN_BUTTON, "Brush size in pixels" },
  { "brush_mode", GTK_ACCESSIBLE_ROLE_COMBO_BOX, NULL },
  { "protect", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "auto_new", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "complete", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "validation", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "show_outlines", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "show_fill", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "opacity", GTK_ACCESSIBLE_ROLE_SLIDER, "Opacity of the fill" },
  { "show_diameters", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
  { "low", GTK_ACCESSIBLE_ROLE_SPIN_BUTTON, "Value shown as black" },
  { "high", GTK_ACCESSIBLE_ROLE_SPIN_BUTTON, "Value shown as white" },
  { "gamma", GTK_ACCESSIBLE_ROLE_SLIDER, "Gamma" },
  { "channel", GTK_ACCESSIBLE_ROLE_COMBO_BOX, NULL },
  { "tone_channel", GTK_ACCESSIBLE_ROLE_COMBO_BOX, NULL },
  { "invert", GTK_ACCESSIBLE_ROLE_SWITCH, NULL },
};

static void
test_options (void)
{
  GtkWidget *page = g_object_ref_sink (pel_annotate_page_new ());

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      GtkWidget *option = pel_widget_test_find_id (page, options[i].id);

      g_assert_nonnull (option);
      gtk_test_accessible_assert_role (option, options[i].role);
      if (options[i].label != NULL)
        gtk_test_accessible_assert_property (option, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                             options[i].label);
      else
        {
          g_autofree char *id = g_strconcat (options[i].id, "_label", NULL);
          GtkWidget *text = pel_widget_test_find_id (page, id);

          g_assert_nonnull (text);
          g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (text)), !=, "");
          gtk_test_accessible_assert_relation (option, GTK_ACCESSIBLE_RELATION_LABELLED_BY, text,
                                               NULL);
          /* Alt and a letter of the text goes there. */
          g_assert_true (gtk_label_get_mnemonic_widget (GTK_LABEL (text)) == option);
        }
    }
  g_assert_finalize_object (page);
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/tool-palette/buttons", test_buttons);
  g_test_add_func ("/tool-palette/options", test_options);
  return g_test_run ();
}
