#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what `pellicle measure` says of cells in pixels that are not square with scikit-image, cell
by cell. Its regionprops takes the sides of a pixel from version 0.20 on (run with 0.22.0, NumPy 1.26.4).

    tests/bench/oblong-cells.py .build/app/pellicle FOLDER

FOLDER holds label images. Each is measured with pixels of 0.5 x 0.25 and of 0.2 x 0.5 µm. Feret diameters
and the convex area come from SciPy's hull of the pixels' corners in µm. Prints the largest difference of
each quantity, in parts of its value (angles: degrees), and exits with 1 where one is above what the nine
digits of the CSV leave."""
import csv
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
import tifffile
from scipy.spatial import ConvexHull, distance
from skimage import io, measure

SIDES = [(0.5, 0.25), (0.2, 0.5)]
RELATIVE, DEGREES = 2e-8, 1e-4
LEAST_PIXELS, LEAST_ASPECT = 12, 1.01


def hull_of_corners(region, um_x, um_y):
    y, x = region.coords[:, 0], region.coords[:, 1]
    corners = np.concatenate([np.c_[(x + i) * um_x, (y + j) * um_y] for i in (0, 1) for j in (0, 1)])
    hull = ConvexHull(np.unique(corners, axis=0))
    points = hull.points[hull.vertices]
    edges = np.roll(points, -1, 0) - points
    widths = points @ (np.c_[-edges[:, 1], edges[:, 0]] / np.hypot(*edges.T)[:, None]).T
    return distance.pdist(points).max(), (widths.max(0) - widths.min(0)).min(), hull.volume


def expect(region, um_x, um_y):
    longest, narrowest, convex = hull_of_corners(region, um_x, um_y)
    high, low = region.inertia_tensor_eigvals
    expected = {
        "area_um2": region.area,
        "equivalent_diameter_um": math.sqrt(4 * region.area / math.pi),
        "major_axis_um": 4 * math.sqrt(high),
        "minor_axis_um": 4 * math.sqrt(low),
        "aspect_ratio": math.sqrt(high / low),
        "eccentricity": math.sqrt(1 - low / high),
        "max_feret_um": longest,
        "min_feret_um": narrowest,
        "stretch": longest / narrowest,
        "solidity": region.area / convex,
    }
    if high > LEAST_ASPECT**2 * low:
        (a, b), (_, c) = region.inertia_tensor
        expected["orientation_deg"] = math.degrees(math.atan2(2 * b, a - c) / 2)
    return expected


def difference(column, ours, reference):
    if column == "orientation_deg":
        return abs((ours - reference + 90) % 180 - 90)
    return abs(ours - reference) / abs(reference)


def main(program, folder):
    labels = {os.path.splitext(name)[0]: io.imread(os.path.join(folder, name)).astype(np.uint16)
              for name in sorted(os.listdir(folder))}
    worst, cells = {}, 0
    for um_x, um_y in SIDES:
        with tempfile.TemporaryDirectory() as work:
            masks, table = os.path.join(work, "masks"), os.path.join(work, "cells.csv")
            os.mkdir(masks)
            for name, plane in labels.items():
                tifffile.imwrite(os.path.join(masks, name + ".tif"), plane, imagej=True,
                                 resolution=(1 / um_x, 1 / um_y), metadata={"unit": "um"})
            subprocess.run([program, "measure", "--labels", masks, "--csv", table, "--quiet"], check=True)
            with open(table, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        regions = {name: {region.label: region
                          for region in measure.regionprops(plane, spacing=(um_y, um_x))}
                   for name, plane in labels.items()}
        for row in rows:
            region = regions[row["image"]][int(row["cell"])]
            if len(region.coords) < LEAST_PIXELS:
                continue
            cells += 1
            for column, reference in expect(region, um_x, um_y).items():
                worst[column] = max(worst.get(column, 0),
                                    difference(column, float(row[column]), reference))
    print(f"{cells} cells")
    for column, value in worst.items():
        print(f"{column:24} {value:.1e}")
    limits = {column: DEGREES if column == "orientation_deg" else RELATIVE for column in worst}
    return 0 if cells > 0 and all(worst[column] <= limits[column] for column in worst) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
