/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "app/document/pel-job-runner.h"

G_BEGIN_DECLS

/**
 * pel_close_question_new:
 * @parent: the window that is about to close
 * @runner: its jobs
 *
 * Where closing would stop a work whose result somebody waits for, a training, a batch or an
 * export, the question whether to. Its responses are "keep" and "stop". Main thread only.
 *
 * Returns: (nullable) (transfer none): a dialog to be presented, which is its own; NULL where
 *   nothing is lost
 */
GtkWidget *pel_close_question_new (GtkWindow *parent, PelJobRunner *runner);

G_END_DECLS
