/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli.h"

#include <glib.h>
#include <string.h>

int
pel_cli_main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("pellicle %s\n", PEL_VERSION);
      return 0;
    }
  g_printerr ("pellicle: unknown command\n");
  return 2;
}
