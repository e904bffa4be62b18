/* SPDX-License-Identifier: MIT */
/* Which machines have a graphics processor, by what their kernel offers. */
#include "tests/document/pel-test-util.h"
#include "ui/window/pel-graphics.h"

typedef TestFolder Fixture;

static void
add (Fixture *fixture, const char *name)
{
  g_autofree char *path = test_folder_get_path (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

/* A display without a render node only shows what others have drawn. */
static void
test_devices (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dev = test_folder_get_path (fixture, "dev");
  const char *device = data;

  g_assert_false (pel_graphics_has_processor (dev));
  add (fixture, "dev/null");
  add (fixture, "dev/dri/card0");
  g_assert_false (pel_graphics_has_processor (dev));
  add (fixture, device);
  g_assert_true (pel_graphics_has_processor (dev));
}

/* What the user has chosen stays. */
static void
test_choice (void)
{
  g_setenv ("GSK_RENDERER", "gl", TRUE);
  pel_graphics_init ();
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "gl");
  g_unsetenv ("GSK_RENDERER");
  pel_graphics_init ();
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==,
                   pel_graphics_has_processor ("/dev") ? NULL : "cairo");
}

int
main (int argc, char *argv[])
{
  static const char *const devices[] = { "dev/dri/renderD128", "dev/nvidia0", "dev/dxg" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_autofree char *path = g_strconcat ("/graphics/", devices[i], NULL);

      g_test_add (path, Fixture, devices[i], test_folder_set_up, test_devices,
                  test_folder_tear_down);
    }
  g_test_add_func ("/graphics/choice", test_choice);
  return g_test_run ();
}
