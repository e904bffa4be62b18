/* SPDX-License-Identifier: MIT */
/* How channels are shown: each with a contrast of its own, kept with the project. */
#include "app/document/pel-project-display.h"
#include "tests/document/pel-test-util.h"

typedef TestFolder Fixture;

static PelProject *
make_project (Fixture *fixture)
{
  g_autofree char *a = test_folder_get_path (fixture, "in/a.png");
  g_autofree char *b = test_folder_get_path (fixture, "in/b.png");
  g_autofree char *in = test_folder_get_path (fixture, "in");
  g_autoptr (PelImportReport) report = NULL;
  PelProject *project = test_create (fixture->project);

  test_write_image (a, 40, 30, 1);
  test_write_image (b, 40, 30, 2);
  report = test_import (project, in, PEL_IMPORT_COPY);
  g_assert_cmpuint (report->n_images, ==, 2);
  return project;
}

static void
assert_contrast (PelProject *project,
                 const char *name,
                 guint channel,
                 double low,
                 double high,
                 double gamma,
                 gboolean invert)
{
  PelChannelDisplay display;

  pel_image_document_get_display (pel_project_find_image (project, name), channel, &display);
  g_assert_cmpfloat (display.low, ==, low);
  g_assert_cmpfloat (display.high, ==, high);
  g_assert_cmpfloat (display.gamma, ==, gamma);
  g_assert_cmpint (display.invert, ==, invert);
}

static void
assert_colour (PelProject *project,
               const char *name,
               guint channel,
               guint32 colour,
               gboolean hidden)
{
  PelChannelDisplay display;

  pel_image_document_get_display (pel_project_find_image (project, name), channel, &display);
  g_assert_cmphex (display.colour, ==, colour);
  g_assert_cmpint (display.hidden, ==, hidden);
}

static void
set_contrast (PelProject *project,
              const char *name,
              guint channel,
              double low,
              double high,
              double gamma)
{
  PelImageDocument *image = pel_project_find_image (project, name);
  PelChannelDisplay display;

  pel_image_document_get_display (image, channel, &display);
  display.low = low;
  display.high = high;
  display.gamma = gamma;
  pel_image_document_set_display (image, channel, &display);
}

static void
set_colour (PelProject *project, const char *name, guint channel, guint32 colour, gboolean hidden)
{
  PelImageDocument *image = pel_project_find_image (project, name);
  PelChannelDisplay display;

  pel_image_document_get_display (image, channel, &display);
  display.colour = colour;
  display.hidden = hidden;
  pel_image_document_set_display (image, channel, &display);
}

static PelProject *
reopen (Fixture *fixture, PelProject *project)
{
  test_flush (project);
  g_assert_finalize_object (project);
  return test_open (fixture->project);
}

/* A contrast is a channel's and an image's own; a colour is a channel's in all images. */
static void
test_channels (Fixture *fixture, gconstpointer data)
{
  PelProject *project = make_project (fixture);

  assert_contrast (project, "a", 2, 0, 0, 1, FALSE);
  set_contrast (project, "a", 0, 10, 90, 1);
  set_contrast (project, "a", 2, 300, 4000, 0.5);
  set_colour (project, "a", 1, 0x00ff80, FALSE);
  set_colour (project, "b", 2, 0, TRUE);

  for (guint round = 0; round < 2; round++)
    {
      assert_contrast (project, "a", 0, 10, 90, 1, FALSE);
      assert_contrast (project, "a", 1, 0, 0, 1, FALSE);
      assert_contrast (project, "a", 2, 300, 4000, 0.5, FALSE);
      assert_contrast (project, "b", 0, 0, 0, 1, FALSE);
      assert_contrast (project, "b", 2, 0, 0, 1, FALSE);
      for (guint i = 0; i < 2; i++)
        {
          const char *name = i == 0 ? "a" : "b";

          assert_colour (project, name, 0, 0, FALSE);
          assert_colour (project, name, 1, 0x00ff80, FALSE);
          assert_colour (project, name, 2, 0, TRUE);
        }
      project = reopen (fixture, project);
    }
  g_assert_finalize_object (project);
}

/* As many channels of all images as one of them is shown. */
static PelDisplayRecord *
share (PelProject *project, const char *name, guint n_channels)
{
  PelChannelDisplay displays[4];

  g_assert_cmpuint (n_channels, <=, G_N_ELEMENTS (displays));
  for (guint i = 0; i < n_channels; i++)
    pel_image_document_get_display (pel_project_find_image (project, name), i, &displays[i]);
  return pel_project_share_display (project, displays, n_channels);
}

/* One contrast for all images, those that had their own as well, until they get another one. */
static void
test_share (Fixture *fixture, gconstpointer data)
{
  PelProject *project = make_project (fixture);
  PelDisplayRecord *record;

  set_contrast (project, "a", 0, 10, 90, 2);
  set_contrast (project, "a", 1, 20, 60, 1);
  set_contrast (project, "b", 0, 5, 7, 1);
  set_contrast (project, "b", 4, 1, 2, 1);
  record = share (project, "a", 2);
  project = (pel_display_record_free (record), reopen (fixture, project));
  for (guint i = 0; i < 2; i++)
    {
      assert_contrast (project, i == 0 ? "a" : "b", 0, 10, 90, 2, FALSE);
      assert_contrast (project, i == 0 ? "a" : "b", 1, 20, 60, 1, FALSE);
    }
  /* What one of them has beyond that it keeps. */
  assert_contrast (project, "b", 4, 1, 2, 1, FALSE);
  /* A colour is no contrast: the image still follows the others. */
  set_colour (project, "b", 1, 0xff0000, FALSE);
  set_contrast (project, "b", 0, 30, 40, 1);
  assert_contrast (project, "a", 0, 10, 90, 2, FALSE);
  assert_contrast (project, "b", 0, 30, 40, 1, FALSE);

  record = share (project, "b", 2);
  assert_contrast (project, "a", 0, 30, 40, 1, FALSE);
  assert_contrast (project, "a", 1, 20, 60, 1, FALSE);
  pel_project_restore_display (project, record);
  assert_contrast (project, "a", 0, 10, 90, 2, FALSE);
  assert_contrast (project, "b", 0, 30, 40, 1, FALSE);
  assert_colour (project, "a", 1, 0xff0000, FALSE);
  pel_display_record_free (record);

  set_contrast (project, "a", 1, 21, 61, 1);
  record = share (project, "a", 2);
  assert_contrast (project, "b", 1, 21, 61, 1, FALSE);
  pel_display_record_free (record);
  g_assert_finalize_object (project);
}

static void
count (guint *n)
{
  ++*n;
}

/* Whoever shows an image is told of what changed in all of them. */
static void
test_signals (Fixture *fixture, gconstpointer data)
{
  PelProject *project = make_project (fixture);
  PelImageDocument *b = pel_project_find_image (project, "b");
  PelDisplayRecord *record;
  guint n = 0;

  g_signal_connect_swapped (b, "display-changed", G_CALLBACK (count), &n);
  set_contrast (project, "b", 0, 1, 2, 1);
  g_assert_cmpuint (n, ==, 1);
  set_contrast (project, "a", 0, 3, 4, 1);
  g_assert_cmpuint (n, ==, 1);
  record = share (project, "a", 1);
  g_assert_cmpuint (n, ==, 2);
  pel_project_restore_display (project, record);
  g_assert_cmpuint (n, ==, 3);
  pel_display_record_free (record);
  g_assert_finalize_object (project);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                            \
  g_test_add (path, Fixture, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/channel-display/channels", test_channels);
  ADD ("/channel-display/share", test_share);
  ADD ("/channel-display/signals", test_signals);
#undef ADD
  return g_test_run ();
}
