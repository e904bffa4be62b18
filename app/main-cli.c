/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli.h"

int
main (int argc, char **argv)
{
  return pel_cli_main (argc, argv);
}
