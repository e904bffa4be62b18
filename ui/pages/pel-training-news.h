/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_training_news_tell:
 * @job: a training that has finished
 * @workspace: where it is told
 * @widget: a widget of the window
 *
 * Tells how a training ended, in a toast or, where it failed, in a dialog; and to the desktop where
 * the window is not looked at. The window is never brought to the front by itself.
 */
void pel_training_news_tell (PelTrainingJob *job, PelWorkspace *workspace, GtkWidget *widget);

/* What is safe and what to do about a training that failed. */
const char *pel_training_news_advise (const GError *error, gboolean has_model);

G_END_DECLS
