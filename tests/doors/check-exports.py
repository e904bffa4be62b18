#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens what `pellicle export` wrote with other programs' readers and compares the cells.

Usage: check-exports.py LABELS_FOLDER EXPORTS_FOLDER [IMAGEJ_JAR]
EXPORTS_FOLDER has a folder for each format, as tests/doors/run makes it. Every pixel of every cell
must be the same. ImageJ needs a display (xvfb-run).
"""
import csv
import glob
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import skimage.io
import tifffile
from shapely.geometry import Polygon, shape

bad = 0


def tell(program, what, good):
    global bad
    bad += not good
    print("%-26s %-46s %s" % (program, what, "ok" if good else "DIFFERENT"))


def main():
    labels_folder, exports = sys.argv[1:3]
    jar = sys.argv[3] if len(sys.argv) > 3 else None
    truth = {os.path.basename(p)[:-4]: tifffile.imread(p)
             for p in sorted(glob.glob(os.path.join(labels_folder, "*.tif")))}
    n_cells = sum(len(np.unique(t)) - 1 for t in truth.values())

    def path(fmt, name):
        return os.path.join(exports, fmt, name)

    tell("tifffile", "label TIFF", all(
        np.array_equal(tifffile.imread(path("tiff", n + ".tif")), t) for n, t in truth.items()))
    tell("scikit-image", "label PNG", all(
        np.array_equal(skimage.io.imread(path("png", n + ".png")), t) for n, t in truth.items()))
    tell("scikit-image", "Cellpose _cp_masks.png", all(
        np.array_equal(skimage.io.imread(path("cp-masks", n + "_cp_masks.png")), t)
        for n, t in truth.items()))

    good = True
    for n, t in truth.items():
        seg = np.load(path("npy", n + "_seg.npy"), allow_pickle=True).item()
        good &= np.array_equal(seg["masks"], t) and len(seg["ismanual"]) == t.max()
        good &= set(np.unique(seg["outlines"])) == set(np.unique(t))
        good &= bool((seg["outlines"][seg["outlines"] > 0] == t[seg["outlines"] > 0]).all())
    tell("NumPy", "Cellpose _seg.npy", good)

    decoded = {n: np.zeros(t.size, np.int64) for n, t in truth.items()}
    count = {n: 0 for n in truth}
    for row in csv.DictReader(open(path("rle", "cells-rle.csv"))):
        numbers = list(map(int, row["EncodedPixels"].split()))
        count[row["ImageId"]] += 1
        for start, length in zip(numbers[::2], numbers[1::2]):
            decoded[row["ImageId"]][start - 1:start - 1 + length] = count[row["ImageId"]]
    good = True
    for n, t in truth.items():
        ranks = np.unique(t, return_inverse=True)[1].reshape(t.shape)
        good &= np.array_equal(decoded[n].reshape(t.T.shape).T, ranks)
    tell("csv, NumPy", "Kaggle run lengths", good)

    try:
        from pycocotools.coco import COCO
    except ImportError:
        print("pycocotools is missing: COCO not checked")
        COCO = None
    for fmt in ("coco", "coco-rle", "coco-compressed") if COCO else ():
        stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
        coco = COCO(path(fmt, "annotations.json"))
        sys.stdout = stdout
        good = len(coco.anns) == n_cells
        for image in coco.dataset["images"]:
            t = truth[os.path.splitext(image["file_name"])[0]]
            back = np.zeros_like(t)
            for a in coco.imgToAnns[image["id"]]:
                mask = coco.annToMask(a).astype(bool)
                good &= int(mask.sum()) == a["area"]
                ys, xs = np.nonzero(mask)
                box = [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]
                good &= [int(v) for v in box] == a["bbox"]
                back[mask] = a["label"]
            good &= np.array_equal(back, t)
        tell("pycocotools", fmt, good)

    good = True
    for n, t in truth.items():
        features = json.load(open(path("geojson", n + ".geojson")))["features"]
        for f in features:
            cell = shape(f["geometry"])
            mask = t == int(f["properties"]["name"])
            ys, xs = np.nonzero(mask)
            # The same area, and no pixel's square outside: then it is the same cell.
            good &= cell.is_valid and cell.area == mask.sum()
            good &= cell.bounds == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            rows = [Polygon([(xs.min() - 1, y), (xs.max() + 2, y), (xs.max() + 2, y + 1),
                             (xs.min() - 1, y + 1)]) for y in range(ys.min(), ys.max() + 1)]
            good &= all(abs(cell.intersection(r).area - mask[y].sum()) < 1e-9
                        for r, y in zip(rows, range(ys.min(), ys.max() + 1)))
            good &= abs(f["properties"]["measurements"]["area_px"] - mask.sum()) < 1e-9
        good &= len(features) == len(np.unique(t)) - 1
    tell("shapely", "GeoJSON: valid, area and rows of each cell", good)

    good = True
    for n in truth:
        root = ET.parse(path("svg", n + ".overlay.svg")).getroot()
        good &= root.tag.endswith("svg") and sum(1 for _ in root.iter()) > len(np.unique(truth[n]))
        picture = skimage.io.imread(path("overlay", n + ".overlay.png"))
        good &= picture.shape[:2] == truth[n].shape
    tell("ElementTree, scikit-image", "pictures, SVG and PNG", good)

    for n, t in truth.items() if jar else ():
        macro = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check.ijm")
        argument = ";".join(map(os.path.abspath,
                                (path("tiff", n + ".tif"), path("roi", n + "_rois.zip"))))
        out = subprocess.run(["java", "-jar", jar, "-batch", macro, argument], timeout=300,
                             capture_output=True, text=True).stdout.splitlines()
        found = {int(w[1]): (float(w[2]), float(w[3]), float(w[4]))
                 for w in (line.split() for line in out) if w and w[0] == "roi"}
        expected = {int(v): (float((t == v).sum()), float(v), float(v)) for v in np.unique(t) if v}
        # Each region covers as many pixels as its cell, and on the labels none but that number.
        tell("ImageJ", "%s: regions on labels" % n, found == expected)
        head = next(line.split() for line in out if line.startswith("size"))
        tell("ImageJ", "%s: label TIFF, shown from 0 to %d" % (n, t.max()),
             head[1:4] == [str(t.shape[1]), str(t.shape[0]), "16"] and
             [float(v) for v in head[5:7]] == [0, float(t.max())])
    return bad


if __name__ == "__main__":
    sys.exit(main())
