/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-project.h"

G_BEGIN_DECLS

/* What can be done to the models of a project that may be written. Moving files within the project
 * takes no time; all of this is for the main thread. Errors are a `G_IO_ERROR` or
 * `PEL_DOCUMENT_ERROR_EXISTS`, one sentence. */

/* What is wrong with a name for a model, a sentence, or NULL. */
const char *pel_model_name_problem (const char *name);

/**
 * pel_project_rename_model:
 * @self: a project
 * @model: one of its models, which nobody is training
 * @name: its new name
 * @error: return location for an error
 *
 * The predictions made with it, its note and the state of an interrupted training come along, and
 * its place in the list of models is taken at once by an entry of the same identity. Predictions
 * that a model of that name has left, which is gone, are put aside.
 */
gboolean pel_project_rename_model (PelProject *self,
                                   PelModelEntry *model,
                                   const char *name,
                                   GError **error);

/**
 * pel_project_delete_model:
 * @self: a project
 * @model: one of its models, which nobody is training
 * @error: return location for an error
 *
 * Puts a model aside, from where pel_project_restore_model() can bring it back until the next one
 * is deleted. Predictions made with it stay.
 */
gboolean pel_project_delete_model (PelProject *self, PelModelEntry *model, GError **error);
/* The name of the model that was deleted last and can be brought back, or NULL. */
char *pel_project_get_deleted_model (PelProject *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean pel_project_restore_model (PelProject *self, GError **error);

/* The user's words about a model, or NULL. */
const char *pel_project_get_model_note (PelProject *self, const char *name);
void pel_project_set_model_note (PelProject *self, const char *name, const char *note);

G_END_DECLS
