#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes a picture of many cells for timing the command: many-cells.py DIR [--cells N] [--images N].

DIR/images, DIR/labels and DIR/probabilities get N pictures that hold the cells in equal shares: ellipses
of 11 to 15 px with axis ratios of 1 to 1.6, turned by all angles, 18 px apart, with blurred edges, on a
noisy ground. numpy and tifffile do it, and the same cells come out every time. Then:

    time .build/app/pellicle measure --labels DIR/labels --images DIR/images \\
      --probabilities DIR/probabilities --threads 2 --csv DIR/cells.csv --quiet
"""
import argparse
import math
import os

import numpy as np
import tifffile

PITCH = 18


def picture(n_cells, seed):
    random = np.random.default_rng(seed)
    side = math.ceil(math.sqrt(n_cells))
    size = side * PITCH
    labels = np.zeros((size, size), np.uint32)
    probability = np.zeros((size, size), np.float32)
    y, x = np.mgrid[0:PITCH, 0:PITCH].astype(np.float32)
    for cell in range(n_cells):
        top, left = cell // side * PITCH, cell % side * PITCH
        diameter, ratio = random.uniform(11, 15), random.uniform(1, 1.6)
        ratio = min(ratio, (16.5 / diameter) ** 2)
        a, b = diameter / 2 * math.sqrt(ratio), diameter / 2 / math.sqrt(ratio)
        angle, cx, cy = random.uniform(0, math.pi), *random.uniform(8, 9, 2)
        u = (x - cx) * math.cos(angle) + (y - cy) * math.sin(angle)
        v = (y - cy) * math.cos(angle) - (x - cx) * math.sin(angle)
        far = (np.hypot(u / a, v / b) - 1) * math.sqrt(a * b)
        p = 1 / (1 + np.exp(1.5 * far))
        probability[top : top + PITCH, left : left + PITCH] = p
        labels[top : top + PITCH, left : left + PITCH][p >= 0.5] = cell + 1
    image = 400 + 9000 * probability + random.normal(0, 120, labels.shape)
    return image.clip(0, 65535).astype(np.uint16), labels, probability


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--cells", type=int, default=100000)
    parser.add_argument("--images", type=int, default=1)
    options = parser.parse_args()
    for name in ("images", "labels", "probabilities"):
        os.makedirs(os.path.join(options.folder, name), exist_ok=True)
    for i in range(options.images):
        n = options.cells * (i + 1) // options.images - options.cells * i // options.images
        image, labels, probability = picture(n, i)
        name = f"many{i + 1:02d}"
        tifffile.imwrite(os.path.join(options.folder, "images", name + ".tif"), image)
        tifffile.imwrite(os.path.join(options.folder, "labels", name + ".tif"), labels)
        tifffile.imwrite(
            os.path.join(options.folder, "probabilities", name + ".prob.tif"), probability, compression="zlib"
        )


main()
