/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/cli/pel-cli-command.h"
#include "engine/measure/pel-definitions.h"
#include "engine/measure/pel-rules.h"

/**
 * PelCliLabelOptions:
 * @labels: (nullable): folder of label images, or one of them
 * @images: (nullable): folder of the images
 * @probabilities: (nullable): folder of the probabilities
 * @project: (nullable): a project, in place of all three
 * @rule_texts: (nullable): classes of cells
 * @definitions_name: (nullable): by whose definitions cells are measured
 * @pixel_size: µm per pixel, or 0
 * @threshold: probability at the cells' edge, or 0
 * @page: from 1, or 0 for all
 * @channel: from 1, or 0 for the luminance
 * @threads: how many, or 0
 * @quiet: errors only
 * @rules: what @rule_texts say
 * @definitions: what @definitions_name says
 *
 * Which cells a command measures and how; the options that such commands share.
 */
typedef struct
{
  char *labels, *images, *probabilities, *project;
  char **rule_texts;
  char *definitions_name;
  double pixel_size, threshold;
  gint page, channel, threads;
  gboolean quiet;

  PelRules *rules;
  PelDefinitions definitions;
} PelCliLabelOptions;

void pel_cli_label_options_init (PelCliLabelOptions *self);
void pel_cli_label_options_clear (PelCliLabelOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelCliLabelOptions, pel_cli_label_options_clear)

/**
 * pel_cli_label_options_parse:
 * @self: receives what is read
 * @command: the command
 * @own: the command's other options, which its help shows last
 * @argc: as for pel_cli_parse()
 * @argv: as for pel_cli_parse()
 * @status: (out): what to end with where %FALSE is returned
 *
 * Reads the options of a command and checks these here; after what else the command says of its
 * own.
 *
 * Returns: %FALSE when there is nothing left to do
 */
gboolean pel_cli_label_options_parse (PelCliLabelOptions *self,
                                      const PelCliCommand *command,
                                      const GOptionEntry *own,
                                      int *argc,
                                      char ***argv,
                                      int *status);
