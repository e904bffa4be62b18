/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli.h"
#include "app/cli/pel-environment.h"

/* The program where GTK was not found at build time: the commands alone. */
int
main (int argc, char **argv)
{
  pel_environment_init ();
  return pel_cli_main (argc, argv);
}
