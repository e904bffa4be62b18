# SPDX-License-Identifier: MIT
"""The images that the ready-made model is trained on.

    mixed-cells.py SAMPLES OUT

SAMPLES holds the sets dsb2018 (CC0), t98g-phase and bacteria-phase (MIT), each as images/ and masks/
with an index.csv; OUT receives images/, masks/, val-images/ and val-masks/. Of each kind of image an
eighth is held out, of the phase contrast a sixth.

Kinds that are rare come more than once, and so that cells are known in several sizes: stained tissue
with large nuclei also shrunk until they are 20 pixels wide, phase contrast also at 0.5 and 0.35 of its
size. Needs Debian's python3-skimage.
"""
import csv
import math
import os
import shutil
import sys

import numpy as np
from skimage import io, transform

USUAL = 20.0  # pixels across a nucleus
LARGE = 27.0


def read_rows(folder):
    with open(os.path.join(folder, "index.csv"), encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["name"])


def median_diameter(mask):
    areas = np.bincount(mask.ravel())[1:]
    areas = areas[areas > 0]
    return 2 * math.sqrt(np.median(areas) / math.pi) if areas.size else 0.0


def shrink(image, mask, factor):
    size = [max(16, round(n * factor)) for n in mask.shape]
    small = transform.resize(image, (*size, *image.shape[2:]), order=1, anti_aliasing=True,
                             preserve_range=True)
    labels = transform.resize(mask, size, order=0, anti_aliasing=False, preserve_range=True)
    return np.clip(small + 0.5, 0, 255).astype(np.uint8), labels.astype(np.uint16)


class Writer:
    def __init__(self, out):
        self.out = out
        self.counts = {}
        for name in ("images", "masks", "val-images", "val-masks"):
            os.makedirs(os.path.join(out, name))

    def add(self, kind, name, held_out, image, mask):
        start = "val-" if held_out else ""
        for folder, plane in (("images", image), ("masks", mask)):
            path = os.path.join(self.out, start + folder, name + ".png")
            io.imsave(path, plane, check_contrast=False)
        key = (kind, "held out" if held_out else "to train on")
        self.counts[key] = self.counts.get(key, 0) + 1


def read_pair(folder, row):
    image = io.imread(os.path.join(folder, row["image"]))
    mask = io.imread(os.path.join(folder, row["mask"])).astype(np.uint16)
    if image.dtype != np.uint8:
        # 16-bit files that hold fewer bits are stretched; their pixels are scaled by the program anyway.
        top = max(int(image.max()), 1)
        image = (image.astype(np.float64) * (255.0 / top) + 0.5).astype(np.uint8)
    return image[..., :3] if image.ndim == 3 else image, mask


def add_nuclei(writer, folder):
    seen = {}
    for row in read_rows(folder):
        kind = row["modality"]
        number = seen[kind] = seen.get(kind, 0) + 1
        image, mask = read_pair(folder, row)
        held_out = number % 8 == 3
        writer.add(kind, row["name"], held_out, image, mask)
        if held_out or kind == "fluorescence":
            continue
        writer.add(kind, row["name"] + "-again", False, image, mask)
        diameter = median_diameter(mask)
        if diameter > LARGE:
            small = shrink(image, mask, USUAL / diameter)
            writer.add(kind, row["name"] + "-small", False, *small)


def add_phase(writer, folder):
    for number, row in enumerate(read_rows(folder)):
        image, mask = read_pair(folder, row)
        held_out = number % 6 == 1
        writer.add("phase contrast", row["name"], held_out, image, mask)
        writer.add("phase contrast", row["name"] + "-half", held_out, *shrink(image, mask, 0.5))
        if not held_out:
            writer.add("phase contrast", row["name"] + "-third", False, *shrink(image, mask, 0.35))


def add_bacteria(writer, folder):
    for row in read_rows(folder):
        image, mask = read_pair(folder, row)
        for suffix in ("", "-again"):
            writer.add("bacteria", row["name"] + suffix, False, image, mask)


def main():
    samples, out = sys.argv[1:]
    shutil.rmtree(out, ignore_errors=True)
    writer = Writer(out)
    add_nuclei(writer, os.path.join(samples, "dsb2018"))
    add_phase(writer, os.path.join(samples, "t98g-phase"))
    add_bacteria(writer, os.path.join(samples, "bacteria-phase"))
    for (kind, part), count in sorted(writer.counts.items()):
        print(f"{kind}, {part}: {count}")


main()
