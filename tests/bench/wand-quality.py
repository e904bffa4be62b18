#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How well the wand finds cells of labelled images that a hand draws along.

    tests/bench/wand-quality.py .build/tests/bench/tool-geometry SENSITIVITY FOLDER [MODALITY]

FOLDER has index.csv with columns image, mask and modality. Some cells of some images, chosen by a
fixed seed; a drag touches five points along the middle of the cell, at a zoom at which it is 60
pixels across. Prints cells, the median and mean intersection over union with the true cell, other
cells being protected, and the share above a half."""
import csv
import os
import random
import subprocess
import sys

import numpy as np
from scipy import ndimage
from skimage import io, measure, morphology

SIZE = 149
MIDDLE = SIZE // 2
ACROSS = 60
N_IMAGES, N_CELLS, N_POINTS = 12, 6, 5


def choose(folder, modality):
    rand = random.Random(9)
    with open(os.path.join(folder, "index.csv"), encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if modality in (None, row["modality"])]
    rand.shuffle(rows)
    for row in rows[:N_IMAGES]:
        image = io.imread(os.path.join(folder, row["image"])).astype(np.float32)
        labels = io.imread(os.path.join(folder, row["mask"]))
        cells = [cell for cell in measure.regionprops(labels) if cell.area > 60]
        rand.shuffle(cells)
        for cell in cells[:N_CELLS]:
            yield image[..., :3].mean(2) if image.ndim == 3 else image, labels, cell


def get_drag(cell):
    inside = np.pad(cell.image, 1)
    depth = ndimage.distance_transform_edt(inside)
    middle = np.argwhere(morphology.skeletonize(inside) & (depth >= depth.max() / 2))
    points = [np.array(np.unravel_index(depth.argmax(), depth.shape))]
    for _ in range(N_POINTS - 1 if len(middle) else 0):
        far = np.min([((middle - point) ** 2).sum(1) for point in points], axis=0)
        points.append(middle[far.argmax()])
    return [point + cell.bbox[:2] - 1 for point in points]


def sample(image, y, x, scale):
    places = (np.arange(SIZE) - MIDDLE) * scale + 0.5
    rows, columns = np.floor(y + places).astype(int), np.floor(x + places).astype(int)
    values = image[np.clip(rows, 0, image.shape[0] - 1)][:, np.clip(columns, 0, image.shape[1] - 1)]
    values = values + 1.0  # the program takes what is negative for outside
    values[(rows < 0) | (rows >= image.shape[0])] = -1
    values[:, (columns < 0) | (columns >= image.shape[1])] = -1
    return values


def paint(mask, region, y, x, scale):
    rows = np.floor((np.arange(mask.shape[0]) - y) / scale + MIDDLE + 0.5).astype(int)
    columns = np.floor((np.arange(mask.shape[1]) - x) / scale + MIDDLE + 0.5).astype(int)
    good_rows = np.flatnonzero((rows >= 0) & (rows < SIZE))
    good_columns = np.flatnonzero((columns >= 0) & (columns < SIZE))
    mask[np.ix_(good_rows, good_columns)] |= region[np.ix_(rows[good_rows], columns[good_columns])]


def main():
    program, sensitivity, folder = sys.argv[1:4]
    cells = list(choose(folder, sys.argv[4] if len(sys.argv) > 4 else None))
    drags, lines = [], []
    for at, (image, _, cell) in enumerate(cells):
        scale = max(0.25, np.sqrt(4 * cell.area / np.pi) / ACROSS)
        for y, x in get_drag(cell):
            drags.append((at, y, x, scale))
            values = " ".join("%.6g" % value for value in sample(image, y, x, scale).ravel())
            lines.append(f"wand {SIZE} {SIZE} {sensitivity} {values}")
    output = subprocess.run(
        program, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True
    ).stdout.splitlines()
    masks = [np.zeros(labels.shape, bool) for _, labels, _ in cells]
    for (at, y, x, scale), row in zip(drags, output, strict=True):
        region = np.array(row.split(), float).reshape(SIZE, SIZE) > 0
        paint(masks[at], region, y, x, scale)
    scores = []
    for mask, (_, labels, cell) in zip(masks, cells, strict=True):
        true = labels == cell.label
        mask &= (labels == 0) | true
        scores.append((mask & true).sum() / (mask | true).sum())
    scores = np.array(scores)
    print(
        f"{len(scores)} cells, median {np.median(scores):.3f}, mean {scores.mean():.3f}, "
        f"above a half {np.mean(scores > 0.5):.2f}"
    )


main()
