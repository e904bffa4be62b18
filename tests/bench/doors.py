#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Exports cells in every format of `pellicle export`, has each file opened by programs that are not
Pellicle, and compares the cells pixel by pixel; then reads them back with `pellicle import`.

    [PELLICLE_SAMPLES=FOLDER] tests/bench/doors.py .build/app/pellicle [--keep FOLDER]

The readers: tifffile, scikit-image, NumPy, json and pandas (Debian's python3-tifffile, python3-skimage,
python3-pandas), ImageJ (Debian's imagej, under xvfb-run), rsvg-convert (librsvg2-bin), LibreOffice Calc,
R, and bioimageio.core with onnxruntime (both from PyPI; PELLICLE_BIOIMAGEIO names the folders where they are, and
PELLICLE_BIOIMAGEIO_PYTHON the Python that they are for, where it is another). What is not installed is left out,
and said. Outlines are filled here by the even-odd rule at the pixels' centres,
run lengths unpacked here from their definitions.

The cells are made to be unlike each other: one pixel, holes, several pieces, at every border, gaps in the
numbers, more than 65535 of them, images of 1x1 and without cells, a stack, file names with commas, quotes,
line ends and umlauts; and the real ones of FOLDER. A table in Markdown is printed; it stands in results.md.
Exits with 1 where a pixel differs."""
import csv
import glob
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import tifffile
from skimage import io

HERE = os.path.dirname(os.path.abspath(__file__))
ODD = "Größe, 5 µm \"b\"\nzweite Zeile"
REAL = "dsb2018-val"
IMAGEJ = "/usr/share/java/ij.jar"
# ImageJ takes long for tens of thousands of regions.
MANY = "many"


def shapes():
    a = np.zeros((97, 131), np.int32)
    yy, xx = np.mgrid[:97, :131]
    a[(yy - 30) ** 2 + (xx - 30) ** 2 <= 400] = 1
    a[(yy - 30) ** 2 + (xx - 30) ** 2 <= 90] = 0  # a hole
    a[29:32, 29:32] = 2  # a cell in it
    a[5, 70] = 3  # one pixel
    a[10:14, 80:84] = a[20:23, 90:97] = 4  # two pieces
    a[14, 84] = 4  # and a third that meets the first at a corner
    a[40:60, 70:90] = 7  # touching cells, and a gap in the numbers
    a[40:60, 90:100] = 8
    a[0, :9] = a[0:4, 0] = 9  # at each border
    a[-1, 60:80] = 10
    a[50:70, -1] = 11
    a[-3:, -3:] = 300
    a[80:90:2, 20:40:2] = 12  # fifty pieces of one pixel
    a[80:90, 50:55] = np.where((yy + xx)[80:90, 50:55] % 2, 13, 14)  # a chess board of two cells
    return a


def make_sets(root):
    """NAME of the mask file -> labels of its pages; and the folders."""
    many = np.arange(1, 260 * 260 + 1, dtype=np.int32).reshape(260, 260)
    sets = {
        "shapes": [shapes()],
        "one": [np.ones((1, 1), np.int32)],
        "none": [np.zeros((20, 30), np.int32)],
        "line": [np.repeat(np.arange(1, 41, dtype=np.int32), 5)[None, :]],
        ODD: [shapes()[::-1].copy()],
        MANY: [many],
        "stack": [shapes()[:60, :80].copy(), np.zeros((60, 80), np.int32), shapes()[30:90, 40:120].copy()],
    }
    samples = os.environ.get("PELLICLE_SAMPLES")
    if samples and os.path.isdir(os.path.join(samples, REAL)):
        for path in sorted(glob.glob(os.path.join(samples, REAL, "masks", "*.png")))[:12]:
            sets[os.path.splitext(os.path.basename(path))[0]] = [io.imread(path).astype(np.int32)]
    masks, images = os.path.join(root, "masks"), os.path.join(root, "images")
    os.makedirs(masks)
    os.makedirs(images)
    rng = np.random.default_rng(1)
    for name, pages in sets.items():
        stack = np.stack(pages)
        kind = np.uint16 if stack.max() < 65536 else np.uint32
        picture = rng.integers(0, 4000, stack.shape).astype(np.uint16)
        if len(pages) == 1:
            stack, picture = stack[0], picture[0]
        tifffile.imwrite(os.path.join(masks, name + ".tif"), stack.astype(kind), photometric="minisblack")
        tifffile.imwrite(os.path.join(images, name + ".tif"), picture, photometric="minisblack")
    return sets, masks, images


def by_page(sets):
    """NAME of what is exported -> labels."""
    flat = {}
    for name, pages in sets.items():
        for i, page in enumerate(pages):
            flat[name if len(pages) == 1 else "%s_p%03d" % (name, i + 1)] = page
    return flat


# ---- unpacking ----

def put(labels, rows, number):
    """Rows are (row, first, end); no pixel may belong to another cell."""
    n = 0
    for row, first, end in rows:
        part = labels[row, max(first, 0):max(end, 0)]
        assert not part[part != number].any(), "cells overlap"
        part[:] = number
        n += part.size
    return n


def inside(rings, height):
    """The pixels whose centres lie inside, by the even-odd rule; rings in pixels, edges at integers."""
    crossings = {}
    for ring in rings:
        points = [(float(x), float(y)) for x, y in ring]
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
            low, high = sorted((y0, y1))
            for row in range(max(int(np.ceil(low - 0.5)), 0), min(int(np.ceil(high - 0.5)), height)):
                crossings.setdefault(row, []).append(x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0))
    for row, xs in crossings.items():
        xs.sort()
        for a, b in zip(xs[::2], xs[1::2]):
            yield row, int(np.ceil(a - 0.5)), int(np.ceil(b - 0.5))


def along(counts, height):
    """Of runs down the columns, those of the cell."""
    at = 0
    for i, n in enumerate(counts):
        for k in range(at, at + n if i % 2 else at):
            yield k % height, k // height, k // height + 1
        at += n


def unpack_counts(text):
    """COCO's compressed counts, from the description of the format."""
    counts, at = [], 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            c = ord(text[at]) - 48
            value |= (c & 0x1F) << shift
            more = bool(c & 0x20)
            at += 1
            shift += 5
            if not more and c & 0x10:
                value |= -1 << shift
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
    return counts


# ---- readers: NAME of what was exported -> labels, or None where it is not there ----

def read_images(out, ending):
    def read(name, shape):
        path = os.path.join(out, name + ending)
        if not os.path.exists(path):
            return None
        return (tifffile.imread if ending.endswith(".tif") else io.imread)(path).astype(np.int64)
    return read


def read_npy(out):
    def read(name, shape):
        path = os.path.join(out, name + "_seg.npy")
        return np.load(path, allow_pickle=True).item()["masks"].astype(np.int64) if os.path.exists(path) else None
    return read


def read_geojson(out):
    def read(name, shape):
        with open(os.path.join(out, name + ".geojson"), encoding="utf-8") as file:
            features = json.load(file)["features"]
        labels = np.zeros(shape, np.int64)
        for number, feature in enumerate(features, 1):
            geometry = feature["geometry"]
            parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            for part in parts:
                put(labels, inside(part, shape[0]), number)
        return labels
    return read


def read_coco(out):
    with open(os.path.join(out, "annotations.json"), encoding="utf-8") as file:
        data = json.load(file)
    images = {image["id"]: image for image in data["images"]}
    found = {n: np.zeros((image["height"], image["width"]), np.int64) for n, image in images.items()}
    for number, annotation in enumerate(data["annotations"], 1):
        labels = found[annotation["image_id"]]
        segmentation = annotation["segmentation"]
        if isinstance(segmentation, list):
            rows = [row for ring in segmentation for row in inside([np.reshape(ring, (-1, 2))], len(labels))]
        else:
            assert segmentation["size"] == list(labels.shape), "size"
            counts = segmentation["counts"]
            counts = unpack_counts(counts) if isinstance(counts, str) else counts
            assert sum(counts) == labels.size, "counts"
            rows = list(along(counts, len(labels)))
        assert put(labels, rows, number) == annotation["area"], "area"
        box = [min(r[1] for r in rows), min(r[0] for r in rows)]
        box += [max(r[2] for r in rows) - box[0], max(r[0] for r in rows) + 1 - box[1]]
        assert box == annotation["bbox"], "bbox"

    def read(name, shape):
        for number, image in images.items():
            stem = os.path.splitext(image["file_name"])[0]
            if stem != name and not name.startswith(stem + "_p"):
                continue
            if stem != name and image.get("page", images_of(stem).index(number) + 1) != int(name[-3:]):
                continue
            return found[number]
        return None

    def images_of(stem):
        return [n for n, image in images.items() if os.path.splitext(image["file_name"])[0] == stem]
    return read


def read_kaggle(out):
    rows = {}
    with open(os.path.join(out, "cells-rle.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["ImageId"], []).append(row["EncodedPixels"])

    def read(name, shape):
        labels = np.zeros(shape[0] * shape[1], np.int64)
        for number, text in enumerate(rows.get(name, []), 1):
            values = [int(v) for v in text.split()]
            for start, length in zip(values[::2], values[1::2]):
                labels[start - 1:start - 1 + length] = number
        return labels.reshape(shape, order="F")
    return read


def read_imagej(out, images, names):
    """ImageJ fills each region with its number; it tells files by their names, so they get plain ones."""
    work = tempfile.mkdtemp(dir=out)
    lines = []
    for i, (name, shape) in enumerate(names.items()):
        path = os.path.join(out, name + "_rois.zip")
        if os.path.exists(path) and len(zipfile.ZipFile(path).namelist()) > 0:
            shutil.copy(path, os.path.join(work, "%d_rois.zip" % i))
            lines.append("%d %d %d" % (i, shape[1], shape[0]))
    with open(os.path.join(work, "list.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")
    subprocess.run(["xvfb-run", "-a", "java", "-Xmx1g", "-cp", IMAGEJ, "ij.ImageJ", "-batch",
                    os.path.join(HERE, "doors.ijm"), work + "/"], timeout=300, check=True, capture_output=True)

    def read(name, shape):
        i = list(names).index(name)
        path = os.path.join(work, "%d.tif" % i)
        return tifffile.imread(path).astype(np.int64) if os.path.exists(path) else np.zeros(shape, np.int64)
    return read


# ---- comparing ----

def same_numbers(got, wanted):
    return got.shape == wanted.shape and np.array_equal(got, wanted)


def same_cells(got, wanted):
    """The same pixels belong together, whatever their numbers."""
    if got.shape != wanted.shape or not np.array_equal(got > 0, wanted > 0):
        return False
    pairs = np.unique(np.stack([got[wanted > 0], wanted[wanted > 0]]), axis=1)
    return len(np.unique(pairs[0])) == pairs.shape[1] == len(np.unique(pairs[1]))


class Table:
    def __init__(self):
        self.failed = False
        print("| what | read by | images | cells | pixels that differ or rows that are wrong |")
        print("|---|---|---|---|---|")

    def add(self, what, reader, n_images, n_cells, wrong):
        self.failed |= bool(wrong)
        print("| %s | %s | %d | %d | %s |" % (what, reader, n_images, n_cells, ", ".join(wrong) or "0"), flush=True)


def compare(table, what, reader, flat, read, same):
    wrong, n, cells = [], 0, 0
    for name, wanted in flat.items():
        try:
            got = read(name, wanted.shape)
        except (AssertionError, ValueError, KeyError, OSError) as error:
            wrong.append("%r: %s" % (name, error))
            continue
        if got is None:
            wrong.append("%r is missing" % name)
            continue
        if not same(got.reshape(wanted.shape) if got.size == wanted.size else got, wanted):
            wrong.append("%r" % name)
        n += 1
        cells += len(np.unique(wanted[wanted > 0]))
    table.add(what, reader, n, cells, wrong)


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(arguments[:3]), done.stderr))


def has(program):
    found = shutil.which(program) is not None
    if not found:
        print("(%s is not installed)" % program)
    return found


def compare_formats(table, program, root, flat, masks, images):
    few = {name: labels for name, labels in flat.items() if name != MANY}
    version = "NumPy " + np.__version__
    for word in ("tiff", "png", "roi", "geojson", "coco", "coco-rle", "coco-compressed", "rle", "npy", "cp-masks"):
        out = os.path.join(root, word)
        # 16 bits cannot hold so many.
        source, some = masks, flat
        if word in ("png", "cp-masks"):
            source, some = os.path.join(root, "few"), few
            if not os.path.isdir(source):
                shutil.copytree(masks, source)
                os.remove(os.path.join(source, MANY + ".tif"))
        run(program, "export", "--quiet", "--labels", source, "--images", images, "--format", word, "--out", out)
        if word == "tiff":
            compare(table, word, "tifffile " + tifffile.__version__, some, read_images(out, ".tif"), same_numbers)
        elif word == "png":
            compare(table, word, "scikit-image", some, read_images(out, ".png"), same_numbers)
        elif word == "cp-masks":
            compare(table, word, "scikit-image", some, read_images(out, "_cp_masks.png"), same_numbers)
        elif word == "npy":
            compare(table, word, version, some, read_npy(out), same_numbers)
        elif word == "rle":
            compare(table, word, version, some, read_kaggle(out), same_cells)
        elif word == "geojson":
            compare(table, word, "json, even-odd", some, read_geojson(out), same_cells)
        elif word == "roi":
            if has("java") and has("xvfb-run") and os.path.exists(IMAGEJ):
                compare(table, word, "ImageJ", few,
                        read_imagej(out, images, {n: a.shape for n, a in few.items()}), same_cells)
        else:
            compare(table, word, "json, " + version, some, read_coco(out), same_cells)
        back = os.path.join(root, "back-" + word)
        files = sorted(glob.glob(glob.escape(out) + "/*[!a-z]*") + glob.glob(glob.escape(out) + "/*.*"))
        run(program, "import", "--quiet", "--images", images, "--out", back, *sorted(set(f for f in files if os.path.isfile(f))))
        wanted = {n: a for n, a in some.items() if a.any()}
        compare(table, word, "`pellicle import`", wanted, read_images(back, ".tif"), same_cells)
    svg = os.path.join(root, "svg")
    run(program, "export", "--quiet", "--labels", os.path.join(root, "few"), "--images", images, "--format", "svg",
        "--out", svg)
    if has("rsvg-convert"):
        wrong = []
        for name, labels in few.items():
            target = os.path.join(root, "drawn.png")
            done = subprocess.run(["rsvg-convert", "-o", target, os.path.join(svg, name + ".overlay.svg")])
            if done.returncode != 0 or not os.path.getsize(target):
                wrong.append("%r" % name)
        table.add("svg", "rsvg-convert", len(few), sum(len(np.unique(a[a > 0])) for a in few.values()), wrong)
    overlay = os.path.join(root, "overlay")
    run(program, "export", "--quiet", "--labels", os.path.join(root, "few"), "--images", images, "--format",
        "overlay", "--out", overlay)
    wrong = [repr(n) for n, a in few.items() if io.imread(os.path.join(overlay, n + ".overlay.png")).shape[:2] != a.shape]
    table.add("overlay", "scikit-image", len(few), sum(len(np.unique(a[a > 0])) for a in few.values()), wrong)


# ---- tables ----

def compare_tables(table, program, root, sets, masks, images):
    path = os.path.join(root, "cells.csv")
    run(program, "measure", "--quiet", "--labels", masks, "--images", images, "--csv", path)
    wanted = sorted((name if len(pages) == 1 else "%s_p%03d" % (name, page + 1), page + 1, int(label),
                     int((labels == label).sum()))
                    for name, pages in sets.items() for page, labels in enumerate(pages)
                    for label in np.unique(labels[labels > 0]))

    def check(reader, rows):
        wrong = [] if sorted(rows) == wanted else ["%d of %d rows" % (len(set(wanted) - set(rows)), len(wanted))]
        table.add("csv", reader, len(sets), len(rows), wrong)

    if importlib.util.find_spec("pandas"):
        import pandas
        t = pandas.read_csv(path, keep_default_na=False, na_values=[""], dtype={"image": str})
        check("pandas " + pandas.__version__,
              list(zip(t["image"], t["page"].astype(int), t["cell"].astype(int), t["area_px"].astype(int))))
    if has("Rscript"):
        code = ('t <- read.csv(commandArgs(TRUE)[1], encoding = "UTF-8"); stopifnot(is.numeric(t$area_px));'
                'write.table(t[, c("page", "cell", "area_px")], row.names = FALSE, col.names = FALSE);'
                'cat("names", length(unique(t$image)), sum(t$image == commandArgs(TRUE)[2]), "\\n")')
        done = subprocess.run(["Rscript", "-e", code, path, ODD], capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        lines = done.stdout.strip().split("\n")
        rows = sorted(tuple(int(float(v)) for v in line.split()) for line in lines[:-1])
        n_odd = len([w for w in wanted if w[0] == ODD])
        wrong = [] if rows == sorted(w[1:] for w in wanted) and lines[-1].split()[2] == str(n_odd) else [done.stderr[:200] or lines[-1]]
        table.add("csv", "R", len(sets), len(rows), wrong)
    if has("soffice"):
        subprocess.run(["soffice", "--headless", "--convert-to", "ods", "--infilter=CSV:44,34,76,1,,0,false,true,false", "--outdir", root,
                        path], capture_output=True, timeout=300)
        ods = os.path.join(root, "cells.ods")
        subprocess.run(["soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
                        "--outdir", os.path.join(root, "calc"), ods], capture_output=True, timeout=300)
        back = os.path.join(root, "calc", "cells.csv")
        rows = []
        if os.path.exists(back):
            with open(back, newline="", encoding="utf-8") as file:
                rows = [(r["image"], int(r["page"]), int(r["cell"]), int(float(r["area_px"]))) for r in csv.DictReader(file)]
        check("LibreOffice Calc, and back", rows)


# ---- models ----

def compare_models(table, program, root, masks, images):
    """The ready-made model, and one of each way to part cells, trained here for a few steps."""
    models = {"model package": sorted(glob.glob(os.path.join(HERE, "..", "..", "data", "models", "*.safetensors")))[0]}
    for kind, folder in (("images", images), ("masks", masks)):
        os.makedirs(os.path.join(root, "training", kind))
        shutil.copy(os.path.join(folder, "shapes.tif"), os.path.join(root, "training", kind))
    for separator in ("flows", "border"):
        models["model package, " + separator] = path = os.path.join(root, separator + ".safetensors")
        run(program, "train", "--images", os.path.join(root, "training", "images"), "--masks",
            os.path.join(root, "training", "masks"), "--model", path, "--separator", separator,
            "--base-channels", "4", "--depth", "3", "--patch", "64", "--batch", "2", "--epochs", "1",
            "--steps-per-epoch", "4", "--val-fraction", "0", "--quiet")
    code = ("import sys; from bioimageio.core import test_model; "
            "print(test_model(sys.argv[1], weight_format='onnx').status)")
    # Its packages may be others than those of the readers above.
    path = os.pathsep.join(p for p in (os.environ.get("PELLICLE_BIOIMAGEIO"), os.environ.get("PYTHONPATH")) if p)
    for what, model in models.items():
        package = os.path.join(root, "model.zip")
        run(program, "convert", model, "--bioimageio", package)
        done = subprocess.run([os.environ.get("PELLICLE_BIOIMAGEIO_PYTHON", sys.executable), "-c", code, package],
                              capture_output=True, text=True, env=dict(os.environ, PYTHONPATH=path))
        if "No module named 'bioimageio" in done.stderr:
            print("(bioimageio.core is not installed)")
            return
        passed = done.stdout.strip().endswith("passed")
        table.add(what, "bioimageio.core, ONNX Runtime", 1, 0,
                  [] if passed else ["%s %s" % (done.stdout.strip()[-200:], done.stderr[-200:])])
        os.remove(package)


def main():
    program = os.path.abspath(sys.argv[1])
    keep = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else None
    root = keep or tempfile.mkdtemp()
    os.makedirs(root, exist_ok=True)
    sets, masks, images = make_sets(root)
    table = Table()
    compare_formats(table, program, root, by_page(sets), masks, images)
    compare_tables(table, program, root, sets, masks, images)
    compare_models(table, program, root, masks, images)
    if not keep:
        shutil.rmtree(root)
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
