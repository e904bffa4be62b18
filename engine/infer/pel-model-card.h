/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-model.h"

/**
 * PelModelCard:
 * @name: what the model is called
 * @description: (nullable): what it is for, in the user's words
 * @authors: (nullable) (array zero-terminated=1): who made it, each `NAME` or
 *   `NAME; AFFILIATION`
 * @licence: (nullable): an SPDX identifier, such as `CC-BY-4.0`
 *
 * What nobody but the user can say about a model that is given to others.
 */
typedef struct
{
  const char *name;
  const char *description;
  const char *const *authors;
  const char *licence;
} PelModelCard;

/**
 * PelCardFile:
 * @name: in the package
 * @sha256: of its content, hexadecimal
 *
 * A file that the description names.
 */
typedef struct
{
  const char *name;
  const char *sha256;
} PelCardFile;

/**
 * PelCardFiles:
 * @weights: the ONNX file
 * @input: the test picture
 * @output: what the network makes of it
 * @readme: the words about it
 * @cover: the picture of it
 * @opset: of @weights
 *
 * What a package holds beside its description.
 */
typedef struct
{
  PelCardFile weights, input, output, readme, cover;
  guint opset;
} PelCardFiles;

/**
 * pel_model_card_check:
 * @self: a card
 * @error: return location for a `GError`
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_BAD_ARGUMENT` set where a value is not what the
 *   description may hold
 */
gboolean pel_model_card_check (const PelModelCard *self, GError **error);

/* (transfer full): @name with what a description may not hold replaced, and long enough */
char *pel_model_card_clean_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the package's rdf.yaml, in the format that BioImage.IO publishes as model
 * description 0.5.12. A checked card is expected. */
char *pel_model_card_to_rdf (const PelModelCard *self, PelModel *model, const PelCardFiles *files)
    G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the package's README.md: how an image is prepared, what comes out, what the
 * model was trained on, and how to check it */
char *pel_model_card_to_readme (const PelModelCard *self, PelModel *model)
    G_GNUC_WARN_UNUSED_RESULT;

/* Sides of the network's input in pixels: the least that it should be given, what they must be a
 * multiple of beyond that, and how much of the result at each side sees too little around it. */
void pel_model_card_get_sizes (PelModel *model, guint *least, guint *step, guint *halo);
