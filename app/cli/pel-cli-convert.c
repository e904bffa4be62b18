/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

static gboolean
convert (const char *model_path, const char *onnx_path, guint opset, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (PelModel) model = pel_model_load (model_path, &problem);

  if (model == NULL)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED, "%s: %s", model_path,
                   problem->message);
      return FALSE;
    }
  if (pel_cli_is_same_file (model_path, onnx_path))
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the result would take the place of the model; name another file with "
                      "--onnx"),
                   onnx_path);
      return FALSE;
    }
  return pel_cli_make_parent (onnx_path, error) && pel_onnx_write (model, onnx_path, opset, error);
}

static int
run_convert (const PelCliCommand *command, int argc, char **argv)
{
  g_autofree char *onnx = NULL;
  g_autoptr (GError) error = NULL;
  gint opset = PEL_CLI_NO_INT;
  gboolean quiet = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "onnx", 'o', 0, G_OPTION_ARG_FILENAME, &onnx, N_ ("The ONNX file to write"), N_ ("FILE") },
    { "opset", 0, 0, G_OPTION_ARG_INT, &opset, N_ ("Version of ONNX’s operators, 13 to 17 (15)"),
      "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (!pel_cli_check_int (command, "--opset", PEL_ONNX_MIN_OPSET, &opset, PEL_ONNX_DEFAULT_OPSET))
    return PEL_CLI_USAGE;
  if (opset > PEL_ONNX_MAX_OPSET)
    return pel_cli_misused (command, _ ("%s must be %d or less"), "--opset", PEL_ONNX_MAX_OPSET);
  if (argc < 2)
    return pel_cli_misused (command, "%s", _ ("Name the model to convert"));
  if (argc > 2)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[2]);
  if (onnx == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the file to write with --onnx"));
  if (!convert (argv[1], onnx, (guint)opset, &error))
    return pel_cli_fail (command, error);
  if (!quiet)
    /* Translators: a model, and the file that was made of it */
    pel_cli_print (_ ("%s written to %s\n"), argv[1], onnx);
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
          "metadata."),
  .run = run_convert,
};
