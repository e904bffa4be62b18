/* SPDX-License-Identifier: MIT */
#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/cli/pel-cli.h"
#include "app/cli/pel-environment.h"
#include "app/pel-application.h"
#include "ui/window/pel-graphics.h"

int
main (int argc, char **argv)
{
  g_autoptr (PelApplication) application = NULL;

  pel_environment_init ();
  if (pel_cli_is_command_line (argc, argv))
    return pel_cli_main (argc, argv);

  pel_graphics_init ();
  /* Said in one line here rather than by GTK, which would only warn. */
  if (!gtk_init_check ())
    {
      g_printerr ("pellicle: %s\n",
                  _ ("there is no display to open a window on; “pellicle --help” lists what works "
                     "without one"));
      return 1;
    }
  application = pel_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
