/* SPDX-License-Identifier: MIT */
#include "app/document/pel-augment-choice.h"
#include "app/document/pel-augment-job.h"
#include "app/document/pel-patch-picture.h"
#include "engine/train/pel-dataset.h"
#include "tests/document/pel-test-fixture.h"

/* Pictures of training patches with their random changes. */

#define N_PATCHES 4

typedef TestFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, 128, 96, 3, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

static PelAugmentJob *
new_job (Fixture *fixture)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (fixture->project);
  PelTrainConfig config;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  config.patch = 64;
  return pel_augment_job_new (&config, items, NULL, N_PATCHES);
}

static void
run (Fixture *fixture, PelAugmentJob *job)
{
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
}

static guint
count_equal (PelAugmentJob *a, gboolean a_changed, PelAugmentJob *b, gboolean b_changed)
{
  guint n = 0;

  for (guint i = 0; i < N_PATCHES; i++)
    n += g_bytes_equal (pel_augment_job_get_picture (a, i, a_changed),
                        pel_augment_job_get_picture (b, i, b_changed));
  return n;
}

static void
test_done (Fixture *fixture, gconstpointer data)
{
  PelAugmentJob *job = new_job (fixture), *same = new_job (fixture), *next;

  g_assert_cmpuint (pel_augment_job_get_n_patches (job), ==, 0);
  g_assert_null (pel_augment_job_get_config (job));
  run (fixture, job);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_augment_job_get_n_patches (job), ==, N_PATCHES);
  g_assert_cmpuint (pel_augment_job_get_side (job), ==, 128);
  g_assert_cmpuint (g_bytes_get_size (pel_augment_job_get_picture (job, 0, TRUE)), ==,
                    128 * 128 * 3);
  g_assert_true (pel_augment_job_get_config (job)->flips);
  /* They are changed, the same ones with the same seed, and others the next time. */
  g_assert_cmpuint (count_equal (job, TRUE, job, FALSE), ==, 0);
  run (fixture, same);
  g_assert_cmpuint (count_equal (job, TRUE, same, TRUE), ==, N_PATCHES);
  next = pel_augment_job_new_next (job);
  g_assert_finalize_object (job);
  run (fixture, next);
  g_assert_cmpuint (pel_augment_job_get_n_patches (next), ==, N_PATCHES);
  g_assert_cmpuint (count_equal (next, TRUE, same, TRUE), ==, 0);
  g_assert_finalize_object (same);
  g_assert_finalize_object (next);
}

/* The places stay while the strength changes, and there is nothing to see without it. */
static void
test_strengths (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelAugmentChoice) choice = pel_augment_choice_new ();
  PelAugmentJob *first = new_job (fixture), *last;

  run (fixture, first);
  last = g_object_ref (first);
  for (guint s = 0; s < PEL_AUGMENT_STRENGTH_OWN; s++)
    {
      PelAugmentJob *job = pel_augment_job_new_again (last);

      pel_augment_choice_set_strength (choice, (PelAugmentStrength)s);
      pel_augment_job_set_augment (job, pel_augment_choice_get_config (choice));
      run (fixture, job);
      g_assert_cmpuint (count_equal (job, FALSE, first, FALSE), ==, N_PATCHES);
      g_assert_cmpuint (count_equal (job, TRUE, job, FALSE), ==,
                        s == PEL_AUGMENT_STRENGTH_NONE ? N_PATCHES : 0);
      g_assert_cmpuint (count_equal (job, TRUE, first, TRUE), ==,
                        s == PEL_AUGMENT_STRENGTH_USUAL ? N_PATCHES : 0);
      g_object_unref (last);
      last = job;
    }
  g_assert_finalize_object (first);
  g_assert_finalize_object (last);
}

static void
count (PelAugmentChoice *choice, guint *n)
{
  (*n)++;
}

/* A word follows the preset, own values are told apart from it, and both survive as text. */
static void
test_choice (void)
{
  g_autoptr (PelAugmentChoice) choice = pel_augment_choice_new ();
  g_autoptr (PelAugmentChoice) other = pel_augment_choice_new ();
  PelAugmentConfig augment;
  guint n = 0;

  g_signal_connect (choice, "changed", G_CALLBACK (count), &n);
  g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_USUAL);
  pel_augment_choice_set_strength (choice, PEL_AUGMENT_STRENGTH_USUAL);
  pel_augment_choice_set_preset (choice, PEL_PRESET_BALANCED);
  g_assert_cmpuint (n, ==, 0);
  pel_augment_choice_set_preset (choice, PEL_PRESET_SEED);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpfloat (pel_augment_choice_get_config (choice)->warp_share, ==, 1.0);
  pel_augment_choice_set_strength (choice, PEL_AUGMENT_STRENGTH_STRONG);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (pel_augment_choice_get_config (choice)->elastic, ==, 20.0);
  pel_augment_choice_set_preset (choice, PEL_PRESET_QUICK);
  g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_STRONG);
  g_assert_cmpuint (n, ==, 3);

  augment = *pel_augment_choice_get_config (choice);
  pel_augment_choice_set_config (choice, &augment);
  g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_STRONG);
  g_assert_cmpuint (n, ==, 3);
  augment.elastic = 33.5;
  augment.flips = FALSE;
  pel_augment_choice_set_config (choice, &augment);
  g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_OWN);
  g_assert_cmpuint (n, ==, 4);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *text = pel_augment_choice_to_text (choice);

      pel_augment_choice_set_text (other, text);
      g_assert_cmpint (pel_augment_choice_get_strength (other), ==,
                       pel_augment_choice_get_strength (choice));
      g_assert_cmpfloat (pel_augment_choice_get_config (other)->elastic, ==,
                         pel_augment_choice_get_config (choice)->elastic);
      g_assert_cmpint (pel_augment_choice_get_config (other)->flips, ==,
                       pel_augment_choice_get_config (choice)->flips);
      pel_augment_choice_set_strength (choice, PEL_AUGMENT_STRENGTH_GENTLE);
    }
  /* Another preset has other values: own ones do not outlive it. */
  pel_augment_choice_set_config (choice, &augment);
  pel_augment_choice_set_preset (choice, PEL_PRESET_SEED);
  g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_USUAL);
}

/* From a file that anybody may have written. */
static void
test_choice_from_nonsense (void)
{
  static const char *const texts[] = {
    NULL,
    "",
    "own",
    "STRONG",
    "{",
    "{}",
    "[]",
    "{\"preset\":7}",
    "\xff\xfe",
    "{\"preset\":\"quick\",\"task\":\"cells\",\"loss\":\"bce\",\"optimizer\":\"adam\","
    "\"polarity\":\"keep\",\"elastic\":1e9}",
    "{\"preset\":\"quick\",\"task\":\"cells\",\"loss\":\"bce\",\"optimizer\":\"adam\","
    "\"polarity\":\"keep\",\"elastic_grid\":-1}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (PelAugmentChoice) choice = pel_augment_choice_new ();

      pel_augment_choice_set_strength (choice, PEL_AUGMENT_STRENGTH_NONE);
      pel_augment_choice_set_text (choice, texts[i]);
      g_assert_cmpint (pel_augment_choice_get_strength (choice), ==, PEL_AUGMENT_STRENGTH_USUAL);
      g_assert_cmpfloat (pel_augment_choice_get_config (choice)->elastic, ==, 10.0);
    }
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  PelAugmentJob *job;

  for (guint i = 0; i < 3; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  job = new_job (fixture);
  run (fixture, job);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_FAILED);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
  g_assert_cmpuint (pel_augment_job_get_n_patches (job), ==, 0);
  g_assert_finalize_object (job);
}

/* One that is given up, whether or not it has begun, beside one that takes its place. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  PelAugmentJob *old = new_job (fixture), *fresh = new_job (fixture);

  pel_job_runner_submit (fixture->runner, PEL_JOB (old));
  pel_job_cancel (PEL_JOB (old));
  run (fixture, fresh);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (old)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_cmpuint (pel_augment_job_get_n_patches (old), ==, 0);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (fresh)), ==, PEL_JOB_STATE_DONE);
  g_assert_finalize_object (old);
  g_assert_finalize_object (fresh);
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelAugmentJob *job = new_job (fixture);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_assert_true (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_finalize_object (job);
}

/* The pictures */

static const guint8 *
peek (GBytes *picture, guint side, guint x, guint y)
{
  const guint8 *data = g_bytes_get_data (picture, NULL);

  return data + 3 * ((gsize)y * side + x);
}

static void
test_picture (void)
{
  enum
  {
    SIDE = 32
  };
  guint8 pixels[SIDE * SIDE * 3];
  guint32 labels[SIDE * SIDE];
  guint side = pel_patch_picture_get_side (SIDE);
  g_autoptr (GBytes) picture = NULL;

  memset (pixels, 100, sizeof pixels);
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      labels[y * SIDE + x] = x >= 24                                ? PEL_LABEL_IGNORED
                             : x >= 8 && x < 16 && y >= 8 && y < 16 ? 7
                                                                    : 0;
  g_assert_cmpuint (side, ==, 64);
  picture = pel_patch_picture_new (pixels, labels, SIDE);
  g_assert_cmpuint (g_bytes_get_size (picture), ==, 64 * 64 * 3);
  /* Yellow on the cell's rim, its inside and far background as they were, a dark line around. */
  g_assert_cmpuint (peek (picture, side, 16, 20)[0], ==, 0xff);
  g_assert_cmpuint (peek (picture, side, 16, 20)[2], ==, 0x40);
  g_assert_cmpuint (peek (picture, side, 24, 24)[1], ==, 100);
  g_assert_cmpuint (peek (picture, side, 4, 4)[1], ==, 100);
  g_assert_cmpuint (peek (picture, side, 15, 20)[0], <, 60);
  /* What does not count is dimmed, with a brighter hatch. */
  g_assert_cmpuint (peek (picture, side, 57, 2)[0], ==, 50);
  g_assert_cmpuint (peek (picture, side, 60, 4)[0], >, 100);
}

/* Large patches are reduced, whatever their side. */
static void
test_large_picture (void)
{
  for (guint side = 500; side < 2100; side += 533)
    {
      g_autofree guint8 *pixels = g_malloc0 ((gsize)side * side * 3);
      g_autofree guint32 *labels = g_new0 (guint32, (gsize)side * side);
      g_autoptr (GBytes) picture = pel_patch_picture_new (pixels, labels, side);
      guint out = pel_patch_picture_get_side (side);

      g_assert_cmpuint (out, <=, 512);
      g_assert_cmpuint (out, >, 250);
      g_assert_cmpuint (g_bytes_get_size (picture), ==, (gsize)out * out * 3);
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/augment/done", test_done);
  ADD ("/augment/strengths", test_strengths);
  g_test_add_func ("/augment/choice", test_choice);
  g_test_add_func ("/augment/choice-from-nonsense", test_choice_from_nonsense);
  ADD ("/augment/failed", test_failed);
  ADD ("/augment/superseded", test_superseded);
  ADD ("/augment/closed", test_closed);
  g_test_add_func ("/augment/picture", test_picture);
  g_test_add_func ("/augment/large-picture", test_large_picture);
  return g_test_run ();
}
