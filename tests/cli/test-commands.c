/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <string.h>

static const char *const commands[] = { "train",          "predict",        "measure", "evaluate",
                                        "cross-validate", "learning-curve", "export",  "import",
                                        "convert",        "info",           "bench" };

static void
test_list (void)
{
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, "--help");
  program_assert_done (&run);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *row = g_strdup_printf ("\n  %s ", commands[i]);

      g_assert_nonnull (strstr (run.output, row));
    }
}

static void
test_version (void)
{
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, "--version");
  program_assert_done (&run);
  g_assert_cmpstr (run.output, ==, "pellicle " PEL_VERSION "\n");
}

static void
test_help (gconstpointer data)
{
  const char *command = data;
  g_auto (ProgramRun) run = { 0 };
  g_auto (ProgramRun) same = { 0 };
  g_autofree char *usage = g_strdup_printf ("pellicle %s [OPTION…]", command);
  g_autofree char *line = g_strdup_printf ("%s --help", command);
  g_autofree char *other = g_strdup_printf ("help %s", command);

  program_run (&run, line);
  program_assert_done (&run);
  g_assert_nonnull (strstr (run.output, usage));
  g_assert_nonnull (strstr (run.output, "--help"));
  program_run (&same, other);
  program_assert_done (&same);
  g_assert_cmpstr (run.output, ==, same.output);
}

static void
test_unknown_option (gconstpointer data)
{
  const char *command = data;
  g_auto (ProgramRun) run = { 0 };
  g_autofree char *line = g_strdup_printf ("%s --nonsense", command);

  program_run (&run, line);
  program_assert_error (&run, 2, "--nonsense");
  g_assert_nonnull (strstr (run.errors, "--help"));
  g_assert_cmpstr (run.output, ==, "");
}

/* Each option of the contract is in its command's help. */
static void
test_contract (void)
{
  static const struct
  {
    const char *command, *options;
  } contract[] = {
    { "train",
      "--images --masks --val-images --val-masks --val-fraction --model --init --preset "
      "--base-channels --depth --patch --batch --epochs --steps-per-epoch "
      "--learning-rate --loss --optimizer --task --separator --seed --time-limit --threads "
      "--resume "
      "--log --quiet --project --page --channel --colour --grey --random-changes --set --json" },
    { "predict",
      "--model --out --tile --threads --threshold --min-size --probabilities --overlay --tta "
      "--uncertainty --project --page --channel" },
    { "measure", "--labels --images --probabilities --pixel-size --csv --summary --project --page "
                 "--channel --definitions" },
    { "report",
      "--project --labels --images --probabilities --pixel-size --threshold --page --channel "
      "--rule --definitions --out --each --quantity --paper" },
    { "evaluate", "--predictions --truth --json --errors" },
    { "learning-curve", "--images --masks --sizes --repeats --time-limit --log --resume --json" },
    { "cross-validate", "--images --masks --folds --time-limit --json" },
    { "info", "--json" },
    { "bench", "--json" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (contract); i++)
    {
      g_auto (ProgramRun) run = { 0 };
      g_autofree char *line = g_strdup_printf ("%s --help", contract[i].command);
      g_auto (GStrv) options = g_strsplit (contract[i].options, " ", -1);

      program_run (&run, line);
      program_assert_done (&run);
      for (guint j = 0; options[j] != NULL; j++)
        {
          if (strstr (run.output, options[j]) == NULL)
            g_test_message ("%s lacks %s", contract[i].command, options[j]);
          g_assert_nonnull (strstr (run.output, options[j]));
        }
    }
}

static void
test_usage_errors (void)
{
  static const struct
  {
    const char *line, *part;
  } cases[] = {
    { "frobnicate --help", "frobnicate" },
    { "help frobnicate", "frobnicate" },
    { "train", "--images" },
    { "train --images a --masks b", "--model" },
    { "train --images a --masks b --model c.pt", ".safetensors" },
    { "train --images a --masks b --model c.safetensors extra", "extra" },
    { "train --images a --masks b --model c.safetensors --preset huge", "huge" },
    { "train --images a --masks b --model c.safetensors --loss mse", "mse" },
    { "train --images a --masks b --model c.safetensors --optimizer lion", "lion" },
    { "train --images a --masks b --model c.safetensors --task pose", "pose" },
    { "train --images a --masks b --model c.safetensors --separator walls", "flows" },
    { "train --images a --masks b --model c.safetensors --random-changes own", "gentle" },
    { "train --images a --masks b --model c.safetensors --val-images d", "--val-masks" },
    { "train --images a --masks b --model c.safetensors --val-fraction 1", "--val-fraction" },
    { "train --images a --masks b --model c.safetensors --epochs ten", "ten" },
    { "train --images a --masks b --model c.safetensors --depth 99", "depth" },
    { "predict --out o image.png", "--model" },
    { "predict --model m image.png", "--out" },
    { "predict --model m --out o", "image" },
    { "predict --model m --out o --threshold 1.5 image.png", "--threshold" },
    { "measure --csv c", "--labels" },
    { "measure --labels l", "--csv" },
    { "measure --labels l --csv c --pixel-size -1", "--pixel-size" },
    { "measure --labels l --csv c --definitions matlab", "matlab" },
    { "report --out r.pdf", "--project" },
    { "report --project p", "--out" },
    { "report --project p --out r.pdf --quantity area", "area" },
    { "report --project p --out r.pdf --paper a5", "a5" },
    { "evaluate --truth t", "--predictions" },
    { "info", "file" },
    { "bench --size 100", "--size" },
    { "bench --size 0", "--size" },
    { "bench --threads 0", "--threads" },
    { "bench --batch -1", "--batch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramRun) run = { 0 };

      program_run (&run, cases[i].line);
      program_assert_error (&run, 2, cases[i].part);
      g_assert_cmpstr (run.output, ==, "");
    }
}

/* Work that fails: one line that names the file, status 1, and nothing left behind. */
static void
test_failures (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *masks = program_data ("nuclei/masks");
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *model = g_build_filename (folder, "bad.safetensors", NULL);
  g_autofree char *csv = g_build_filename (folder, "cells.csv", NULL);
  g_auto (ProgramRun) no_folder = { 0 };
  g_auto (ProgramRun) no_model = { 0 };
  g_auto (ProgramRun) bad_model = { 0 };
  g_auto (ProgramRun) no_labels = { 0 };
  g_auto (ProgramRun) no_truth = { 0 };
  g_auto (ProgramRun) no_resume = { 0 };
  g_auto (ProgramRun) wide = { 0 };
  g_auto (ProgramRun) large = { 0 };

  /* What the process of a case said is said once, before it took memory. */
  program_run (&wide, "bench --base-channels 4000 --size 16");
  program_assert_error (&wide, 1, "512");
  program_run (&large, "bench --base-channels 1 --size 131072 --json");
  program_assert_error (&large, 1, "131072");

  program_run (&no_folder, "train --quiet --images %s --masks %s --model %s", missing, masks,
               model);
  program_assert_error (&no_folder, 1, missing);
  g_assert_false (g_file_test (model, G_FILE_TEST_EXISTS));

  program_run (&no_resume, "train --quiet --resume --images %s --masks %s --model %s", images,
               masks, model);
  program_assert_error (&no_resume, 1, "--resume");

  program_run (&no_model, "predict --model %s --out %s %s", model, missing, images);
  program_assert_error (&no_model, 1, model);

  g_assert_true (g_file_set_contents (model, "this is no model", -1, NULL));
  program_run (&bad_model, "predict --model %s --out %s %s", model, missing, images);
  program_assert_error (&bad_model, 1, model);

  program_run (&no_labels, "measure --labels %s --csv %s", missing, csv);
  program_assert_error (&no_labels, 1, missing);
  g_assert_false (g_file_test (csv, G_FILE_TEST_EXISTS));

  program_run (&no_truth, "evaluate --predictions %s --truth %s", masks, missing);
  program_assert_error (&no_truth, 1, missing);
  program_remove_folder (folder);
}

static void
test_bench (void)
{
  g_auto (ProgramRun) run = { 0 };
  static const char *const keys[] = { "base_channels", "size",         "batch",          "threads",
                                      "forward_s",     "train_step_s", "peak_rss_bytes", "plan" };

  program_run (&run, "bench --base-channels 2 --size 32 --json");
  program_assert_done (&run);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = g_strdup_printf ("\"%s\": ", keys[i]);

      g_assert_nonnull (strstr (run.output, key));
    }
  g_assert_true (g_str_has_prefix (run.output, "[\n"));
  g_assert_true (g_str_has_suffix (run.output, "]\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/commands/list", test_list);
  g_test_add_func ("/commands/version", test_version);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *help = g_strdup_printf ("/commands/help/%s", commands[i]);
      g_autofree char *option = g_strdup_printf ("/commands/unknown-option/%s", commands[i]);

      g_test_add_data_func (help, commands[i], test_help);
      g_test_add_data_func (option, commands[i], test_unknown_option);
    }
  g_test_add_func ("/commands/contract", test_contract);
  g_test_add_func ("/commands/usage-errors", test_usage_errors);
  g_test_add_func ("/commands/failures", test_failures);
  g_test_add_func ("/commands/bench", test_bench);
  return g_test_run ();
}
