/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *onnx, *package; /* files to write, or NULL */
  char *name, *description, *licence, **authors;
  gint opset;
  gboolean quiet;
} Convert;

static void
convert_clear (Convert *self)
{
  g_free (self->onnx);
  g_free (self->package);
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

static gboolean
convert (const Convert *self, const char *model_path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (PelModel) model = pel_model_load (model_path, &problem);

  if (model == NULL)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED, "%s: %s", model_path,
                   problem->message);
      return FALSE;
    }
  if (self->onnx != NULL && (!check_target (model_path, self->onnx, "--onnx", error) ||
                             !pel_onnx_write (model, self->onnx, (guint)self->opset, error)))
    return FALSE;
  return self->package == NULL ||
         (check_target (model_path, self->package, "--bioimageio", error) &&
          write_package (self, model, model_path, error));
}

static void
tell (const Convert *self, const char *model_path)
{
  const char *const written[] = { self->onnx, self->package };

  for (guint i = 0; !self->quiet && i < G_N_ELEMENTS (written); i++)
    if (written[i] != NULL)
      /* Translators: a model, and the file that was made of it */
      pel_cli_print (_ ("%s written to %s\n"), model_path, written[i]);
}

static int
run_convert (const PelCliCommand *command, int argc, char **argv)
{
  g_auto (Convert) self = { .opset = PEL_CLI_NO_INT };
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "onnx", 'o', 0, G_OPTION_ARG_FILENAME, &self.onnx, N_ ("The ONNX file to write"),
      N_ ("FILE") },
    { "bioimageio", 0, 0, G_OPTION_ARG_FILENAME, &self.package,
      N_ ("The BioImage.IO package to write, a zip archive"), N_ ("FILE") },
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
  if (self.onnx == NULL && self.package == NULL)
    return pel_cli_misused (command, "%s",
                            _ ("Name the file to write with --onnx or --bioimageio"));
  if (!convert (&self, argv[1], &error))
    return pel_cli_fail (command, error);
  tell (&self, argv[1]);
  return PEL_CLI_DONE;
}

const PelCliCommand pel_cli_convert = {
  .name = "convert",
  .arguments = N_ ("MODEL.safetensors"),
  .summary = N_ ("Write a model in a form that other programs run"),
  .description =
      N_ ("The ONNX file takes images of any size whose sides are multiples of what its metadata "
          "names as pellicle.multiple_of, and gives the probabilities that this program computes. "
          "How an image is to be prepared stands in the file’s description, and as numbers in its "
          "metadata. A BioImage.IO package holds the same network with a description that ilastik, "
          "deepImageJ and others read, a test picture and what comes out of it; without a licence "
          "nobody else may use it, so name one."),
  .run = run_convert,
};
