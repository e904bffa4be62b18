#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what the tools draw with scikit-image, SciPy and OpenCV (Debian's packages), on odd shapes,
at borders, and with one-pixel and huge brushes. The tools' side is the program tool-geometry.

    tests/bench/geometry.py .build/tests/bench/tool-geometry

Prints a line per tool: cases, pixels compared, pixels that differ; for the smart edge the largest
relative difference of costs. Exits with 1 where any pixel differs."""
import subprocess
import sys

import cv2
import numpy as np
from scipy import ndimage
from skimage import graph, measure, segmentation

rng = np.random.default_rng(7)
cases = []  # (tool, line for the program, reference)
SIZES = [(97, 61), (64, 64), (1, 1), (130, 3), (5, 90)]
FILL_HOLES, SMOOTH, GROW, SHRINK, KEEP_LARGEST = range(5)


def centres(w, h):
    return np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5)


def add(tool, word, w, h, numbers, reference):
    text = " ".join(repr(float(v)) for v in numbers)
    cases.append((tool, f"{word} {w} {h} {text}", np.asarray(reference, float)))


def add_brushes():
    for w, h in SIZES:
        X, Y = centres(w, h)
        for radius in (0.5, 0.75, 1.3, 4.0, 17.2, 500.0):
            x, y = rng.uniform(-8, w + 8), rng.uniform(-8, h + 8)
            add("brush, a dab", "disc", w, h, (x, y, radius), (X - x) ** 2 + (Y - y) ** 2 <= radius**2)
        for _ in range(12):
            # A stroke that keeps its width: the distance to the segment.
            x0, x1 = rng.uniform(-20, w + 20, 2)
            y0, y1 = rng.uniform(-20, h + 20, 2)
            r = rng.choice([0.5, 1.0, 3.7, 25.0, 300.0])
            dx, dy = x1 - x0, y1 - y0
            t = np.clip(((X - x0) * dx + (Y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
            inside = np.hypot(X - x0 - t * dx, Y - y0 - t * dy) <= r
            add("brush, a stroke", "capsule", w, h, (x0, y0, r, x1, y1, r), inside)


def add_polygons():
    for w, h in SIZES:
        X, Y = centres(w, h)
        points = np.c_[X.ravel(), Y.ravel()]
        for n in (3, 4, 7, 40):
            xy = np.c_[rng.uniform(-15, w + 15, n), rng.uniform(-15, h + 15, n)]
            inside = measure.points_in_poly(points, xy).reshape(h, w)
            add("lasso and polygon", "polygon", w, h, [n, *xy.ravel()], inside)


def blob(w, h):
    """One odd shape with holes and bays."""
    noise = ndimage.gaussian_filter(rng.normal(size=(h, w)), 2.5)
    return noise > np.quantile(noise, 0.45)


def disc(r):
    y, x = np.mgrid[-r : r + 1, -r : r + 1]
    return (x * x + y * y <= r * r).astype(np.float32)


def largest(mask):
    parts = measure.label(mask, connectivity=1)
    return parts == 1 + np.argmax(np.bincount(parts.ravel())[1:]) if mask.any() else mask


def add_edits():
    for w, h in [(97, 61), (64, 64), (40, 120)]:
        for _ in range(3):
            one = largest(blob(w, h))
            many = blob(w, h)
            for tool, kind, amount, before, after in (
                ("fill holes", FILL_HOLES, 0, one, ndimage.binary_fill_holes(one)),
                ("keep largest", KEEP_LARGEST, 0, many, largest(many)),
                ("grow", GROW, 1, one, ndimage.distance_transform_edt(~one) <= 1),
                ("grow", GROW, 5, one, ndimage.distance_transform_edt(~one) <= 5),
                ("shrink", SHRINK, 1, one, ndimage.distance_transform_edt(one) > 1),
                ("shrink", SHRINK, 2, one, ndimage.distance_transform_edt(one) > 2),
                ("smooth", SMOOTH, 3, one, smooth(one, 3)),
            ):
                if not after.any():
                    after = before  # a cell never loses its last pixel
                add(tool, "edit", w, h, [kind, amount, *before.ravel()], after)


def smooth(mask, r):
    count = cv2.filter2D(mask.astype(np.float32), -1, disc(r), borderType=cv2.BORDER_CONSTANT)
    room = cv2.filter2D(np.ones(mask.shape, np.float32), -1, disc(r), borderType=cv2.BORDER_CONSTANT)
    return 2 * np.rint(count) > np.rint(room)


def add_floods():
    for w, h in SIZES:
        for _ in range(4):
            labels = rng.integers(0, 3, (h, w))
            x, y = int(rng.integers(0, w)), int(rng.integers(0, h))
            # scikit-image needs two pixels a side.
            padded = np.pad(labels, 1, constant_values=9)
            region = segmentation.flood(padded, (y + 1, x + 1), connectivity=1)[1:-1, 1:-1]
            add("fill", "flood", w, h, [x, y, *labels.ravel()], region)


def add_wires():
    for w, h in [(60, 45), (1, 30), (31, 31)]:
        edge = rng.uniform(0, 1, (h, w)).astype(np.float32)
        x, y = int(rng.integers(0, w)), int(rng.integers(0, h))
        costs = 1 / 64 + (1 - edge.astype(float)) ** 2
        # A border that no way can afford: scikit-image needs two pixels a side.
        padded = np.pad(costs, 1, constant_values=1e6)
        ways, _ = graph.MCP_Geometric(padded).find_costs([(y + 1, x + 1)])
        add("smart edge", "wire", w, h, [x, y, *edge.ravel()], ways[1:-1, 1:-1])


def main():
    for function in (add_brushes, add_polygons, add_edits, add_floods, add_wires):
        function()
    text = "\n".join(line for _, line, _ in cases) + "\n"
    output = subprocess.run(sys.argv[1], input=text, capture_output=True, text=True, check=True)
    results = {}
    for (tool, _, reference), row in zip(cases, output.stdout.splitlines(), strict=True):
        ours = np.array(row.split(), float).reshape(reference.shape)
        entry = results.setdefault(tool, [0, 0, 0, 0.0])
        entry[0] += 1
        entry[1] += ours.size
        if tool == "smart edge":
            entry[3] = max(entry[3], np.max(np.abs(ours - reference) / np.maximum(reference, 0.1)))
        else:
            entry[2] += int(np.sum(ours != reference))
    print("| tool | cases | pixels | that differ |\n|---|---|---|---|")
    for tool, (n, pixels, wrong, error) in results.items():
        print(f"| {tool} | {n} | {pixels} | {f'costs by {error:.2%} at most' if error else wrong} |")
    return any(wrong or error > 0.01 for _, _, wrong, error in results.values())


if __name__ == "__main__":
    sys.exit(main())
