/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/* What is shown of one model: in a row of the list, and on the page of all models. */

/**
 * pel_model_describe:
 * @entry: a model
 *
 * Returns: (transfer full): its scores, training time and date in one line
 */
char *pel_model_describe (PelModelEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

/* Lets @widget keep a reference on the model, for its handlers: the data "pel-model". */
void pel_model_hold (GtkWidget *widget, PelModelEntry *entry);

/* (transfer full): when it was written, @brief without the year; empty where that is not known */
char *pel_model_describe_date (PelModelEntry *entry, gboolean brief) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer floating): date, data, time, scores and network in a small table */
GtkWidget *pel_model_facts_new (PelModelEntry *entry) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer floating): the scores on held-out images over the training; invisible without any */
GtkWidget *pel_model_curves_new (PelModelEntry *entry) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer floating): the user's words about it, to be changed */
GtkWidget *pel_model_note_new (PelWorkspace *workspace, PelModelEntry *entry)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_model_buttons_new:
 * @workspace: the window's state
 * @entry: a model
 * @use: (out) (transfer none): the button that makes it the model in use
 *
 * Returns: (transfer floating): buttons to use it, to train it on, and a menu of all else
 */
GtkWidget *pel_model_buttons_new (PelWorkspace *workspace, PelModelEntry *entry, GtkWidget **use)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
