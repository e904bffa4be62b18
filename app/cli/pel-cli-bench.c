/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-json.h"
#include "engine/pel-engine.h"

#include <math.h>
#include <sys/resource.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Each measurement is repeated until both are reached, and the best time counts. */
#define MIN_RUNS 3
#define MIN_SECONDS 1.0

typedef struct
{
  guint base_channels, size, batch, threads;
  PelUnetMemory memory;
} Case;

typedef struct
{
  double forward_s, train_step_s;
  gint64 peak_rss_bytes;
  guint threads; /* that the system gave */
  const char *plan;
} Result;

static const Case standard_cases[] = {
  { 16, 256, 1, 2, PEL_UNET_FAST },
  { 32, 256, 1, 2, PEL_UNET_FAST },
  { 64, 256, 1, 2, PEL_UNET_FAST },
  { 64, 512, 1, 2, PEL_UNET_FAST },
};

static const char *
get_plan_name (PelUnetMemory memory)
{
  return memory == PEL_UNET_LEAN ? "lean" : "fast";
}

static double
seconds_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* A grey picture and a target made from random numbers: the time does not depend on them. */
static void
fill (PelTensor *input, PelTensor *target)
{
  PelRandom random;
  gsize n = (gsize)input->shape.n * input->shape.h * input->shape.w;

  pel_random_init (&random, 1, 0);
  for (gsize i = 0; i < n; i++)
    {
      input->data[i] = (float)pel_random_uniform (&random);
      target->data[i] = input->data[i] > 0.7f ? 1.0f : 0.0f;
    }
}

typedef struct
{
  PelUnet *unet;
  PelPool *pool;
  PelTensor input, target, scores, d_scores;
} Bench;

static void
bench_clear (Bench *bench)
{
  pel_unet_free (bench->unet);
  pel_pool_free (bench->pool);
  pel_tensor_clear (&bench->input);
  pel_tensor_clear (&bench->target);
  pel_tensor_clear (&bench->scores);
  pel_tensor_clear (&bench->d_scores);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static gboolean
bench_init (Bench *bench, const Case *c, GError **error)
{
  PelUnetConfig config = {
    .in_channels = 1, .base_channels = c->base_channels, .depth = 4, .out_channels = 1, .seed = 1
  };
  PelShape shape = { c->batch, 1, c->size, c->size };

  bench->pool = pel_pool_new (c->threads);
  bench->unet = pel_unet_new (&config, error);
  /* The plan refuses sizes that cannot be, before memory is touched for them. */
  if (bench->unet == NULL ||
      !pel_unet_plan (bench->unet, shape, PEL_PHASE_PREDICT, bench->pool, error) ||
      !pel_tensor_init (&bench->input, shape, error) ||
      !pel_tensor_init (&bench->target, shape, error) ||
      !pel_tensor_init (&bench->scores, shape, error) ||
      !pel_tensor_init (&bench->d_scores, shape, error))
    return FALSE;
  fill (&bench->input, &bench->target);
  return TRUE;
}

static double
time_forward (Bench *bench)
{
  gint64 start = g_get_monotonic_time ();
  double best = INFINITY;

  /* The first round warms up: pages are touched, weights are prepared. */
  for (guint i = 0; i <= MIN_RUNS || seconds_since (start) < MIN_SECONDS; i++)
    {
      gint64 before = g_get_monotonic_time ();

      pel_unet_forward (bench->unet, &bench->input, &bench->scores);
      if (i > 0)
        best = MIN (best, seconds_since (before));
    }
  return best;
}

static gboolean
time_training (Bench *bench, const Case *c, double *best, GError **error)
{
  PelOptimizerConfig config;
  PelOptimizer *optimizer;
  gint64 start = g_get_monotonic_time ();

  pel_unet_set_memory (bench->unet, c->memory);
  if (!pel_unet_plan (bench->unet, bench->input.shape, PEL_PHASE_TRAIN, bench->pool, error))
    return FALSE;
  pel_optimizer_config_init (&config, PEL_OPTIMIZER_ADAM);
  optimizer = pel_optimizer_new (&config, bench->unet, error);
  if (optimizer == NULL)
    return FALSE;
  *best = INFINITY;
  for (guint i = 0; i <= MIN_RUNS || seconds_since (start) < MIN_SECONDS; i++)
    {
      gint64 before = g_get_monotonic_time ();

      pel_unet_forward (bench->unet, &bench->input, &bench->scores);
      pel_loss (PEL_LOSS_BCE, &bench->scores, &bench->target, NULL, NULL, &bench->d_scores,
                bench->pool);
      pel_unet_backward (bench->unet, &bench->d_scores);
      pel_optimizer_step (optimizer, 1e-4f);
      pel_unet_commit_statistics (bench->unet);
      if (i > 0)
        *best = MIN (*best, seconds_since (before));
    }
  pel_optimizer_free (optimizer);
  return TRUE;
}

/* In the process of one case: measures, and prints a line for the parent to read. */
static int
run_case (const PelCliCommand *command, const Case *c)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  Result result;
  struct rusage usage;
  char forward[G_ASCII_DTOSTR_BUF_SIZE], step[G_ASCII_DTOSTR_BUF_SIZE];

  if (!bench_init (&bench, c, &error))
    return pel_cli_fail (command, error);
  result.forward_s = time_forward (&bench);
  if (!time_training (&bench, c, &result.train_step_s, &error))
    return pel_cli_fail (command, error);
  getrusage (RUSAGE_SELF, &usage);
  pel_cli_print (
      "%s %s %" G_GINT64_FORMAT " %u %s\n", pel_csv_format_number (forward, result.forward_s),
      pel_csv_format_number (step, result.train_step_s), (gint64)usage.ru_maxrss * 1024,
      pel_pool_get_n_threads (bench.pool), get_plan_name (pel_unet_get_memory (bench.unet)));
  return PEL_CLI_DONE;
}

static gboolean
parse_result (const char *line, Result *result)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) != 5)
    return FALSE;
  result->forward_s = g_ascii_strtod (words[0], NULL);
  result->train_step_s = g_ascii_strtod (words[1], NULL);
  result->peak_rss_bytes = g_ascii_strtoll (words[2], NULL, 10);
  result->threads = (guint)g_ascii_strtoull (words[3], NULL, 10);
  result->plan = g_str_has_prefix (words[4], "lean") ? "lean" : "fast";
  return result->forward_s > 0 && result->train_step_s > 0;
}

/* A process of its own, so that one case's memory is not another's. Where that process said itself
 * why it failed, FALSE is returned and no error set. */
static gboolean
spawn_case (const Case *c, Result *result, GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *what = g_strdup_printf ("--case=%u,%u,%u,%u,%s", c->base_channels, c->size,
                                           c->batch, c->threads, get_plan_name (c->memory));
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *output = NULL;

  if (program == NULL)
    return FALSE;
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, error, program, "bench", what, NULL);
  if (child == NULL || !g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, error))
    return FALSE;
  if (g_subprocess_get_successful (child) && parse_result (output, result))
    return TRUE;
  if (g_subprocess_get_if_exited (child) && g_subprocess_get_exit_status (child) != 0)
    return FALSE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("Base %u at %u × %u pixels could not be measured; close other programs to free "
                  "memory"),
               c->base_channels, c->size, c->size);
  return FALSE;
}

static void
result_to_json (PelCliJson *json, const Case *c, const Result *result)
{
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_int (json, "base_channels", c->base_channels);
  pel_cli_json_add_int (json, "size", c->size);
  pel_cli_json_add_int (json, "batch", c->batch);
  pel_cli_json_add_int (json, "threads", result->threads);
  pel_cli_json_add_number (json, "forward_s", result->forward_s);
  pel_cli_json_add_number (json, "train_step_s", result->train_step_s);
  pel_cli_json_add_int (json, "peak_rss_bytes", result->peak_rss_bytes);
  pel_cli_json_add_string (json, "plan", result->plan);
  pel_cli_json_end (json);
}

static int
run_cases (const PelCliCommand *command, const Case *cases, guint n_cases, gboolean json)
{
  g_autoptr (PelCliJson) list = pel_cli_json_new ();

  pel_cli_json_begin_array (list, NULL);
  for (guint i = 0; i < n_cases; i++)
    {
      const Case *c = &cases[i];
      g_autoptr (GError) error = NULL;
      Result result;

      if (!spawn_case (c, &result, &error))
        return error != NULL ? pel_cli_fail (command, error) : PEL_CLI_FAILED;
      result_to_json (list, c, &result);
      if (!json)
        {
          /* Translators: the network's size, the image's, and three measurements */
          pel_cli_print (_ ("base %u, %u × %u pixels, batch %u, %u threads: forward %.3f s, "
                            "training step %.3f s, %.0f MiB\n"),
                         c->base_channels, c->size, c->size, c->batch, result.threads,
                         result.forward_s, result.train_step_s,
                         (double)result.peak_rss_bytes / (1024 * 1024));
          if (!pel_cli_flush ())
            return PEL_CLI_FAILED;
        }
    }
  pel_cli_json_end (list);
  if (json)
    pel_cli_json_print (list);
  return PEL_CLI_DONE;
}

static gboolean
parse_case (const char *text, Case *c)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  guint *const fields[] = { &c->base_channels, &c->size, &c->batch, &c->threads };

  if (g_strv_length (words) != G_N_ELEMENTS (fields) + 1)
    return FALSE;
  c->memory = g_str_equal (words[G_N_ELEMENTS (fields)], "lean") ? PEL_UNET_LEAN : PEL_UNET_FAST;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (words[i], 10, 1, G_MAXINT, &number, NULL))
        return FALSE;
      *fields[i] = (guint)number;
    }
  return TRUE;
}

static int
run_bench (const PelCliCommand *command, int argc, char **argv)
{
  gboolean json = FALSE, lean = FALSE;
  gint base = PEL_CLI_NO_INT, size = PEL_CLI_NO_INT;
  gint batch = PEL_CLI_NO_INT, threads = PEL_CLI_NO_INT;
  g_autofree char *one = NULL;
  Case chosen;
  int status;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a list with one object per case"), NULL },
    { "base-channels", 0, 0, G_OPTION_ARG_INT, &base,
      N_ ("Measure this network instead of the usual four"), "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &size, N_ ("Side of its image in pixels (256)"), "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &batch, N_ ("Images at a time (1)"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, N_ ("Threads to compute on (2)"), "N" },
    { "lean", 0, 0, G_OPTION_ARG_NONE, &lean,
      N_ ("Train with the plan that saves memory (the fast one)"), NULL },
    { "case", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &one, "", "" },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (one != NULL)
    return parse_case (one, &chosen) ? run_case (command, &chosen) : PEL_CLI_USAGE;
  if (!pel_cli_check_int (command, "--base-channels", 1, &base, 0) ||
      !pel_cli_check_int (command, "--size", 1, &size, 0) ||
      !pel_cli_check_int (command, "--batch", 1, &batch, 1) ||
      !pel_cli_check_int (command, "--threads", 1, &threads, 2))
    return PEL_CLI_USAGE;
  if (base == 0 && size == 0)
    {
      Case usual[G_N_ELEMENTS (standard_cases)];

      for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
        {
          usual[i] = standard_cases[i];
          usual[i].batch = (guint)batch;
          usual[i].threads = (guint)threads;
          usual[i].memory = lean ? PEL_UNET_LEAN : PEL_UNET_FAST;
        }
      return run_cases (command, usual, G_N_ELEMENTS (usual), json);
    }
  chosen.base_channels = base > 0 ? (guint)base : 16;
  chosen.size = size > 0 ? (guint)size : 256;
  chosen.batch = (guint)batch;
  chosen.threads = (guint)threads;
  chosen.memory = lean ? PEL_UNET_LEAN : PEL_UNET_FAST;
  if (chosen.size % 16 != 0)
    return pel_cli_misused (command, "%s", _ ("--size must be a multiple of 16"));
  return run_cases (command, &chosen, 1, json);
}

const PelCliCommand pel_cli_bench = {
  .name = "bench",
  .arguments = NULL,
  .summary = N_ ("Measure how fast this machine trains and predicts"),
  .description =
      N_ ("Each case runs in a process of its own, and the best of several times counts. "
          "Close other programs before."),
  .run = run_bench,
};
