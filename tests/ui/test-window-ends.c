/* SPDX-License-Identifier: MIT */
/* What a window starts and nobody waits for, copies of models and exports: how it ends, and what is
 * there and said then. */
#include <string.h>

#include "tests/document/pel-test-barrier.h"
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-model-doors.h"
#include "ui/pages/pel-model-menu.h"

typedef struct
{
  TrainFixture train;
  char *out; /* an empty folder at first */
  guint n_failures;
  char *toast;
} Fixture;

typedef struct
{
  const char *name;
  void (*start) (Fixture *fixture, const char *path);
  const char *file; /* in the folder */
  const char *done; /* in the toast */
} Kind;

static PelModelEntry *
get_model (Fixture *fixture)
{
  return pel_project_find_model (fixture->train.project, "plain");
}

static void
copy_model (Fixture *fixture, const char *path)
{
  pel_model_menu_copy (fixture->train.workspace, get_model (fixture), path);
}

static void
write_onnx (Fixture *fixture, const char *path)
{
  pel_model_doors_export_to (fixture->train.workspace, get_model (fixture), path, NULL);
}

static void
write_csv (Fixture *fixture, const char *path)
{
  pel_export_csv_to (fixture->train.workspace, path);
}

static void
write_coco (Fixture *fixture, const char *path)
{
  pel_export_cells_to (fixture->train.workspace, PEL_EXPORT_COCO, path);
}

static const Kind kinds[] = {
  { "copy", copy_model, "copy.safetensors", "Model copied" },
  { "onnx", write_onnx, "net.onnx", "Model exported" },
  { "csv", write_csv, "cells.csv", "written to cells.csv" },
  { "cells", write_coco, "cells.json", "written to cells.json" },
};

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *body,
            const char *details,
            Fixture *fixture)
{
  fixture->n_failures++;
  g_assert_true (body[0] != '\0' && (details == NULL || details[0] != '\0'));
}

static void
on_toast (PelWorkspace *workspace, AdwToast *toast, Fixture *fixture)
{
  g_free (fixture->toast);
  fixture->toast = g_strdup (adw_toast_get_title (toast));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  train_set_up (&fixture->train, data);
  train_add_model (&fixture->train, "plain", 2, 0.3);
  fixture->out = g_build_filename (fixture->train.root, "out", NULL);
  g_assert_cmpint (g_mkdir_with_parents (fixture->out, 0777), ==, 0);
  g_signal_connect (fixture->train.workspace, "failure", G_CALLBACK (on_failure), fixture);
  g_signal_connect (fixture->train.workspace, "toast", G_CALLBACK (on_toast), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->train.workspace, fixture);
  train_tear_down (&fixture->train, data);
  g_free (fixture->out);
  g_free (fixture->toast);
}

static char *
get_path (Fixture *fixture, const char *file)
{
  return g_build_filename (fixture->out, file, NULL);
}

static char *
start (Fixture *fixture, const Kind *kind)
{
  g_autofree char *path = get_path (fixture, kind->file);

  kind->start (fixture, path);
  return g_steal_pointer (&path);
}

static void
wait_idle (Fixture *fixture)
{
  test_wait_for (!train_is_busy (&fixture->train));
  pel_widget_test_run (20);
}

/* Nothing that is half written, under whatever name. */
static guint
count_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->out, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_test_message ("%s", name);
      g_assert_false (name[0] == '.');
      g_assert_null (strstr (name, "tmp"));
      n++;
    }
  return n;
}

static TestBarrier *
hold_up (Fixture *fixture)
{
  TestBarrier *barrier = g_object_new (TEST_TYPE_BARRIER, NULL);

  pel_job_runner_submit (pel_workspace_get_runner (fixture->train.workspace), PEL_JOB (barrier));
  return barrier;
}

static char *
read_file (const char *path, gsize *size)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, size, NULL));
  return text;
}

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *path = start (fixture, kind);

  wait_idle (fixture);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_nonnull (fixture->toast);
  g_assert_nonnull (strstr (fixture->toast, kind->done));
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  if (kind->start == copy_model)
    {
      gsize n_old, n_new;
      g_autofree char *old = read_file (pel_model_entry_get_path (get_model (fixture)), &n_old);
      g_autofree char *copy = read_file (path, &n_new);

      g_assert_cmpmem (old, n_old, copy, n_new);
    }
}

/* A file stands where its folder would have to be. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *file = get_path (fixture, "file");
  g_autofree char *path = g_build_filename (file, kind->file, NULL);

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  kind->start (fixture, path);
  wait_idle (fixture);
  g_assert_cmpuint (fixture->n_failures, ==, 1);
  g_assert_cmpuint (count_files (fixture), ==, 1);
  g_assert_nonnull (get_model (fixture));
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  TestBarrier *barrier = hold_up (fixture);
  PelJobRunner *runner = pel_workspace_get_runner (fixture->train.workspace);
  g_autofree char *path = start (fixture, data);
  GListModel *jobs = pel_job_runner_get_jobs (runner);
  g_autoptr (PelJob) job = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, 2);
  job = g_list_model_get_item (jobs, 1);
  pel_job_cancel (job);
  test_gate_open (&barrier->gate);
  wait_idle (fixture);
  g_assert_nonnull (strstr (fixture->toast, "stopped"));
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (fixture), ==, 0);
  g_object_unref (barrier);
}

/* While it waits somebody paints and asks for the same again: what is there in the end is of the
 * latest state, and whole. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  PelImageDocument *image = pel_project_get_image (fixture->train.project, 0);
  TestBarrier *barrier = hold_up (fixture);
  g_autofree char *path = start (fixture, kind);
  g_autofree char *fresh_folder = get_path (fixture, "fresh");
  g_autofree char *fresh = g_build_filename (fresh_folder, kind->file, NULL);
  g_autofree char *a = NULL, *b = NULL;
  gsize n_a, n_b;

  test_paint (image, 88, 56, 3, 900);
  g_free (start (fixture, kind));
  test_gate_open (&barrier->gate);
  wait_idle (fixture);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (fresh_folder, 0777), ==, 0);
  kind->start (fixture, fresh);
  wait_idle (fixture);
  a = read_file (path, &n_a);
  b = read_file (fresh, &n_b);
  g_assert_cmpmem (a, n_a, b, n_b);
  g_object_unref (barrier);
}

/* Another project is opened in the window meanwhile, or none. */
static void
test_left (Fixture *fixture, gconstpointer data)
{
  TestBarrier *barrier = hold_up (fixture);
  g_autofree char *path = start (fixture, data);

  pel_workspace_set_project (fixture->train.workspace, NULL);
  test_gate_open (&barrier->gate);
  wait_idle (fixture);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_object_unref (barrier);
}

/* The window is closed while one is at work and another waits. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *path = start (fixture, kind);
  g_autofree char *second = get_path (fixture, "second");

  kind->start (fixture, second);
  train_close (&fixture->train);
  wait_idle (fixture);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  count_files (fixture);
  if (kind->start == copy_model && g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autoptr (PelModel) model = pel_model_load (path, NULL);

      g_assert_nonnull (model);
    }
}

/* A model twice in one breath gives one copy, and a word about it. */
static void
test_duplicates (Fixture *fixture, gconstpointer data)
{
  TestBarrier *barrier = hold_up (fixture);

  pel_model_menu_duplicate (fixture->train.workspace, get_model (fixture));
  g_assert_null (fixture->toast);
  pel_model_menu_duplicate (fixture->train.workspace, get_model (fixture));
  g_assert_cmpstr (fixture->toast, ==, "This model is being copied already");
  test_gate_open (&barrier->gate);
  wait_idle (fixture);
  g_assert_nonnull (pel_project_find_model (fixture->train.project, "plain (copy)"));
  g_assert_null (pel_project_find_model (fixture->train.project, "plain (copy)-2"));
  g_assert_cmpstr (fixture->toast, ==, "Model copied");

  /* Afterwards there is room for another. */
  pel_model_menu_duplicate (fixture->train.workspace, get_model (fixture));
  wait_idle (fixture);
  g_assert_nonnull (pel_project_find_model (fixture->train.project, "plain (copy)-2"));
  g_object_unref (barrier);
}

static void
add (const Kind *kind, const char *end, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/window-ends/%s/%s", kind->name, end);

  g_test_add (path, Fixture, kind, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      add (&kinds[i], "finished", test_finished);
      add (&kinds[i], "failed", test_failed);
      add (&kinds[i], "cancelled", test_cancelled);
      add (&kinds[i], "superseded", test_superseded);
      add (&kinds[i], "left", test_left);
      add (&kinds[i], "closed", test_closed);
    }
  g_test_add ("/window-ends/duplicates", Fixture, NULL, set_up, test_duplicates, tear_down);
  return g_test_run ();
}
