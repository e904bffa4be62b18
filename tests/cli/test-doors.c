/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <string.h>
#include <glib/gstdio.h>

#include "engine/pel-engine.h"

/* Out by one door and in by another: every format that `import` reads gives the labels back. */

static const char *const formats[] = {
  "tiff", "png", "roi", "geojson", "coco", "coco-rle", "coco-compressed", "rle", "npy", "cp-masks"
};

static PelLabels *
load (const char *folder, const char *name, guint page)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  PelLabels *labels = pel_labels_load (path, page, NULL, &error);

  g_assert_no_error (error);
  return labels;
}

static void
assert_same (const char *a_folder, const char *a, const char *b_folder, const char *b)
{
  g_autoptr (PelLabels) x = load (a_folder, a, 0);
  g_autoptr (PelLabels) y = load (b_folder, b, 0);

  g_assert_true (pel_labels_equal (x, y));
}

static char *
source_folder (const char *name)
{
  return g_build_filename (g_getenv ("PELLICLE_SOURCE"), "data", "sample", name, NULL);
}

static void
test_there_and_back (void)
{
  g_autofree char *images = source_folder ("images");
  g_autofree char *masks = source_folder ("masks");

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      char *folder = program_make_folder ();
      g_autofree char *out = g_build_filename (folder, "out", NULL);
      g_autofree char *back = g_build_filename (folder, "back", NULL);
      g_autofree char *line = g_strdup_printf (
          "export --quiet --labels %%s --images %%s --format %s --out %%s", formats[i]);
      g_auto (ProgramRun) gone = { 0 };
      g_auto (ProgramRun) come = { 0 };

      program_run (&gone, line, masks, images, out);
      program_assert_done (&gone);
      program_run (&come, "import --quiet --images %s --out %s %s", images, back, out);
      program_assert_done (&come);
      assert_same (masks, "t98g_12.tif", back, "t98g_12.tif");
      assert_same (masks, "t98g_22.tif", back, "t98g_22.tif");
      assert_same (masks, "t98g_25.tif", back, "t98g_25.tif");
      assert_same (masks, "t98g_27.tif", back, "t98g_27.tif");
      program_remove_folder (folder);
    }
}

/* A copy of the sample project whose masks are gone. */
static char *
copy_project (const char *folder)
{
  char *project = g_build_filename (folder, "project", NULL);
  g_autofree char *sample = source_folder ("");
  g_autofree char *masks = g_build_filename (project, "masks", NULL);
  g_autofree char *command = g_strdup_printf ("cp -r %s %s", sample, project);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_autoptr (GDir) dir = g_dir_open (masks, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (masks, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  return project;
}

static void
test_project (void)
{
  char *folder = program_make_folder ();
  g_autofree char *masks = source_folder ("masks");
  g_autofree char *project = copy_project (folder);
  g_autofree char *taken = g_build_filename (project, "masks", NULL);
  g_autofree char *regions = g_build_filename (folder, "regions", NULL);
  g_autofree char *table = g_build_filename (folder, "cells.json", NULL);
  g_autofree char *again = g_build_filename (folder, "again", NULL);
  g_auto (ProgramRun) made = { 0 };
  g_auto (ProgramRun) come = { 0 };
  g_auto (ProgramRun) gone = { 0 };
  g_auto (ProgramRun) back = { 0 };

  program_run (&made, "export --quiet --labels %s --format roi --out %s", masks, regions);
  program_assert_done (&made);
  program_run (&come, "import --quiet --project %s %s", project, regions);
  program_assert_done (&come);
  assert_same (masks, "t98g_12.tif", taken, "t98g_12.tif");
  g_autoptr (GBytes) json = program_read (project, "project.json");
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (json, NULL), (gssize)g_bytes_get_size (json),
                                  "\"cells\" : 55"));

  program_run (&gone, "export --quiet --project %s --format coco --out %s", project, table);
  program_assert_done (&gone);
  program_run (&back, "import --quiet --out %s %s", again, table);
  program_assert_done (&back);
  assert_same (masks, "t98g_27.tif", again, "t98g_27.tif");
  program_remove_folder (folder);
}

/* Pages go out one by one, and come back to the page that they say. */
static void
test_stack (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = g_build_filename (folder, "images", NULL);
  g_autofree char *stack = g_build_filename (images, "a.tif", NULL);
  g_autofree char *sample = program_data ("formats/gen_imagej_t3_c2.tif");
  g_autofree char *content = NULL;
  gsize length;
  g_autofree char *labels = g_build_filename (folder, "labels", NULL);
  g_autofree char *second = g_build_filename (labels, "a_p002.tif", NULL);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_autofree char *regions = g_build_filename (out, "a_p002_rois.zip", NULL);
  g_autofree char *renamed = g_build_filename (out, "a_rois.zip", NULL);
  g_autofree char *back = g_build_filename (folder, "back", NULL);
  g_auto (PelImageInfo) info = { 0 };
  g_auto (ProgramRun) gone = { 0 };
  g_auto (ProgramRun) come = { 0 };

  g_mkdir (images, 0777);
  g_mkdir (labels, 0777);
  g_assert_true (g_file_get_contents (sample, &content, &length, NULL));
  g_assert_true (g_file_set_contents (stack, content, (gssize)length, NULL));
  g_assert_true (pel_image_probe (stack, &info, NULL));
  g_assert_cmpuint (info.positions, ==, 3);
  g_autoptr (PelLabelMap) map = pel_label_map_new (info.width, info.height, NULL);
  pel_label_map_fill_span (map, 3, 5, 9, 7);
  pel_label_map_fill_span (map, 4, 6, 9, 7);
  g_autoptr (PelLabels) cells = pel_label_map_snapshot (map);
  g_assert_true (pel_labels_save_tiff (cells, second, 0, 0, NULL));

  program_run (&gone, "export --quiet --labels %s --images %s --format roi --out %s", labels,
               images, out);
  program_assert_done (&gone);
  /* As ImageJ would save the regions of a stack: one archive, with a slice in each. */
  g_assert_cmpint (g_rename (regions, renamed), ==, 0);
  program_run (&come, "import --quiet --images %s --out %s %s", images, back, renamed);
  program_assert_done (&come);
  g_autoptr (PelLabels) first_page = load (back, "a_p001.tif", 0);
  g_assert_cmpuint (pel_labels_get_max (first_page), ==, 0);
  assert_same (labels, "a_p002.tif", back, "a_p002.tif");
  program_remove_folder (folder);
}

/* Files that are none: a line each, the status 1, and the good one beside them is taken. */
static void
test_refused (void)
{
  static const struct
  {
    const char *name, *content, *part;
  } bad[] = {
    { "b_rois.zip", "PK\x03\x04 and no more", "no archive of ImageJ regions" },
    { "c.geojson", "{\"features\":[{\"geometry\":7}]}", "no GeoJSON features" },
    { "d.json", "{\"annotations\":[{\"id\":1}]}", "no COCO file" },
    { "e.csv", "ImageId,EncodedPixels\na,1\n", "row 2" },
    { "f_seg.npy", "\x93NUMPY\x01 and no more", "no NumPy file" },
    { "g.csv", "name,area\nx,4\n", "no cells in a form" },
  };
  char *folder = program_make_folder ();
  g_autofree char *masks = source_folder ("masks");
  g_autofree char *images = source_folder ("images");
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_auto (ProgramRun) made = { 0 };
  g_auto (ProgramRun) mixed = { 0 };

  program_run (&made, "export --quiet --labels %s/t98g_12.tif --format roi --out %s", masks, files);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_build_filename (files, bad[i].name, NULL);
      g_auto (ProgramRun) run = { 0 };

      g_assert_true (g_file_set_contents (path, bad[i].content, -1, NULL));
      program_run (&run, "import --quiet --images %s --out %s %s", images, out, path);
      program_assert_error (&run, 1, bad[i].part);
      g_assert_nonnull (strstr (run.errors, bad[i].name));
    }
  program_run (&mixed, "import --quiet --images %s --out %s %s", images, out, files);
  g_assert_cmpint (mixed.status, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (strstr (mixed.errors, bad[i].name));
  assert_same (masks, "t98g_12.tif", out, "t98g_12.tif");
  program_remove_folder (folder);
}

static void
test_misused (void)
{
  static const struct
  {
    const char *line, *part;
  } lines[] = {
    { "export --labels . --out x", "--format" },
    { "export --labels . --format tif --out x", "“tif” is no format" },
    { "export --format roi --out x", "--labels" },
    { "export --labels . --format svg --out x", "--images" },
    { "export --labels . --format roi", "--out" },
    { "import --out x", "files of cells" },
    { "import a.zip", "--out" },
    { "import --project x --out y a.zip", "--project" },
    { "convert --onnx x.onnx", "the model" },
    { "convert a.safetensors", "--onnx" },
    { "convert a.safetensors --onnx x.onnx --opset 9", "13 or more" },
    { "convert a.safetensors --onnx x.onnx --opset 18", "17 or less" },
    { "convert a.safetensors --bioimageio x.zip --opset 18", "17 or less" },
    { "convert a.onnx --model x.safetensors --polarity choose", "keep or auto" },
    { "convert a.onnx --model x.safetensors --percentiles 1", "two numbers" },
    { "convert a.onnx --model x.safetensors --percentiles 60,99", "two numbers" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (ProgramRun) run = { 0 };

      program_run (&run, lines[i].line);
      program_assert_error (&run, 2, lines[i].part);
    }
}

/* Pictures and models, as far as their heads tell. */
static void
test_pictures_and_models (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = source_folder ("images");
  g_autofree char *masks = source_folder ("masks");
  g_autofree char *small_images = program_data ("nuclei/images");
  g_autofree char *small_masks = program_data ("nuclei/masks");
  g_autofree char *model = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *onnx = g_build_filename (folder, "model.onnx", NULL);
  g_autofree char *package = g_build_filename (folder, "model.zip", NULL);
  g_auto (ProgramRun) svg = { 0 };
  g_auto (ProgramRun) train = { 0 };
  g_auto (ProgramRun) convert = { 0 };
  g_auto (ProgramRun) refused = { 0 };
  g_auto (ProgramRun) packed = { 0 };
  g_auto (ProgramRun) unnamed = { 0 };
  g_auto (ProgramRun) itself = { 0 };

  program_run (&svg, "export --quiet --labels %s/t98g_12.tif --images %s --format svg --out %s",
               masks, images, folder);
  program_assert_done (&svg);
  g_autoptr (GBytes) picture = program_read (folder, "t98g_12.overlay.svg");
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (picture, NULL), 400, "<svg"));

  program_run (&train,
               "train --quiet --images %s --masks %s --model %s --base-channels 2 --depth 1 "
               "--patch 32 --batch 1 --epochs 1 --steps-per-epoch 2",
               small_images, small_masks, model);
  program_assert_done (&train);
  program_run (&convert, "convert --quiet %s --onnx %s", model, onnx);
  program_assert_done (&convert);
  g_autoptr (GBytes) network = program_read (folder, "model.onnx");
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (network, NULL),
                                  (gssize)g_bytes_get_size (network), "Pellicle"));
  program_run (&refused, "convert --quiet %s/t98g_12.png --onnx %s", images, package);
  program_assert_error (&refused, 1, "t98g_12.png");
  program_run (&packed, "convert --quiet %s --bioimageio %s --license MIT --author Ada", model,
               package);
  program_assert_done (&packed);
  g_autoptr (GBytes) zip = program_read (folder, "model.zip");
  g_assert_cmpmem (g_bytes_get_data (zip, NULL), 4, "PK\x03\x04", 4);
  program_run (&unnamed, "convert --quiet %s --bioimageio %s --name x", model, package);
  program_assert_error (&unnamed, 1, "BioImage.IO");
  program_run (&itself, "convert --quiet %s --bioimageio %s", model, model);
  program_assert_error (&itself, 1, "--bioimageio");
  program_remove_folder (folder);
}

/* A network of another program becomes a model that predicts; our own goes there and back. */
static void
test_networks (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *foreign = program_data ("onnx/padded.onnx");
  g_autofree char *unnamed = program_data ("onnx/two-scores.onnx");
  g_autofree char *cubic = program_data ("onnx/cubic.onnx");
  g_autofree char *model = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *onnx = g_build_filename (folder, "model.onnx", NULL);
  g_autofree char *again = g_build_filename (folder, "again.onnx", NULL);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_auto (ProgramRun) come = { 0 };
  g_auto (ProgramRun) predict = { 0 };
  g_auto (ProgramRun) gone = { 0 };
  g_auto (ProgramRun) named = { 0 };
  g_auto (ProgramRun) not_named = { 0 };
  g_auto (ProgramRun) refused = { 0 };
  g_auto (ProgramRun) back = { 0 };
  g_auto (ProgramRun) told = { 0 };
  g_auto (ProgramRun) told_onnx = { 0 };

  program_run (&come, "convert %s --model %s --percentiles 0.5,99 --polarity auto", foreign, model);
  program_assert_done (&come);
  g_assert_nonnull (strstr (come.output, "percentiles 0.5 and 99"));
  g_assert_nonnull (strstr (come.output, "logits"));
  program_run (&predict, "predict --quiet --model %s --out %s %s", model, out, images);
  program_assert_done (&predict);

  program_run (&gone, "convert --quiet %s --onnx %s", model, onnx);
  program_assert_done (&gone);
  program_run (&back, "convert --quiet %s --onnx %s", onnx, again);
  program_assert_done (&back);
  g_autoptr (GBytes) first = program_read (folder, "model.onnx");
  g_autoptr (GBytes) second = program_read (folder, "again.onnx");
  g_assert_true (g_bytes_equal (first, second));
  /* What a model of Pellicle tells itself is not for others to say. */
  program_run (&told, "convert --quiet %s --onnx %s --percentiles 1,99", model, again);
  program_assert_error (&told, 1, "model.safetensors");
  program_run (&told_onnx, "convert --quiet %s --model %s --outputs cell", onnx, model);
  program_assert_error (&told_onnx, 1, "model.onnx");
  g_autoptr (GBytes) third = program_read (folder, "again.onnx");
  g_assert_true (g_bytes_equal (first, third));

  program_run (&not_named, "convert --quiet %s --model %s", unnamed, model);
  program_assert_error (&not_named, 1, "two-scores.onnx");
  program_run (&named, "convert --quiet %s --model %s --outputs background,cell", unnamed, model);
  program_assert_done (&named);
  program_run (&refused, "convert --quiet %s --model %s", cubic, model);
  program_assert_error (&refused, 1, "(Resize)");
  program_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doors/there-and-back", test_there_and_back);
  g_test_add_func ("/doors/project", test_project);
  g_test_add_func ("/doors/stack", test_stack);
  g_test_add_func ("/doors/refused", test_refused);
  g_test_add_func ("/doors/misused", test_misused);
  g_test_add_func ("/doors/pictures-and-models", test_pictures_and_models);
  g_test_add_func ("/doors/networks", test_networks);
  return g_test_run ();
}
