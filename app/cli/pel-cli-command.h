/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Private to app/cli: what every command is made of. */

#define PEL_CLI_DONE 0
#define PEL_CLI_FAILED 1
#define PEL_CLI_USAGE 2
#define PEL_CLI_INTERRUPTED 130

/**
 * PelCliError:
 * @PEL_CLI_ERROR_USAGE: arguments that cannot be used; the exit status is 2
 * @PEL_CLI_ERROR_FAILED: the work failed; the exit status is 1
 */
typedef enum
{
  PEL_CLI_ERROR_USAGE,
  PEL_CLI_ERROR_FAILED,
} PelCliError;

#define PEL_CLI_ERROR (pel_cli_error_quark ())
GQuark pel_cli_error_quark (void);

typedef struct PelCliCommand PelCliCommand;

/**
 * PelCliCommand:
 * @name: what the user types
 * @arguments: the placeholders after the options, as help shows them, or `NULL`
 * @summary: (translatable): one line for the list of commands
 * @description: (translatable) (nullable): paragraphs below the options in the command's help
 * @run: does the work; @argv[0] is the command's name; returns the exit status
 *
 * One row of the table of commands. A command is in the table once it works.
 */
struct PelCliCommand
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  int (*run) (const PelCliCommand *command, int argc, char **argv);
};

extern const PelCliCommand pel_cli_convert;
extern const PelCliCommand pel_cli_export;
extern const PelCliCommand pel_cli_import;
extern const PelCliCommand pel_cli_info;
extern const PelCliCommand pel_cli_evaluate;
extern const PelCliCommand pel_cli_folds;
extern const PelCliCommand pel_cli_learning;
extern const PelCliCommand pel_cli_measure;
extern const PelCliCommand pel_cli_report;
extern const PelCliCommand pel_cli_predict;
extern const PelCliCommand pel_cli_train;
extern const PelCliCommand pel_cli_bench;

/* Reads the options of a command, adding --help, and takes them out of argv. FALSE when there is
 * nothing left to do, and status is what to end with: the help was printed, or the arguments cannot
 * be used, which was said. */
gboolean pel_cli_parse (const PelCliCommand *command,
                        const GOptionEntry *entries,
                        int *argc,
                        char ***argv,
                        int *status);

/* Prints `pellicle: MESSAGE` as one line on standard error. */
void pel_cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * pel_cli_fail:
 * @error: what went wrong
 *
 * Says it on standard error. An argument that cannot be used names the command's help as the
 * remedy.
 *
 * Returns: the exit status to end with: 2 for PEL_CLI_ERROR_USAGE, else 1
 */
int pel_cli_fail (const PelCliCommand *command, const GError *error);

/* As pel_cli_fail() for arguments that cannot be used; returns 2. */
int pel_cli_misused (const PelCliCommand *command, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What a numeric option holds before the command line was read. */
#define PEL_CLI_NO_INT G_MININT
#define PEL_CLI_NO_NUMBER (-G_MAXDOUBLE)

/**
 * pel_cli_check_int:
 * @command: the command
 * @option: the option's name, with its dashes
 * @least: the smallest number that makes sense
 * @value: (inout): what was read; PEL_CLI_NO_INT becomes @otherwise
 * @otherwise: what the option is where it was not given
 *
 * Returns: FALSE, after saying so, where the number given is below @least
 */
gboolean pel_cli_check_int (const PelCliCommand *command,
                            const char *option,
                            gint least,
                            gint *value,
                            gint otherwise);

/* The same for a number above 0 and below @most; one that is not a number is refused too. */
gboolean pel_cli_check_number (const PelCliCommand *command,
                               const char *option,
                               double most,
                               double *value,
                               double otherwise);

/* Prints to standard output; a full disk or a closed pipe is noticed by pel_cli_flush(). */
void pel_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Flushes standard output: FALSE (and a line on standard error) where it could not be written. */
gboolean pel_cli_flush (void);
