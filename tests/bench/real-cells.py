#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what `pellicle measure` says of real cells with scikit-image (Debian's python3-skimage;
written with scikit-image 0.19.3, SciPy 1.10.1, NumPy 1.24.2), cell by cell.

    PELLICLE_SAMPLES=FOLDER tests/bench/real-cells.py .build/app/pellicle

FOLDER holds sets of real images, each with `images/NAME.*` and `masks/NAME.png` (a label image). Sets
that are not there are left out. The table of differences is printed, as Markdown; it stands in
real-cells.md. Exits with 1 where a quantity differs by more than its limit, or where fewer than 200
cells were compared. The limits are rounding: the CSV has nine digits.

Each definition is scikit-image's own where it has the same one. The rest is computed here with
SciPy from its definition: Feret diameters and convex area from the hull of the pixels' corners, where
scikit-image takes an outline half a pixel inside it."""
import csv
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
from scipy.spatial import ConvexHull, distance
from skimage import io, measure

# Sets whose licence lets them be named.
SETS = [("dsb2018-val", "CC0"), ("t98g-phase-val", "MIT"), ("bacteria-phase", "MIT")]
# Nine digits, and at most 1e-4 degrees, which is what they leave of an angle.
RELATIVE, DEGREES = 2e-8, 1e-4
# The luminance of a colour image is a 32-bit float.
INTENSITY = 1e-6
# Where both axes are nearly the same, the direction is that of rounding.
LEAST_ASPECT = 1.0001


def luminance(image):
    if image.ndim == 2:
        return image.astype(float)
    return image[..., :3].astype(float) @ np.array([0.299, 0.587, 0.114])


def hull_of_corners(region):
    y, x = region.coords[:, 0], region.coords[:, 1]
    corners = np.unique(np.concatenate([np.c_[x + i, y + j] for i in (0, 1) for j in (0, 1)]), axis=0)
    hull = ConvexHull(corners.astype(float))
    points = hull.points[hull.vertices]
    edges = np.roll(points, -1, 0) - points
    normals = np.c_[-edges[:, 1], edges[:, 0]] / np.hypot(*edges.T)[:, None]
    widths = points @ normals.T
    return distance.pdist(points).max(), (widths.max(0) - widths.min(0)).min(), hull.volume


def angle_of(region):
    """Degrees from +x, anticlockwise as seen; None where there is no direction."""
    if region.axis_minor_length > 0 and region.axis_major_length < LEAST_ASPECT * region.axis_minor_length:
        return None
    (a, b), (_, c) = region.inertia_tensor
    if math.hypot(b, c - a) < 1e-9:
        return None
    return (math.degrees(math.atan2(-2 * b, c - a) / 2) + 90) % 180


def references(labels, image):
    rows = {}
    height, width = labels.shape
    for region in measure.regionprops(labels, image):
        far, near, convex = hull_of_corners(region)
        major, minor = region.axis_major_length, region.axis_minor_length
        crofton = measure.perimeter_crofton(np.pad(region.image, 1).astype(np.uint8), directions=4)
        values = region.intensity_image[region.image]
        y0, x0, y1, x1 = region.bbox
        rows[region.label] = {
            "centroid_x_px": region.centroid[1],
            "centroid_y_px": region.centroid[0],
            "area_px": region.area,
            "perimeter_px": crofton,
            "equivalent_diameter_px": region.equivalent_diameter_area,
            "major_axis_px": major,
            "minor_axis_px": minor,
            "orientation_deg": angle_of(region),
            "aspect_ratio": major / minor if minor > 0 else None,
            "eccentricity": region.eccentricity,
            "circularity": 4 * math.pi * region.area / crofton**2,
            "max_feret_px": far,
            "min_feret_px": near,
            "stretch": far / near,
            "convex_area_px": convex,
            "solidity": region.area / convex,
            "mean_intensity": values.mean(),
            "sd_intensity": values.std(),
            "min_intensity": values.min(),
            "max_intensity": values.max(),
            "touches_border": float(x0 == 0 or y0 == 0 or x1 == width or y1 == height),
            "pieces": float(measure.label(region.image, connectivity=1).max()),
        }
    return rows


def difference(column, ours, reference):
    if column == "orientation_deg":
        apart = abs(ours - reference) % 180
        return min(apart, 180 - apart)
    # Where a place may be 0, a pixel is the measure.
    scale = max(abs(reference), 1.0) if column.startswith("centroid") else abs(reference)
    return abs(ours - reference) / scale if scale > 0 else abs(ours - reference)


def find(folder, name):
    for ending in (".png", ".tif"):
        path = os.path.join(folder, name + ending)
        if os.path.exists(path):
            return path
    raise SystemExit(f"{folder}: no image {name}")


def compare(program, folder, worst, counts):
    with tempfile.TemporaryDirectory() as out:
        table = os.path.join(out, "cells.csv")
        subprocess.run([program, "measure", "--labels", os.path.join(folder, "masks"), "--images",
                        os.path.join(folder, "images"), "--csv", table, "--quiet"], check=True)
        with open(table, encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
    n, cached = 0, (None, None)
    for row in rows:
        if cached[0] != row["image"]:
            labels = io.imread(find(os.path.join(folder, "masks"), row["image"])).astype(np.int32)
            image = luminance(io.imread(find(os.path.join(folder, "images"), row["image"])))
            cached = (row["image"], references(labels, image))
            n += len(cached[1])
        for column, reference in cached[1][int(row["cell"])].items():
            if reference is None:
                continue
            if row[column] == "":
                raise SystemExit(f"{row['image']}, cell {row['cell']}: {column} is empty")
            apart = difference(column, float(row[column]), float(reference))
            counts[column] = counts.get(column, 0) + 1
            if apart >= worst.get(column, (-1, ""))[0]:
                worst[column] = (apart, f"{row['image']} cell {row['cell']}")
    if n != len(rows):
        raise SystemExit(f"{folder}: {len(rows)} cells in the table, {n} in the masks")
    return n


def main():
    samples = os.environ.get("PELLICLE_SAMPLES")
    if len(sys.argv) != 2 or not samples:
        raise SystemExit(__doc__)
    worst, counts, total, bad = {}, {}, 0, 0
    for name, licence in SETS:
        folder = os.path.join(samples, name)
        if os.path.isdir(folder):
            n = compare(sys.argv[1], folder, worst, counts)
            total += n
            print(f"- {name} ({licence}): {n} cells")
    print("\n| column | cells | largest difference | where |\n|---|---|---|---|")
    for column, (apart, where) in worst.items():
        limit = DEGREES if column == "orientation_deg" else INTENSITY if "intensity" in column else RELATIVE
        unit = "°" if column == "orientation_deg" else ""
        bad += apart > limit
        print(f"| `{column}` | {counts[column]} | {apart:.2g}{unit}{' (too much)' if apart > limit else ''} | {where} |")
    if total < 200:
        raise SystemExit(f"only {total} cells were compared")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
