/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_cli_is_command_line:
 * @argc: as given to main()
 * @argv: as given to main()
 *
 * Tells whether the arguments are for the command line: a subcommand such as `train`, `--help`,
 * `--version`, or a word that is neither a command nor a file. Everything else, no arguments
 * included, is for the window.
 *
 * Returns: `TRUE` where pel_cli_main() should run instead of the window
 */
gboolean pel_cli_is_command_line (int argc, char **argv);

/**
 * pel_cli_main:
 * @argc: as given to main()
 * @argv: as given to main()
 *
 * Runs the command named by `argv[1]`. Needs no display and never initialises GTK. Call
 * pel_environment_init() first.
 *
 * Returns: the exit status: 0 done, 1 the work failed, 2 unusable arguments, 130 ended by a second
 *   Ctrl-C
 */
int pel_cli_main (int argc, char **argv);
