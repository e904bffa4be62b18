/* SPDX-License-Identifier: MIT */
/* Several channels shown together, each with its contrast: in a real window on real files, which is
 * closed and opened again. */
#include <tiffio.h>

#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-ui-test.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/canvas/pel-tone-map.h"
#include "ui/widgets/pel-levels.h"
#include "ui/window/pel-window-private.h"

#define WIDTH 80
#define HEIGHT 60

typedef struct
{
  char *root, *folder;
  PelWindow *window;
  PelWorkspace *workspace;
  PelDisplay *display;
  AdwToast *toast;
} Fixture;

static guint16
sample (guint channel, guint x, guint y)
{
  return (guint16)(channel == 0 ? 100 + 10 * x : 3000 + 40 * y);
}

static void
write_image (const char *path)
{
  TIFF *tiff = TIFFOpen (path, "w");

  g_assert_nonnull (tiff);
  for (guint channel = 0; channel < 2; channel++)
    {
      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, HEIGHT);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 16);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
      TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, HEIGHT);
      if (channel == 0)
        TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION,
                      "ImageJ=1.53t\nimages=2\nchannels=2\nhyperstack=true\n");
      for (guint y = 0; y < HEIGHT; y++)
        {
          guint16 row[WIDTH];

          for (guint x = 0; x < WIDTH; x++)
            row[x] = sample (channel, x, y);
          g_assert_cmpint (TIFFWriteScanline (tiff, row, y, 0), ==, 1);
        }
      g_assert_cmpint (TIFFWriteDirectory (tiff), ==, 1);
    }
  TIFFClose (tiff);
}

static void
on_toast (PelWorkspace *workspace, AdwToast *toast, Fixture *f)
{
  g_set_object (&f->toast, toast);
}

static void
open_window (Fixture *f)
{
  g_autoptr (GFile) file = g_file_new_for_path (f->folder);

  f->window = pel_window_new (NULL);
  f->workspace = pel_window_get_workspace (f->window);
  f->display = pel_workspace_get_display (f->workspace);
  g_signal_connect (f->workspace, "toast", G_CALLBACK (on_toast), f);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1200, 860);
  gtk_window_present (GTK_WINDOW (f->window));
  pel_window_open_folder (f->window, file);
  test_wait_for (pel_workspace_get_editable (f->workspace));
  pel_canvas_set_tool_id (f->window->canvas, "pan");
}

static void
close_window (Fixture *f)
{
  PelWindow *window = f->window;

  g_clear_object (&f->toast);
  g_assert_true (pel_project_close (pel_workspace_get_project (f->workspace), NULL));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (f->window));
  test_wait_for (window == NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = test_make_folder ();
  f->folder = g_build_filename (f->root, "project", NULL);
  {
    g_autoptr (PelProject) project = test_create (f->folder);

    for (guint i = 0; i < 2; i++)
      {
        g_autofree char *path = g_build_filename (f->root, i == 0 ? "a.tif" : "b.tif", NULL);
        g_autoptr (PelImportReport) report = NULL;

        write_image (path);
        report = test_import (project, path, PEL_IMPORT_COPY);
        g_assert_cmpuint (report->n_images, ==, 1);
      }
    g_assert_true (pel_project_close (project, NULL));
  }
  open_window (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_window (f);
  test_remove_tree (f->root);
  g_free (f->root);
  g_free (f->folder);
}

static gpointer
find (Fixture *f, const char *id)
{
  GtkWidget *panel = pel_widget_test_find_id (GTK_WIDGET (f->window), "contrast");
  GtkWidget *widget = pel_widget_test_find_id (panel, id);

  g_assert_nonnull (widget);
  return widget;
}

static void
show (Fixture *f, const char *name)
{
  PelProject *project = pel_workspace_get_project (f->workspace);

  pel_workspace_set_document (f->workspace, pel_project_find_image (project, name));
  test_wait_for (pel_workspace_get_editable (f->workspace));
  pel_test_settle (f->window->canvas);
}

static PelChannelDisplay
get_display (Fixture *f, guint channel)
{
  PelChannelDisplay display;

  pel_image_document_get_display (pel_workspace_get_document (f->workspace), channel, &display);
  if (display.colour == 0)
    display.colour = pel_channel_display_default_colour (channel);
  return display;
}

/* The picture is the sum of what each channel is with its contrast, in its colour. */
static void
assert_picture (Fixture *f)
{
  PelCanvas *canvas = f->window->canvas;
  g_autofree guint32 *pixels = NULL;
  PelToneMap *tones[2];
  int width, height;
  guint n = 0;

  pel_test_settle (canvas);
  pixels = pel_test_render (GTK_WIDGET (canvas), &width, &height);
  for (guint c = 0; c < 2; c++)
    {
      PelChannelDisplay display = get_display (f, c);

      if (!(display.high > display.low))
        g_assert_true (pel_display_get_auto_levels (f->display, c, &display.low, &display.high) ||
                       display.hidden);
      tones[c] = pel_tone_map_new (PEL_TONE_U16, &display);
    }
  for (guint y = 4; y < HEIGHT; y += 9)
    for (guint x = 30; x < WIDTH; x += 7)
      {
        const graphene_rect_t in = GRAPHENE_RECT_INIT ((float)x + 0.5f, (float)y + 0.5f, 0, 0);
        graphene_rect_t out;
        guint sum[3] = { 0 };
        guint32 found;

        pel_canvas_from_image (canvas, &in, &out);
        if (out.origin.x < 1 || out.origin.y < 1 || out.origin.x >= width - 1 ||
            out.origin.y >= height - 1)
          continue;
        found = pixels[(int)out.origin.y * width + (int)out.origin.x];
        for (guint c = 0; c < 2; c++)
          {
            const PelChannelDisplay display = get_display (f, c);
            const guint16 value = sample (c, x, y);
            guint8 grey;

            pel_tone_map_apply (tones[c], &value, 1, &grey);
            for (guint k = 0; k < 3 && !display.hidden; k++)
              sum[k] += (grey * (display.colour >> (16 - 8 * k) & 255) + 127) / 255;
          }
        for (guint k = 0; k < 3; k++)
          g_assert_cmpint (ABS ((gint)(found >> (16 - 8 * k) & 255) - (gint)MIN (sum[k], 255)), <=,
                           1);
        n++;
      }
  g_assert_cmpuint (n, >, 20);
  for (guint c = 0; c < 2; c++)
    pel_tone_map_unref (tones[c]);
}

static void
show_together (Fixture *f)
{
  pel_display_set_channel (f->display, PEL_DISPLAY_CHANNEL_ALL);
  pel_test_settle (f->window->canvas);
}

/* The chooser beside the histogram: one channel's contrast changes, the other's does not. */
static void
test_chooser (Fixture *f, gconstpointer data)
{
  GtkDropDown *chooser = find (f, "tone_channel");
  GtkSpinButton *low = find (f, "low"), *high = find (f, "high");
  GtkSwitch *invert = find (f, "invert");
  PelLevels *levels = find (f, "levels");
  double auto_low[2], auto_high[2];

  show (f, "a");
  g_assert_false (gtk_widget_get_mapped (find (f, "tone_row")));
  show_together (f);
  g_assert_true (gtk_widget_get_visible (find (f, "tone_row")));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (chooser)), ==, 2);
  g_assert_cmpuint (gtk_drop_down_get_selected (chooser), ==, 0);
  for (guint c = 0; c < 2; c++)
    {
      g_assert_true (pel_display_get_auto_levels (f->display, c, &auto_low[c], &auto_high[c]));
      gtk_drop_down_set_selected (chooser, c);
      g_assert_cmpuint (pel_display_get_tone_channel (f->display), ==, c);
      g_assert_cmpfloat (pel_display_get_low (f->display), ==, auto_low[c]);
      g_assert_cmpfloat (pel_levels_get_high (levels), ==, auto_high[c]);
    }
  g_assert_cmpfloat (auto_low[1], >, auto_high[0]);
  assert_picture (f);

  gtk_spin_button_set_value (high, 4000);
  gtk_spin_button_set_value (low, 3500);
  gtk_switch_set_active (invert, TRUE);
  g_assert_cmpfloat (get_display (f, 1).low, ==, 3500);
  g_assert_cmpfloat (get_display (f, 1).high, ==, 4000);
  g_assert_true (get_display (f, 1).invert);
  g_assert_cmpfloat (get_display (f, 0).high, <=, auto_high[0]);
  g_assert_false (get_display (f, 0).invert);
  assert_picture (f);

  gtk_drop_down_set_selected (chooser, 0);
  g_assert_false (gtk_switch_get_active (invert));
  g_assert_cmpfloat (gtk_spin_button_get_value (high), <, 1000);
  pel_display_set_gamma (f->display, 2.5);
  g_signal_emit_by_name (levels, "levels-changed", 200.0, 700.0);
  g_assert_cmpfloat (get_display (f, 0).low, ==, 200);
  g_assert_cmpfloat (get_display (f, 0).gamma, ==, 2.5);
  g_assert_cmpfloat (get_display (f, 1).gamma, ==, 1);
  g_assert_cmpfloat (get_display (f, 1).low, ==, 3500);
  assert_picture (f);

  /* One channel by itself has the contrast that it has among others. */
  pel_display_set_channel (f->display, 1);
  pel_test_settle (f->window->canvas);
  g_assert_cmpfloat (pel_display_get_low (f->display), ==, 3500);
  g_assert_true (gtk_switch_get_active (invert));
  pel_display_set_channel (f->display, 0);
  pel_test_settle (f->window->canvas);
  g_assert_cmpfloat (pel_display_get_gamma (f->display), ==, 2.5);
  show_together (f);

  /* The button is for one of them, the key for all. */
  gtk_drop_down_set_selected (chooser, 0);
  g_signal_emit_by_name (find (f, "auto_levels"), "clicked");
  g_assert_cmpfloat (get_display (f, 0).low, ==, auto_low[0]);
  g_assert_cmpfloat (get_display (f, 0).gamma, ==, 1);
  g_assert_cmpfloat (get_display (f, 1).low, ==, 3500);
  pel_display_set_gamma (f->display, 0.5);
  gtk_widget_grab_focus (GTK_WIDGET (f->window->canvas));
  g_assert_true (pel_canvas_key_press (f->window->canvas, GDK_KEY_c, 0));
  for (guint c = 0; c < 2; c++)
    {
      g_assert_cmpfloat (get_display (f, c).low, ==, auto_low[c]);
      g_assert_cmpfloat (get_display (f, c).high, ==, auto_high[c]);
      g_assert_cmpfloat (get_display (f, c).gamma, ==, 1);
    }
  g_assert_cmpfloat (pel_display_get_gamma (f->display), ==, 1);
  g_assert_true (get_display (f, 1).invert);
  assert_picture (f);
}

/* What is not seen has no contrast to set. */
static void
test_hidden (Fixture *f, gconstpointer data)
{
  GtkDropDown *chooser = find (f, "tone_channel");
  GtkWidget *check;

  show (f, "a");
  show_together (f);
  gtk_drop_down_set_selected (chooser, 1);
  check = pel_widget_test_find (gtk_widget_get_last_child (GTK_WIDGET (find (f, "channel_rows"))),
                                GTK_TYPE_CHECK_BUTTON);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  pel_test_settle (f->window->canvas);
  g_assert_true (get_display (f, 1).hidden);
  g_assert_cmpuint (pel_display_get_tone_channel (f->display), ==, 0);
  g_assert_cmpuint (gtk_drop_down_get_selected (chooser), ==, 0);
  g_assert_cmpfloat (pel_display_get_high (f->display), <, 1000);
  assert_picture (f);

  gtk_drop_down_set_selected (chooser, 1);
  pel_test_settle (f->window->canvas);
  g_assert_false (get_display (f, 1).hidden);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  g_assert_cmpuint (pel_display_get_tone_channel (f->display), ==, 1);
  g_assert_cmpfloat (pel_display_get_high (f->display), >, 1000);
  assert_picture (f);
}

/* Kept with the project: the contrasts of each image, and which channels are shown in which
 * colours; one contrast for all images only when asked for. */
static void
test_memory (Fixture *f, gconstpointer data)
{
  PelChannelDisplay display;

  show (f, "a");
  show_together (f);
  gtk_drop_down_set_selected (find (f, "tone_channel"), 1);
  pel_display_set_levels (f->display, 3100, 3600);
  display = get_display (f, 0);
  display.colour = 0xff8000;
  pel_image_document_set_display (pel_workspace_get_document (f->workspace), 0, &display);
  show (f, "b");
  g_assert_cmphex (get_display (f, 0).colour, ==, 0xff8000);
  g_assert_cmpfloat (pel_display_get_low (f->display), <, 3100);
  assert_picture (f);

  close_window (f);
  open_window (f);
  show (f, "a");
  g_assert_cmpint (pel_display_get_channel (f->display), ==, PEL_DISPLAY_CHANNEL_ALL);
  g_assert_cmpfloat (get_display (f, 1).low, ==, 3100);
  g_assert_cmphex (get_display (f, 0).colour, ==, 0xff8000);
  assert_picture (f);

  g_signal_emit_by_name (find (f, "share"), "clicked");
  g_assert_nonnull (f->toast);
  show (f, "b");
  g_assert_cmpfloat (get_display (f, 1).low, ==, 3100);
  g_assert_cmpfloat (get_display (f, 1).high, ==, 3600);
  assert_picture (f);
  g_signal_emit_by_name (f->toast, "button-clicked");
  g_assert_cmpfloat (get_display (f, 1).high, !=, 3600);
  assert_picture (f);
  show (f, "a");
  g_assert_cmpfloat (get_display (f, 1).high, ==, 3600);
  pel_display_set_channel (f->display, 1);
  close_window (f);
  open_window (f);
  g_assert_cmpint (pel_display_get_channel (f->display), ==, 1);
}

/* Levels that nobody has chosen are shared as well: they are what the image is shown with, and
 * other images would have others. */
static void
test_share_auto (Fixture *f, gconstpointer data)
{
  double low[2], high[2];

  show (f, "a");
  show_together (f);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpfloat (get_display (f, i).high, ==, 0);
      g_assert_true (pel_display_get_auto_levels (f->display, i, &low[i], &high[i]));
    }
  g_signal_emit_by_name (find (f, "share"), "clicked");
  show (f, "b");
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpfloat (get_display (f, i).low, ==, low[i]);
      g_assert_cmpfloat (get_display (f, i).high, ==, high[i]);
    }
  assert_picture (f);
  g_signal_emit_by_name (f->toast, "button-clicked");
  g_assert_cmpfloat (get_display (f, 0).high, ==, 0);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/channel-contrast/chooser", test_chooser);
  ADD ("/channel-contrast/hidden", test_hidden);
  ADD ("/channel-contrast/memory", test_memory);
  ADD ("/channel-contrast/share-auto", test_share_auto);
#undef ADD
  return g_test_run ();
}
