#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares `pellicle measure --definitions imagej|cellprofiler` with the programs themselves, cell by
cell: ImageJ's Analyze Particles (Debian's imagej, under xvfb-run), and for CellProfiler what it calls,
regionprops of scikit-image (Debian's python3-skimage) and feret_diameter of centrosome (from PyPI;
PYTHONPATH may name where it is).

    [PELLICLE_SAMPLES=FOLDER] tests/bench/definitions.py .build/app/pellicle [--reference]

The cells are the 210 of tests/data/shapes.txt with pixels that are not square, and the real ones of
FOLDER, which holds sets with `images/NAME.*` and `masks/NAME.png`. The table of differences is printed,
as Markdown; it stands in definitions.md. Exits with 1 where a column differs by more than its limit.
With --reference the programs' figures of the 210 go to tests/data/definitions.txt, where the test of
the engine reads them."""
import csv
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
import tifffile
from centrosome import cpmorphology
from scipy import ndimage
from skimage import io, measure

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data")
SETS = [("dsb2018-val", "CC0"), ("t98g-phase-val", "MIT"), ("bacteria-phase", "MIT")]
IMAGEJ = ["Area", "Perim.", "Major", "Minor", "Angle", "Circ.", "Feret", "FeretAngle", "MinFeret", "AR",
          "Solidity", "X", "Y", "Mean", "StdDev", "Min", "Max"]
# Nine digits in the CSV.
RELATIVE, DEGREES = 2e-8, 1e-4
AXES = ("major_axis_px", "minor_axis_px", "aspect_ratio", "orientation_deg")
# As ImageJ has it.
HALF_PI = 1.5707963267949
# Where both axes are nearly the same, the direction is that of rounding.
LEAST_ASPECT = 1.0001


def read_shapes():
    """All shapes in one picture of labels."""
    shapes = []
    for line in open(os.path.join(DATA, "shapes.txt")):
        v = list(map(int, line.split()))
        mask = np.zeros((v[1], v[0]), bool)
        for y, x0, x1 in np.reshape(v[3:], (-1, 3)):
            mask[y, x0:x1] = True
        shapes.append(mask)
    side, pitch = math.ceil(math.sqrt(len(shapes))), max(max(m.shape) for m in shapes) + 4
    labels = np.zeros((side * pitch, side * pitch), np.uint16)
    for i, mask in enumerate(shapes):
        y, x = i // side * pitch + 2, i % side * pitch + 2
        labels[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = i + 1
    return labels


def run_imagej(folder, labels, image, um_x, um_y):
    """For each label in one piece what ImageJ says of it."""
    height, width = labels.shape
    with open(os.path.join(folder, "places.txt"), "w") as places:
        for label, block in enumerate(ndimage.find_objects(labels), 1):
            if block is not None:
                y0, x0 = max(block[0].start - 1, 0), max(block[1].start - 1, 0)
                y1, x1 = min(block[0].stop + 1, height), min(block[1].stop + 1, width)
                places.write(f"{label} {x0} {y0} {x1 - x0} {y1 - y0}\n")
    tifffile.imwrite(os.path.join(folder, "l.tif"), labels)
    tifffile.imwrite(os.path.join(folder, "i.tif"), image)
    argument = ";".join([os.path.join(folder, n) for n in ("l.tif", "i.tif", "places.txt")] + [str(um_x), str(um_y)])
    out = subprocess.run(
        ["xvfb-run", "-a", "java", "-Xmx1g", "-cp", "/usr/share/java/ij.jar", "ij.ImageJ", "-batch",
         os.path.join(HERE, "definitions.ijm"), argument], capture_output=True, text=True, check=True).stdout
    rows = {}
    for line in out.splitlines():
        if line.startswith("particle "):
            v = line.split()[1:]
            rows.setdefault(int(v[0]), []).append(dict(zip(IMAGEJ, map(float, v[1:]))))
    return {label: found[0] for label, found in rows.items() if len(found) == 1}


def imagej_ellipse(mask):
    """The ellipse of ImageJ's EllipseFitter in the steps of its own doubles, for cells on an edge of it.

    The fit turns the moments into the quadratic form of an ellipse, p x² + 2 q x y + r y² = 1, finds its
    angle t from tan 2t = 2q / (p - r), and its axes from r + q cot t and p - q cot t. Where q is 0 these
    are 0 * infinity. With the q of rounding, 1e-16 or so, in place of 0 the product is right as long as
    sin t is; but where t is 180 degrees less something as small it comes from a half pi of 14 digits,
    added twice, whose error is as large as what is left. Where p is r the program puts one millionth for
    the difference, which turns the ellipse a little.

    Returns None where neither is so. Which of both it is follows from the sums, whole numbers."""
    y, x = np.nonzero(mask)
    n, sx, sy = len(x), int(x.sum()), int(y.sum())
    sxx, syy, sxy = int((x * x).sum()), int((y * y).sum()), int((x * y).sum())
    if n * sxy != sx * sy and n * sxx - sx * sx != n * syy - sy * sy:
        return None
    u20 = (sxx + 0.08333333 * n) / n - sx / n * (sx / n)
    u02 = (syy + 0.08333333 * n) / n - sy / n * (sy / n)
    u11 = sxy / n - sx / n * (sy / n)
    determinant = max(4 * abs(u02 * u20 - u11 * u11), 1e-6)
    p, q, r = u02 / determinant, u11 / determinant, u20 / determinant
    if q == 0:
        angle = 0 if r > p else HALF_PI
        first, second = min(p, r), max(p, r)
    else:
        angle = math.atan(2 * q / (p - r or 1e-6)) / 2
        angle = (angle + HALF_PI if angle < 0 else angle) + (HALF_PI if q > 0 else 0)
        turned = q * math.cos(angle) / (math.sin(angle) or 1e-6)
        first, second = r + turned, p - turned
    # As long as the cell has pixels: pi / 4 * major * minor = n.
    ratio = math.sqrt(abs(second / first))
    major, minor = sorted((2 * math.sqrt(n / math.pi * ratio), 2 * math.sqrt(n / math.pi / ratio)), reverse=True)
    return {"major_axis_px": major, "minor_axis_px": minor, "aspect_ratio": major / minor,
            "orientation_deg": math.degrees(angle) if major > LEAST_ASPECT * minor else None}


def run_cellprofiler(labels):
    regions = measure.regionprops(labels.astype(int))
    indices = [r.label for r in regions]
    hulls, counts = cpmorphology.convex_hull(labels, indices)
    low, high = cpmorphology.feret_diameter(hulls, counts, indices)
    rows = {}
    for region, near, far in zip(regions, low, high):
        (a, b), (_, c) = region.inertia_tensor
        aspect = region.axis_major_length / max(region.axis_minor_length, 1e-9)
        rows[region.label] = {
            "area_px": region.area,
            "perimeter_px": region.perimeter,
            "equivalent_diameter_px": region.equivalent_diameter_area,
            "major_axis_px": region.axis_major_length,
            "minor_axis_px": region.axis_minor_length,
            "eccentricity": region.eccentricity,
            # As regionprops' orientation, whose sign 0.19 mistakes where the diagonal elements are the same.
            "orientation_deg": math.degrees(math.atan2(-2 * b, c - a) / 2) if aspect > LEAST_ASPECT else None,
            "max_feret_px": far,
            "min_feret_px": near,
            "convex_area_px": region.area_convex,
            "solidity": region.solidity,
            "circularity": 4 * math.pi * region.area / region.perimeter**2 if region.perimeter > 0 else None,
        }
    return rows


def as_columns(row, square):
    """What ImageJ says by the names of our columns. With pixels that are not square ImageJ has no axes."""
    unit = "px" if square else "um"
    columns = {
        "area_px" if square else "area_um2": row["Area"],
        f"perimeter_{unit}": row["Perim."],
        f"max_feret_{unit}": row["Feret"],
        f"min_feret_{unit}": row["MinFeret"],
        "mean_intensity": row["Mean"],
        "sd_intensity": row["StdDev"],
        "min_intensity": row["Min"],
        "max_intensity": row["Max"],
    }
    if square:
        round_one = row["Major"] < LEAST_ASPECT * row["Minor"]
        columns.update({
            "major_axis_px": row["Major"],
            "minor_axis_px": row["Minor"],
            "aspect_ratio": row["AR"],
            "orientation_deg": None if round_one else row["Angle"],
            "circularity": row["Circ."],
            "solidity": row["Solidity"],
            "centroid_x_px": row["X"] - 0.5,
            "centroid_y_px": row["Y"] - 0.5,
        })
    return columns


def run_pellicle(program, folder, labels, image, definitions, um_x, um_y):
    for name, data in (("labels", labels), ("images", image)):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        extra = {"imagej": True, "resolution": (1 / um_x, 1 / um_y), "metadata": {"unit": "um"}} if um_x != 1 else {}
        tifffile.imwrite(os.path.join(folder, name, "a.tif"), data, **(extra if name == "images" else {}))
    table = os.path.join(folder, "cells.csv")
    subprocess.run([program, "measure", "--quiet", "--labels", os.path.join(folder, "labels"), "--images",
                    os.path.join(folder, "images"), "--csv", table, "--definitions", definitions], check=True)
    with open(table, newline="") as file:
        rows = {int(row["cell"]): row for row in csv.DictReader(file)}
    assert all(row["definitions"] == definitions for row in rows.values())
    return rows


def apart(column, one, other):
    """How far two figures of a column are from each other, and how far they may be."""
    if column == "orientation_deg":
        difference = abs(one - other) % 180
        return min(difference, 180 - difference), DEGREES
    return abs(one - other) / max(abs(other), 1), RELATIVE


class Differences:
    def __init__(self):
        self.columns = {}
        self.on_edge, self.moved = 0, []
        self.bad = False

    def add(self, where, ours, theirs, labels=None):
        """With @labels @theirs is ImageJ's. A cell on an edge of its ellipse must then have there what the
        arithmetic of that ellipse gives, to the last digit; and only where that is not what the moments give
        ours may differ from it."""
        blocks = ndimage.find_objects(labels) if labels is not None else []
        for label, row in theirs.items():
            edge = None
            if "major_axis_px" in row and blocks:
                edge = imagej_ellipse(labels[blocks[label - 1]] == label)
                self.on_edge += edge is not None
            far = []
            for column, value in row.items():
                if value is None or math.isnan(value):
                    continue
                mine = float(ours[label][column] or "nan")
                if edge and column in AXES and edge[column] is not None:
                    difference, limit = apart(column, value, edge[column])
                    if not difference <= limit:
                        self.bad = True
                        print(f"{where} {label} {column}: {value} there, {edge[column]} by its steps", file=sys.stderr)
                    difference, limit = apart(column, mine, edge[column])
                    if difference > limit:
                        far.append((column, difference))
                        continue
                difference, limit = apart(column, mine, value)
                if not difference <= limit:
                    self.bad = True
                    print(f"{where} {label} {column}: {mine} here, {value} there", file=sys.stderr)
                n, most, place = self.columns.get(column, (0, -1, ""))
                worst = (difference, f"{where} {label}") if difference > most else (most, place)
                self.columns[column] = (n + 1, *worst)
            if far:
                self.moved.append((max(d for c, d in far if c != "orientation_deg" or len(far) == 1), f"{where} {label}"))

    def print(self, title):
        print(f"\n## {title}\n\n| column | cells | largest difference | where |\n|---|---|---|---|")
        for column, (n, most, place) in self.columns.items():
            print(f"| `{column}` | {n} | {most:.1e}{'°' if column == 'orientation_deg' else ''} | {place} |")
        if self.on_edge:
            print(f"\n{self.on_edge} cells lie on an edge of ImageJ's ellipse. All have the axes that its steps give; of "
                  f"{len(self.moved)} these are not those of the moments, and they are not in the rows of the axes above.")
            for most, place in sorted(self.moved, reverse=True)[:3]:
                print(f"- {place}: by {most:.1e}")


def write_reference(labels, folder):
    """Perimeters and the rest of both programs, a row per shape."""
    image = np.arange(labels.size, dtype=np.uint32).reshape(labels.shape) % 1013
    imagej = run_imagej(folder, labels, image.astype(np.uint16), 1, 1)
    peers = run_cellprofiler(labels)
    with open(os.path.join(DATA, "definitions.txt"), "w") as out:
        for label in range(1, int(labels.max()) + 1):
            a, b = imagej[label], peers[label]
            values = [a[n] for n in ("Area", "Perim.", "Major", "Minor", "Angle", "Circ.", "Feret", "MinFeret", "Solidity")]
            values += [b[n] if b[n] is not None else math.nan for n in ("perimeter_px", "orientation_deg", "circularity",
                       "max_feret_px", "min_feret_px", "convex_area_px", "solidity")]
            if a["Major"] < LEAST_ASPECT * a["Minor"]:
                values[4] = math.nan
            out.write(" ".join(f"{v:.11g}" for v in values) + "\n")


def main():
    program = os.path.abspath(sys.argv[1])
    imagej, peers = Differences(), Differences()
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        labels = read_shapes()
        if "--reference" in sys.argv:
            write_reference(labels, folder)
        noise = np.random.default_rng(7).integers(0, 60000, labels.shape).astype(np.uint16)
        stretched = Differences()
        for um in ((1, 1), (0.5, 0.4)):
            ours = run_pellicle(program, folder, labels, noise, "imagej", *um)
            theirs = {l: as_columns(r, um == (1, 1)) for l, r in run_imagej(folder, labels, noise, *um).items()}
            (imagej if um == (1, 1) else stretched).add("shapes", ours, theirs, labels)
        peers.add("shapes", run_pellicle(program, folder, labels, noise, "cellprofiler", 1, 1), run_cellprofiler(labels))
        counts.append(f"- shapes: {labels.max()} cells")
        samples = os.environ.get("PELLICLE_SAMPLES")
        for name, licence in SETS if samples else []:
            n = 0
            for mask in sorted(os.listdir(os.path.join(samples, name, "masks"))):
                stem = os.path.splitext(mask)[0]
                plane = io.imread(os.path.join(samples, name, "masks", mask)).astype(np.uint16)
                picture = next(f for f in os.listdir(os.path.join(samples, name, "images")) if os.path.splitext(f)[0] == stem)
                grey = io.imread(os.path.join(samples, name, "images", picture))
                grey = grey if grey.ndim == 2 else grey[..., 1]
                ours = run_pellicle(program, folder, plane, np.ascontiguousarray(grey), "imagej", 1, 1)
                theirs = run_imagej(folder, plane, np.ascontiguousarray(grey), 1, 1)
                imagej.add(f"{stem} cell", ours, {l: as_columns(r, True) for l, r in theirs.items()}, plane)
                peers.add(f"{stem} cell", run_pellicle(program, folder, plane, grey, "cellprofiler", 1, 1), run_cellprofiler(plane))
                n += len(ours)
            counts.append(f"- {name} ({licence}): {n} cells")
    print("\n".join(counts))
    imagej.print("`--definitions imagej` and ImageJ")
    stretched.print("The same with pixels of 0.5 x 0.4 µm")
    peers.print("`--definitions cellprofiler`, and scikit-image and centrosome")
    sys.exit(imagej.bad or stretched.bad or peers.bad)


main()
