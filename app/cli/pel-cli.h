/* SPDX-License-Identifier: MIT */
#pragma once

/**
 * pel_cli_main:
 * @argc: as given to main()
 * @argv: as given to main()
 *
 * Runs the command named by `argv[1]`. Needs no display.
 *
 * Returns: the exit status: 0 done, 1 the work failed, 2 unusable arguments
 */
int pel_cli_main (int argc, char **argv);
