/* SPDX-License-Identifier: MIT */
/* The chooser of planes, points in time, pages and channels, in a real window on real files. */
#include <tiffio.h>

#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-ui-test.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/keys/pel-key-map.h"
#include "ui/window/pel-window-private.h"

#define WIDTH 96
#define HEIGHT 64
#define SIDE 16

typedef struct
{
  char *root;
  PelWindow *window;
  PelWorkspace *workspace;
  PelStackBar *bar;
} Fixture;

/* Where the bright square of a plane is: its row says the channel and the time, its column z. */
static void
place_of (guint z, guint t, guint channel, guint *x, guint *y)
{
  *x = 8 + 28 * z;
  *y = 6 + 16 * t + 30 * channel;
}

/* As ImageJ orders them: channels first, then z, then t; without @text a file of pages. */
static void
write_stack (const char *path, guint n_z, guint n_t, guint n_channels, const char *text)
{
  TIFF *tiff = TIFFOpen (path, "w");

  g_assert_nonnull (tiff);
  for (guint i = 0; i < n_z * n_t * n_channels; i++)
    {
      const guint channel = i % n_channels, z = i / n_channels % n_z, t = i / n_channels / n_z;
      guint left, top;

      place_of (z, t, channel, &left, &top);
      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, HEIGHT);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 8);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
      TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, HEIGHT);
      if (i == 0 && text != NULL)
        TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION, text);
      for (guint y = 0; y < HEIGHT; y++)
        {
          guint8 row[WIDTH];

          for (guint x = 0; x < WIDTH; x++)
            row[x] = x - left < SIDE && y - top < SIDE ? 220 : 30;
          g_assert_cmpint (TIFFWriteScanline (tiff, row, y, 0), ==, 1);
        }
      g_assert_cmpint (TIFFWriteDirectory (tiff), ==, 1);
    }
  TIFFClose (tiff);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autofree char *hyper = NULL;
  g_autofree char *pages = NULL;
  g_autofree char *single = NULL;
  g_autoptr (GFile) file = NULL;

  fixture->root = test_make_folder ();
  folder = g_build_filename (fixture->root, "project", NULL);
  hyper = g_build_filename (fixture->root, "hyper.tif", NULL);
  pages = g_build_filename (fixture->root, "pages.tif", NULL);
  single = g_build_filename (fixture->root, "single.png", NULL);
  write_stack (hyper, 3, 2, 2,
               "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n");
  write_stack (pages, 2, 1, 1, NULL);
  test_write_image (single, WIDTH, HEIGHT, 0);
  {
    g_autoptr (PelProject) project = test_create (folder);

    for (guint i = 0; i < 3; i++)
      {
        g_autoptr (PelImportReport) report = test_import (project,
                                                          i == 0   ? hyper
                                                          : i == 1 ? pages
                                                                   : single,
                                                          PEL_IMPORT_COPY);

        g_assert_nonnull (report);
      }
    g_assert_cmpuint (pel_project_get_n_images (project), ==, 6 + 2 + 1);
    g_assert_true (pel_project_close (project, NULL));
  }
  file = g_file_new_for_path (folder);
  fixture->window = pel_window_new (NULL);
  fixture->workspace = pel_window_get_workspace (fixture->window);
  fixture->bar = fixture->window->stack_bar;
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (fixture->window));
  pel_window_open_folder (fixture->window, file);
  test_wait_for (pel_workspace_get_editable (fixture->workspace));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  PelWindow *window = fixture->window;

  g_assert_true (pel_project_close (pel_workspace_get_project (fixture->workspace), NULL));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  test_wait_for (window == NULL);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
}

/* The page of a file, shown and loaded. */
static void
show (Fixture *fixture, const char *name, guint page)
{
  PelProject *project = pel_workspace_get_project (fixture->workspace);

  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    {
      PelImageDocument *image = pel_project_get_image (project, i);
      g_autofree char *file = g_path_get_basename (pel_image_document_get_path (image));

      if (!g_str_equal (file, name) || pel_image_document_get_page (image) != page)
        continue;
      pel_workspace_set_document (fixture->workspace, image);
      test_wait_for (pel_workspace_get_editable (fixture->workspace));
      /* What the file says of its planes is read in a thread. */
      pel_widget_test_run (150);
      return;
    }
  g_assert_not_reached ();
}

static void
wait_for_page (Fixture *fixture, guint page)
{
  test_wait_for (pel_image_document_get_page (pel_workspace_get_document (fixture->workspace)) ==
                 page);
  test_wait_for (pel_workspace_get_editable (fixture->workspace));
  pel_widget_test_run (100);
}

/* The nth visible widget of a type in the bar, in order. */
static GtkWidget *
find_nth (GtkWidget *widget, GType type, guint *n)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_nth (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
part (Fixture *fixture, GType type, guint n)
{
  return find_nth (GTK_WIDGET (fixture->bar), type, &n);
}

static void
assert_tooltip (GtkWidget *widget, const char *text, const char *id)
{
  g_autofree char *key = pel_key_map_get_label (
      pel_key_map_get_for_display (gdk_display_get_default ()), pel_command_find (id));
  /* What is no sign does something of its own in other controls too. */
  g_autofree char *expected =
      g_strdup_printf (strlen (key) == 1 ? "%s (%s)" : "%s (%s on the picture)", text, key);

  g_assert_nonnull (key);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (widget), ==, expected);
  gtk_test_accessible_assert_property (widget, GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, key);
}

/* How bright the picture is in the middle of a plane's square. */
static guint
brightness (Fixture *fixture, guint z, guint t, guint channel)
{
  PelCanvas *canvas = fixture->window->canvas;
  g_autofree guint32 *pixels = NULL;
  graphene_rect_t in, out;
  int width, height;
  guint x, y;
  guint32 pixel;

  place_of (z, t, channel, &x, &y);
  in = GRAPHENE_RECT_INIT ((float)x + SIDE / 2.0f, (float)y + SIDE / 2.0f, 1, 1);
  pel_test_settle (canvas);
  pel_canvas_from_image (canvas, &in, &out);
  pixels = pel_test_render (GTK_WIDGET (canvas), &width, &height);
  g_assert_true (out.origin.x > 0 && out.origin.x < width && out.origin.y > 0 &&
                 out.origin.y < height);
  pixel = pixels[(int)out.origin.y * width + (int)out.origin.x];
  return ((pixel >> 16 & 0xff) + (pixel >> 8 & 0xff) + (pixel & 0xff)) / 3;
}

static void
assert_shown (Fixture *fixture, guint z, guint t, guint channel)
{
  g_assert_true (pel_canvas_get_document (fixture->window->canvas) ==
                 pel_workspace_get_document (fixture->workspace));
  for (guint k = 0; k < 3; k++)
    for (guint i = 0; i < 2; i++)
      for (guint c = 0; c < 2; c++)
        {
          const guint found = brightness (fixture, k, i, c);

          if (k == z && i == t && c == channel)
            g_assert_cmpuint (found, >, 180);
          else
            g_assert_cmpuint (found, <, 80);
        }
}

static void
activate (Fixture *fixture, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action, NULL);
}

/* Names, roles, tooltips and keys of everything in it. */
static void
test_labels (Fixture *fixture, gconstpointer data)
{
  GtkWidget *z, *t, *channel;

  show (fixture, "hyper.tif", 0);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (fixture->bar)));
  gtk_test_accessible_assert_role (fixture->bar, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (fixture->bar, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Place in the stack");
  z = part (fixture, GTK_TYPE_SCALE, 0);
  t = part (fixture, GTK_TYPE_SCALE, 1);
  channel = part (fixture, GTK_TYPE_DROP_DOWN, 0);
  g_assert_true (z != NULL && t != NULL && channel != NULL);
  g_assert_null (part (fixture, GTK_TYPE_SCALE, 2));
  gtk_test_accessible_assert_role (z, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_test_accessible_assert_role (t, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_test_accessible_assert_role (channel, GTK_ACCESSIBLE_ROLE_COMBO_BOX);
  gtk_test_accessible_assert_property (z, GTK_ACCESSIBLE_PROPERTY_LABEL, "Plane of the stack (z)");
  gtk_test_accessible_assert_property (t, GTK_ACCESSIBLE_PROPERTY_LABEL, "Point in time (t)");
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (channel),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  assert_tooltip (z, "Plane of the stack (z)", "next-plane");
  assert_tooltip (t, "Point in time (t)", "next-time");
  assert_tooltip (channel, "Which channel of the image is shown", "next-channel");
  gtk_test_accessible_assert_property (z, GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 1.0);
  gtk_test_accessible_assert_property (z, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 3.0);
  gtk_test_accessible_assert_property (z, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 1.0);
  g_assert_true (gtk_widget_get_focusable (z) && gtk_widget_get_focusable (t));
  /* z, its place, t, its place, the channel's name */
  {
    static const char *const texts[] = { "z", "1 of 3", "t", "1 of 2", "Channel" };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (part (fixture, GTK_TYPE_LABEL, i))), ==,
                       texts[i]);
  }
  /* Pages of a file that says nothing of planes. */
  show (fixture, "pages.tif", 0);
  z = part (fixture, GTK_TYPE_SCALE, 0);
  g_assert_null (part (fixture, GTK_TYPE_SCALE, 1));
  g_assert_null (part (fixture, GTK_TYPE_DROP_DOWN, 0));
  gtk_test_accessible_assert_property (z, GTK_ACCESSIBLE_PROPERTY_LABEL, "Page of the file");
  assert_tooltip (z, "Page of the file", "next-plane");
  /* An image alone has nothing to choose. */
  show (fixture, "single.png", 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->bar)));
}

static void
assert_notice (Fixture *fixture, const char *text)
{
  g_assert_cmpstr (pel_status_bar_get_notice (fixture->window->status_bar), ==, text);
}

/* By slider, chooser and key: the picture is that of the plane. */
static void
test_choosing (Fixture *fixture, gconstpointer data)
{
  PelDisplay *display = pel_workspace_get_display (fixture->workspace);
  GtkDropDown *channel;
  GtkRange *z, *t;

  show (fixture, "hyper.tif", 0);
  z = GTK_RANGE (part (fixture, GTK_TYPE_SCALE, 0));
  t = GTK_RANGE (part (fixture, GTK_TYPE_SCALE, 1));
  channel = GTK_DROP_DOWN (part (fixture, GTK_TYPE_DROP_DOWN, 0));
  g_assert_cmpstr (
      gtk_string_list_get_string (GTK_STRING_LIST (gtk_drop_down_get_model (channel)), 0), ==,
      "Channel 1");
  gtk_drop_down_set_selected (channel, 1);
  gtk_drop_down_set_selected (channel, 0);
  g_assert_cmpint (pel_display_get_channel (display), ==, 0);
  assert_shown (fixture, 0, 0, 0);

  gtk_range_set_value (z, 3);
  wait_for_page (fixture, 2);
  assert_shown (fixture, 2, 0, 0);
  gtk_range_set_value (t, 2);
  wait_for_page (fixture, 5);
  assert_shown (fixture, 2, 1, 0);
  gtk_drop_down_set_selected (channel, 1);
  g_assert_cmpint (pel_display_get_channel (display), ==, 1);
  assert_shown (fixture, 2, 1, 1);

  /* The keys tell where they led. */
  activate (fixture, "previous-plane");
  assert_notice (fixture, "z 2 of 3");
  wait_for_page (fixture, 4);
  assert_shown (fixture, 1, 1, 1);
  g_assert_cmpfloat (gtk_range_get_value (z), ==, 2);
  activate (fixture, "previous-time");
  wait_for_page (fixture, 1);
  assert_shown (fixture, 1, 0, 1);
  g_assert_cmpfloat (gtk_range_get_value (t), ==, 1);
  /* Not beyond the ends. */
  activate (fixture, "previous-time");
  pel_widget_test_run (200);
  wait_for_page (fixture, 1);
  activate (fixture, "next-time");
  wait_for_page (fixture, 4);
  activate (fixture, "next-plane");
  wait_for_page (fixture, 5);
  activate (fixture, "previous-channel");
  assert_notice (fixture, "Channel 1");
  g_assert_cmpint (pel_display_get_channel (display), ==, 0);
  g_assert_cmpuint (gtk_drop_down_get_selected (channel), ==, 0);
  assert_shown (fixture, 2, 1, 0);
  activate (fixture, "next-channel");
  g_assert_cmpint (pel_display_get_channel (display), ==, 1);
  /* Chosen elsewhere, the bar follows. */
  show (fixture, "hyper.tif", 3);
  g_assert_cmpfloat (gtk_range_get_value (z), ==, 1);
  g_assert_cmpfloat (gtk_range_get_value (t), ==, 2);
  pel_display_set_channel (display, 0);
  g_assert_cmpuint (gtk_drop_down_get_selected (channel), ==, 0);

  activate (fixture, "only-selected");
  assert_notice (fixture, "Only the chosen cells are shown");
  activate (fixture, "only-selected");
  assert_notice (fixture, "All cells are shown");

  show (fixture, "pages.tif", 0);
  assert_shown (fixture, 0, 0, 0);
  activate (fixture, "next-plane");
  wait_for_page (fixture, 1);
  assert_shown (fixture, 1, 0, 0);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (part (fixture, GTK_TYPE_LABEL, 1))), ==,
                   "2 of 2");
  activate (fixture, "next-time");
  activate (fixture, "next-channel");
  pel_widget_test_run (150);
  wait_for_page (fixture, 1);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add ("/stack-bar/labels", Fixture, NULL, set_up, test_labels, tear_down);
  g_test_add ("/stack-bar/choosing", Fixture, NULL, set_up, test_choosing, tear_down);
  return g_test_run ();
}
