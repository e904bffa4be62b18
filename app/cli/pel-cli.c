/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli.h"

#include "app/cli/pel-cli-command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* The table of commands, in the order of the work. */
static const PelCliCommand *const commands[] = {
  &pel_cli_train,
  &pel_cli_predict,
  &pel_cli_measure,
  &pel_cli_evaluate,
  &pel_cli_folds,
  &pel_cli_learning,
  &pel_cli_report,
  &pel_cli_export,
  &pel_cli_import,
  &pel_cli_convert,
  &pel_cli_info,
  &pel_cli_bench,
  NULL,
};

G_DEFINE_QUARK (pel_cli_error_quark, pel_cli_error)

static const PelCliCommand *
find_command (const char *name)
{
  for (guint i = 0; commands[i] != NULL; i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

static gboolean
is_help (const char *argument)
{
  return strcmp (argument, "--help") == 0 || strcmp (argument, "-h") == 0 ||
         strcmp (argument, "help") == 0;
}

static gboolean
is_version (const char *argument)
{
  return strcmp (argument, "--version") == 0;
}

static void
print_help (void)
{
  gsize widest = 0;

  pel_cli_print ("%s\n", _ ("Usage:"));
  pel_cli_print ("  %s\n", _ ("pellicle [PROJECT|IMAGE…]          open the window"));
  pel_cli_print ("  %s\n\n", _ ("pellicle COMMAND [OPTION…]         work without a window"));
  pel_cli_print (
      "%s\n\n",
      _ ("Measures cells on blurry microscope images with a U-Net trained on a few of them."));
  pel_cli_print ("%s\n", _ ("Commands:"));
  for (guint i = 0; commands[i] != NULL; i++)
    widest = MAX (widest, strlen (commands[i]->name));
  for (guint i = 0; commands[i] != NULL; i++)
    pel_cli_print ("  %-*s  %s\n", (int)widest, commands[i]->name, _ (commands[i]->summary));
  pel_cli_print ("\n%s\n", _ ("Options:"));
  pel_cli_print ("  --help     %s\n", _ ("Show this help, or with a command, that command’s"));
  pel_cli_print ("  --version  %s\n", _ ("Show the version"));
  pel_cli_print ("\n%s\n", _ ("“pellicle COMMAND --help” tells more about a command."));
  pel_cli_print ("%s\n", _ ("Exit status: 0 done, 1 the work failed, 2 unusable arguments."));
}

gboolean
pel_cli_is_command_line (int argc, char **argv)
{
  if (argc < 2)
    return FALSE;
  if (is_version (argv[1]) || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    return TRUE;
  if (strcmp (argv[1], "help") == 0)
    return TRUE;
  /* A word that names no file was meant as a command; pel_cli_main() says what is wrong. */
  return find_command (argv[1]) != NULL || (argv[1][0] != '-' && strpbrk (argv[1], "/.:") == NULL &&
                                            !g_file_test (argv[1], G_FILE_TEST_EXISTS));
}

int
pel_cli_main (int argc, char **argv)
{
  const PelCliCommand *command;
  int status;

  g_set_prgname ("pellicle");

  if (argc < 2)
    {
      print_help ();
      return pel_cli_flush () ? PEL_CLI_DONE : PEL_CLI_FAILED;
    }
  if (is_version (argv[1]))
    {
      pel_cli_print ("pellicle %s\n", PEL_VERSION);
      return pel_cli_flush () ? PEL_CLI_DONE : PEL_CLI_FAILED;
    }
  if (is_help (argv[1]))
    {
      char *help[] = { argc > 2 ? argv[2] : NULL, (char *)"--help", NULL };

      if (argc == 2)
        print_help ();
      else if ((command = find_command (argv[2])) != NULL)
        return command->run (command, 2, help);
      else
        {
          pel_cli_complain (_ ("“%s” is no command; “pellicle --help” lists them"), argv[2]);
          return PEL_CLI_USAGE;
        }
      return pel_cli_flush () ? PEL_CLI_DONE : PEL_CLI_FAILED;
    }

  command = find_command (argv[1]);
  if (command == NULL)
    {
      pel_cli_complain (_ ("“%s” is no command and no file; “pellicle --help” lists the commands"),
                        argv[1]);
      return PEL_CLI_USAGE;
    }

  status = command->run (command, argc - 1, argv + 1);
  if (!pel_cli_flush () && status == PEL_CLI_DONE)
    status = PEL_CLI_FAILED;
  return status;
}

gboolean
pel_cli_parse (const PelCliCommand *command,
               const GOptionEntry *entries,
               int *argc,
               char ***argv,
               int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (command->arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *prgname = g_strdup_printf ("pellicle %s", command->name);
  gboolean help = FALSE;
  gboolean run = FALSE;
  const GOptionEntry help_entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL },
    { NULL },
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (command->summary));
  if (command->description != NULL)
    g_option_context_set_description (context, _ (command->description));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, help_entries, GETTEXT_PACKAGE);

  /* The usage line takes the program's name, and the command is part of it. */
  g_set_prgname (prgname);
  if (!g_option_context_parse (context, argc, argv, &error))
    *status = pel_cli_misused (command, "%s", error->message);
  else if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, FALSE, NULL);

      pel_cli_print ("%s%s", text, command->description != NULL ? "\n" : "");
      *status = pel_cli_flush () ? PEL_CLI_DONE : PEL_CLI_FAILED;
    }
  else
    run = TRUE;
  g_set_prgname ("pellicle");
  return run;
}

void
pel_cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  /* One line, whatever a library put into its own message. */
  g_strdelimit (message, "\r\n", ' ');
  g_strchomp (message);
  fflush (stdout);
  g_printerr ("pellicle: %s\n", message);
}

int
pel_cli_fail (const PelCliCommand *command, const GError *error)
{
  if (g_error_matches (error, PEL_CLI_ERROR, PEL_CLI_ERROR_USAGE))
    return pel_cli_misused (command, "%s", error->message);
  pel_cli_complain ("%s", error->message);
  return PEL_CLI_FAILED;
}

int
pel_cli_misused (const PelCliCommand *command, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  /* The engine's messages are sentences; here more follows. */
  if (g_str_has_suffix (message, "."))
    message[strlen (message) - 1] = '\0';
  /* Translators: a command's name, what is wrong with its arguments, and the name again */
  pel_cli_complain (_ ("%s: %s; see “pellicle %s --help”"), command->name, message, command->name);
  return PEL_CLI_USAGE;
}

gboolean
pel_cli_check_int (const PelCliCommand *command,
                   const char *option,
                   gint least,
                   gint *value,
                   gint otherwise)
{
  if (*value == PEL_CLI_NO_INT)
    *value = otherwise;
  else if (*value < least)
    {
      /* Translators: an option such as --threads, and a whole number */
      pel_cli_misused (command, _ ("%s must be %d or more"), option, least);
      return FALSE;
    }
  return TRUE;
}

gboolean
pel_cli_check_number (const PelCliCommand *command,
                      const char *option,
                      double most,
                      double *value,
                      double otherwise)
{
  if (*value <= PEL_CLI_NO_NUMBER)
    *value = otherwise;
  else if (!(*value > 0 && *value < most))
    {
      /* Translators: an option such as --threshold, and a number */
      pel_cli_misused (command, _ ("%s must be above 0 and below %.10g"), option, most);
      return FALSE;
    }
  return TRUE;
}

void
pel_cli_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fputs (text, stdout);
}

gboolean
pel_cli_flush (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;
  pel_cli_complain (
      _ ("The output could not be written: %s; check the disk or the receiving program"),
      g_strerror (errno));
  clearerr (stdout);
  return FALSE;
}
