/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PelCommandScope:
 * @PEL_COMMAND_WINDOW: its keys act in the whole window; those without Ctrl, Alt or F, which are
 *   needed where text is written, only on the picture
 * @PEL_COMMAND_ANYWHERE: the same, and before the part of the window that has the focus
 * @PEL_COMMAND_CANVAS: its keys act only while the picture has the focus
 * @PEL_COMMAND_FIXED: its keys are part of something else and cannot be changed
 */
typedef enum
{
  PEL_COMMAND_WINDOW,
  PEL_COMMAND_ANYWHERE,
  PEL_COMMAND_CANVAS,
  PEL_COMMAND_FIXED,
} PelCommandScope;

typedef enum
{
  PEL_COMMANDS_PROJECT,
  PEL_COMMANDS_IMAGES,
  PEL_COMMANDS_WINDOW,
  PEL_COMMANDS_EDITING,
  PEL_COMMANDS_OUTLINE,
  PEL_COMMANDS_TOOLS,
  PEL_COMMANDS_VIEW,
  PEL_COMMANDS_PICTURE,
  PEL_COMMANDS_STACK,
  PEL_COMMANDS_MODEL,
  PEL_COMMANDS_RESULTS,
  PEL_N_COMMAND_GROUPS,
} PelCommandGroup;

/**
 * PelCommand:
 * @id: its name in files; never changed once it was released
 * @title: for people, to be translated
 * @group: under what it is listed
 * @scope: where its keys act
 * @action: (nullable): the detailed name of the action that does it; the canvas does the others
 * @keys: accelerators that it has at first, separated by spaces; the first is the one that is shown
 */
typedef struct
{
  const char *id;
  const char *title;
  PelCommandGroup group;
  PelCommandScope scope;
  const char *action;
  const char *keys;
} PelCommand;

/* All that can be done by a key, group by group. What a tool of the canvas is taken with is called
 * "tool-" and the tool's id. */
const PelCommand *pel_commands_get (guint *n);
/* (nullable) */
const PelCommand *pel_command_find (const char *id);
/* (nullable): by the detailed name of its action */
const PelCommand *pel_command_find_action (const char *action);
/* Translated. */
const char *pel_command_get_title (const PelCommand *command);
const char *pel_command_group_get_title (PelCommandGroup group);

G_END_DECLS
