/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Runs the program as a user would: a child process, its words and its exit status. */
typedef struct
{
  int status; /* -1 where a signal ended it */
  char *output;
  char *errors;
} ProgramRun;

void program_run_clear (ProgramRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ProgramRun, program_run_clear)

/* @line: arguments as in a shell; `%s` are replaced by the paths that follow, quoted */
void program_run (ProgramRun *run, const char *line, ...);
/* (transfer full): the argument vector that program_run() would use */
char **program_argv (const char *line, ...);

/* Asserts that standard error is one line that holds @part, and that the exit status is @status. */
void program_assert_error (const ProgramRun *run, int status, const char *part);
/* Asserts success and silence on standard error. */
void program_assert_done (const ProgramRun *run);

/* (transfer full): a path below tests/data */
char *program_data (const char *name);
/* (transfer full): a fresh folder, removed with program_remove_folder() */
char *program_make_folder (void);
void program_remove_folder (char *folder);
/* (transfer full): the content of FOLDER/NAME, which must exist */
GBytes *program_read (const char *folder, const char *name);
