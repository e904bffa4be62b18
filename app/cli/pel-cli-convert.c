/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "engine/infer/pel-package-read.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *onnx, *package, *model; /* files to write, or NULL */
  char *outputs, *polarity, *percentiles;
  PelOnnxReadOptions reading;
  char *name, *description, *licence, **authors;
  gint opset;
  gboolean quiet;
} Convert;

static void
convert_clear (Convert *self)
{
  g_free (self->onnx);
  g_free (self->package);
  g_free (self->model);
  g_free (self->outputs);
  g_free (self->polarity);
  g_free (self->percentiles);
  g_free (self->name);
  g_free (self->description);
  g_free (self->licence);
  g_strfreev (self->authors);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Convert, convert_clear)

static gboolean
check_target (const char *model_path, const char *path, const char *option, GError **error)
{
  if (!pel_cli_is_same_file (model_path, path))
    return pel_cli_make_parent (path, error);
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("%s: the result would take the place of the model; name another file with %s"),
               path, option);
  return FALSE;
}

static gboolean
write_package (const Convert *self, PelModel *model, const char *model_path, GError **error)
{
  g_autofree char *stem = pel_image_get_stem (model_path);
  g_autofree char *name =
      self->name != NULL ? g_strdup (self->name) : pel_model_card_clean_name (stem);
  PelModelCard card = { .name = name,
                        .description = self->description,
                        .authors = (const char *const *)self->authors,
                        .licence = self->licence };
  PelPool *pool = pel_pool_new (0);
  gboolean good =
      pel_bioimageio_write (model, &card, self->package, (guint)self->opset, pool, NULL, error);

  pel_pool_free (pool);
  return good;
}

/* One of this program's own, or a U-Net that another one wrote. */
static PelModel *
load_model (const Convert *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) problem = NULL;
  PelPool *pool = pel_pool_new (0);
  PelModel *model = pel_model_import (path, &self->reading, notes, pool, NULL, &problem);

  pel_pool_free (pool);
  if (model == NULL)
    g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED, "%s: %s", path, problem->message);
  for (guint i = 0; i < notes->len && !self->quiet; i++)
    pel_cli_print ("%s\n", (const char *)notes->pdata[i]);
  return model;
}

static gboolean
convert (const Convert *self, const char *path, GError **error)
{
  g_autoptr (PelModel) model = load_model (self, path, error);

  if (model == NULL)
    return FALSE;
  if (self->model != NULL && (!check_target (path, self->model, "--model", error) ||
                              !pel_model_save (model, self->model, error)))
    return FALSE;
  if (self->onnx != NULL && (!check_target (path, self->onnx, "--onnx", error) ||
                             !pel_onnx_write (model, self->onnx, (guint)self->opset, error)))
    return FALSE;
  return self->package == NULL || (check_target (path, self->package, "--bioimageio", error) &&
                                   write_package (self, model, path, error));
}

static void
tell (const Convert *self, const char *model_path)
{
  const char *const written[] = { self->model, self->onnx, self->package };

  for (guint i = 0; !self->quiet && i < G_N_ELEMENTS (written); i++)
    if (written[i] != NULL)
      /* Translators: a model, and the file that was made of it */
      pel_cli_print (_ ("%s written to %s\n"), model_path, written[i]);
}

/* What an ONNX file does not tell. */
static gboolean
read_options (const PelCliCommand *command, Convert *self)
{
  self->reading.outputs = self->outputs;
  self->reading.is_insisted =
      self->outputs != NULL || self->percentiles != NULL || self->polarity != NULL;
  if (self->polarity != NULL &&
      (!pel_polarity_from_string (self->polarity, &self->reading.polarity) ||
       self->reading.polarity == PEL_POLARITY_CHOOSE))
    {
      pel_cli_misused (command, _ ("“%s” is no %s; use keep or auto"), self->polarity,
                       "--polarity");
      return FALSE;
    }
  if (self->percentiles != NULL)
    {
      char *rest;

      self->reading.low_percentile = g_ascii_strtod (self->percentiles, &rest);
      self->reading.high_percentile = *rest == ',' ? g_ascii_strtod (rest + 1, &rest) : -1.0;
      if (*rest != '\0' || !(self->reading.low_percentile >= 0.0) ||
          !(self->reading.low_percentile <= 50.0) || !(self->reading.high_percentile >= 50.0) ||
          !(self->reading.high_percentile <= 100.0) ||
          self->reading.low_percentile == self->reading.high_percentile)
        {
          pel_cli_misused (command, _ ("“%s” is no %s; use two numbers such as 1,99.8"),
                           self->percentiles, "--percentiles");
          return FALSE;
        }
    }
  return TRUE;
}

static int
run_convert (const PelCliCommand *command, int argc, char **argv)
{
  g_auto (Convert) self = { .opset = PEL_CLI_NO_INT, .reading = PEL_ONNX_READ_OPTIONS_DEFAULT };
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "onnx", 'o', 0, G_OPTION_ARG_FILENAME, &self.onnx, N_ ("The ONNX file to write"),
      N_ ("FILE") },
    { "bioimageio", 0, 0, G_OPTION_ARG_FILENAME, &self.package,
      N_ ("The BioImage.IO package to write, a zip archive"), N_ ("FILE") },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &self.model,
      N_ ("The model of this program to write, of an ONNX file or a BioImage.IO package"),
      N_ ("FILE.safetensors") },
    { "outputs", 0, 0, G_OPTION_ARG_STRING, &self.outputs,
      N_ ("What the results of an ONNX file from another program mean, in their order: cell, "
          "border, background, other"),
      N_ ("LIST") },
    { "percentiles", 0, 0, G_OPTION_ARG_STRING, &self.percentiles,
      N_ ("Percentiles of a picture that become 0 and 1 for it (1,99.8)"), "A,B" },
    { "polarity", 0, 0, G_OPTION_ARG_STRING, &self.polarity,
      N_ ("Whether pictures with a bright background are turned round for it: keep or auto (keep)"),
      N_ ("WORD") },
    { "opset", 0, 0, G_OPTION_ARG_INT, &self.opset,
      N_ ("Version of ONNX’s operators, 13 to 17 (15)"), "N" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self.name,
      N_ ("What the package calls the model (the file’s name)"), N_ ("NAME") },
    { "description", 0, 0, G_OPTION_ARG_STRING, &self.description,
      N_ ("What the package says that it is for"), N_ ("TEXT") },
    { "author", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.authors,
      N_ ("Who made it, NAME or NAME; AFFILIATION; may be given again"), N_ ("NAME") },
    { "license", 0, 0, G_OPTION_ARG_STRING, &self.licence,
      N_ ("The package’s licence by its SPDX name, such as CC-BY-4.0"), N_ ("NAME") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (!pel_cli_check_int (command, "--opset", PEL_ONNX_MIN_OPSET, &self.opset,
                          PEL_ONNX_DEFAULT_OPSET))
    return PEL_CLI_USAGE;
  if (self.opset > PEL_ONNX_MAX_OPSET)
    return pel_cli_misused (command, _ ("%s must be %d or less"), "--opset", PEL_ONNX_MAX_OPSET);
  if (argc < 2)
    return pel_cli_misused (command, "%s", _ ("Name the model to convert"));
  if (argc > 2)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[2]);
  if (self.onnx == NULL && self.package == NULL && self.model == NULL)
    return pel_cli_misused (command, "%s",
                            _ ("Name the file to write with --onnx, --bioimageio or --model"));
  if (!read_options (command, &self))
    return PEL_CLI_USAGE;
  if (!convert (&self, argv[1], &error))
    return pel_cli_fail (command, error);
  tell (&self, argv[1]);
  return PEL_CLI_DONE;
}

const PelCliCommand pel_cli_convert = {
  .name = "convert",
  .arguments = N_ ("MODEL.safetensors|NETWORK.onnx|PACKAGE.zip"),
  .summary = N_ ("Write a model for other programs, or read a U-Net that they wrote"),
  .description = N_ (
      "The ONNX file takes images of any size whose sides are multiples of what its metadata "
      "names as pellicle.multiple_of, and gives the probabilities that this program computes. "
      "How an image is to be prepared stands in the file’s description, and as numbers in its "
      "metadata. A BioImage.IO package holds the same network with a description that ilastik, "
      "deepImageJ and others read, a test picture and what comes out of it; without a licence "
      "nobody else may use it, so name one.\n\nThe other way round, --model makes a model of a "
      "U-Net in "
      "an ONNX file or a BioImage.IO package with ONNX weights: modules of one or two 3×3 "
      "convolutions with ReLU and, where there is one, "
      "batch normalisation before or after it, 2×2 max-pooling, and transposed convolutions or "
      "repeated or bilinearly interpolated pixels on the way up. What Pellicle exported comes "
      "back as it was; of others, "
      "what the file does not tell is taken for granted, and said. A package tells how pictures "
      "are prepared (by percentiles, by mean and deviation, or by fixed factors) and has a test "
      "picture, on which the result must be what it says. What this program’s network "
      "cannot hold is refused by the name of its node."),
  .run = run_convert,
};
