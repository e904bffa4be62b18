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
checks = {}  # case → function of what the tool drew: pixels that are wrong, where ties are allowed
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


SPLIT_MIN = 4


def add_splits():
    for _ in range(40):
        w, h = int(rng.integers(30, 110)), int(rng.integers(30, 110))
        cells = ndimage.label(blob(w, h))[0]
        # From beyond one side to beyond the other, so that the ends of the line cut nothing.
        flat = rng.random() < 0.5
        a, b = rng.uniform(0, h if flat else w, 2)
        xy = np.array([-3.3, a, w + 3.3, b] if flat else [a, -3.3, b, h + 3.3])
        X, Y = centres(w, h)
        # Which pixels lie under it is asked, and checked by their distance; what follows is not.
        text = " ".join(repr(float(v)) for v in xy)
        line = ask([f"line {w} {h} {text}"])[0].reshape(h, w) > 0
        add("line of a cut", "line", w, h, xy, line)
        checks[len(cases) - 1] = lambda ours, xy=xy, X=X, Y=Y: check_line(ours > 0, xy, X, Y)
        add("split", "split", w, h, [2, SPLIT_MIN, *xy, *cells.ravel()], cells)
        checks[len(cases) - 1] = lambda ours, cells=cells, line=line: check_split(ours, cells, line)


def check_line(line, xy, X, Y):
    """Every pixel within 1.25 of the line, one in each column or row, and none missing."""
    dx, dy = xy[2] - xy[0], xy[3] - xy[1]
    away = np.abs((X - xy[0]) * dy - (Y - xy[1]) * dx) / np.hypot(dx, dy)
    steps = line.sum(axis=0 if abs(dx) >= abs(dy) else 1)
    broken = measure.label(line, connectivity=2).max() > 1
    return int(np.sum(line & (away > 1.25))) + int(np.sum(steps > 1)) + int(broken)


def check_split(ours, cells, line):
    """Pixels that are wrong: each connected piece is cut where what the line leaves of it falls
    apart, the largest part stays, and what lay under the line is with a part that it is nearest to
    along edges within the piece. (Where two are as near, either is right.)"""
    wrong = int(np.sum((ours > 0) & (cells == 0)))
    used = set()
    for cell in range(1, cells.max() + 1):
        pieces, n_pieces = ndimage.label(cells == cell)
        for p in range(1, n_pieces + 1):
            piece = pieces == p
            parts, n = ndimage.label(piece & ~line)
            sizes = np.bincount(parts.ravel(), minlength=n + 1)
            count = [k for k in range(1, n + 1) if sizes[k] >= SPLIT_MIN]
            if len(count) < 2 or not (piece & line).any():
                wrong += int(np.sum(ours[piece] != 0))
                continue
            names = {}
            for k in count:
                values = np.unique(ours[parts == k])
                wrong += int(sizes[k] * (len(values) != 1))
                names[k] = values[0]
            stays = [k for k in count if names[k] == 0]
            new = [names[k] for k in count if names[k] != 0]
            if len(stays) != 1 or len(set(new)) != len(new) or used & set(new):
                wrong += int(piece.sum())
                continue
            used |= set(new)
            total = {k: int(np.sum(piece & (ours == names[k]))) for k in count}
            wrong += int(total[stays[0]] < max(total.values()))
            costs = np.where(piece, 1.0, np.inf)
            ways = np.stack(
                [
                    graph.MCP(costs, fully_connected=False).find_costs(np.argwhere(parts == k))[0]
                    for k in count
                ]
            )
            # Each step costs 1, the beginning as well.
            best = ways.min(axis=0)
            for y, x in np.argwhere(piece & ~np.isin(parts, count)):
                near = [names[k] for i, k in enumerate(count) if ways[i, y, x] == best[y, x]]
                wrong += ours[y, x] not in near
    return wrong


WAND = 149


def blur_inside(image, region, sigma):
    """What is outside has no weight, along rows and then columns."""
    how = dict(sigma=sigma, mode="constant", truncate=3)
    weight = region.astype(np.float64)
    smooth = image * weight
    for axis in (1, 0):
        above = ndimage.gaussian_filter1d(smooth * weight, axis=axis, **how)
        below = ndimage.gaussian_filter1d(weight, axis=axis, **how)
        smooth = np.where(below > 0, above / np.where(below > 0, below, 1), 0)
        weight = (below > 0).astype(np.float64)
    return smooth


def measure_ways(image, region):
    """What it costs to get from the one in the middle to each sample."""
    middle = WAND // 2, WAND // 2
    bright = blur_inside(image, region, 4)
    rough = blur_inside((image - blur_inside(image, region, 1.5)) ** 2, region, 3)
    least = 1e-5 * abs(bright[middle])
    rough = np.log(np.sqrt(rough) + 1e-3 * image[region].std() + least)
    spread = max(bright[region].std(), 0.3 * image[region].std())
    brighter = (bright - bright[middle]) / spread
    smoother = np.minimum((rough - rough[middle]) / max(rough[region].std(), 0.3), 0)
    edges = np.pad(np.where(region, blur_inside(image, region, 2), np.nan), 1, constant_values=np.nan)
    here = edges[1:-1, 1:-1]
    near = [edges[:-2, 1:-1], edges[2:, 1:-1], edges[1:-1, :-2], edges[1:-1, 2:]]
    up, down, left, right = (np.where(np.isfinite(side), side, here) for side in near)
    steep = np.hypot((down - up) / 2, (right - left) / 2) * 2 / image[region].std()
    costs = 0.25 * brighter**2 + smoother**2 + 0.25 * steep**2 + 0.04
    return graph.MCP_Geometric(np.where(region, costs, np.inf)).find_costs([middle])[0]


def add_wands():
    disc_ = disc(2).astype(np.uint8)
    for sensitivity in (0, 0.7, 1.25, 2):
        for case in range(4):
            image = ndimage.gaussian_filter(rng.normal(size=(WAND, WAND)), 3 + 2 * case)
            rough = ndimage.gaussian_filter(rng.normal(size=(WAND, WAND)), 9)
            image += 3 * rough * rng.normal(size=(WAND, WAND))  # rougher here than there
            image = np.round(100 + 400 * image, 3).astype(np.float32)
            image = np.maximum(image, 1)
            if sensitivity == 0:
                image = np.floor(image / 25)
            outside = np.zeros((WAND, WAND), bool)
            if case >= 2:  # at a corner of the image
                outside[: 20 * case] = True
                outside[:, WAND - 15 * case :] = True
            given = np.where(outside, -1, image)
            if sensitivity == 0:
                region, ground = ~outside, image
                tolerance = 0
            else:
                region = ~outside
                ground = measure_ways(image, region)
                tolerance = 6.65 / sensitivity**2
            seed = ground[WAND // 2, WAND // 2]
            alike = region & (np.abs(ground - seed) <= tolerance)
            labels = ndimage.label(alike)[0]
            grown = labels == labels[WAND // 2, WAND // 2]
            if sensitivity:
                border = dict(borderType=cv2.BORDER_CONSTANT)
                grown = cv2.dilate(grown.astype(np.uint8), disc_, borderValue=0, **border)
                grown = cv2.erode(grown, disc_, borderValue=1, **border) > 0
                grown &= ~outside
            if not outside[WAND // 2, WAND // 2]:
                add("wand", "wand", WAND, WAND, [sensitivity, *given.ravel()], grown)
                # Where a sample lies within rounding of the tolerance either is right.
                if sensitivity:
                    doubt = np.abs(np.abs(ground - seed) - tolerance) < 1e-4 * tolerance
                    checks[len(cases) - 1] = lambda ours, g=grown, d=doubt: int(
                        np.sum((ours != g) & ~ndimage.binary_dilation(d, iterations=4))
                    )


def ask(lines):
    text = "\n".join(lines) + "\n"
    output = subprocess.run(sys.argv[1], input=text, capture_output=True, text=True, check=True)
    return [np.array(row.split(), float) for row in output.stdout.splitlines()]


def main():
    adders = (add_brushes, add_polygons, add_edits, add_floods, add_wires, add_splits, add_wands)
    for function in adders:
        function()
    results = {}
    rows = ask([line for _, line, _ in cases])
    for at, ((tool, _, reference), row) in enumerate(zip(cases, rows, strict=True)):
        ours = row.reshape(reference.shape)
        check = checks.get(at)
        entry = results.setdefault(tool, [0, 0, 0, 0.0])
        entry[0] += 1
        entry[1] += ours.size
        if tool == "smart edge":
            entry[3] = max(entry[3], np.max(np.abs(ours - reference) / np.maximum(reference, 0.1)))
        elif check:
            entry[2] += check(ours)
        else:
            entry[2] += int(np.sum(ours != reference))
    print("| tool | cases | pixels | that differ |\n|---|---|---|---|")
    for tool, (n, pixels, wrong, error) in results.items():
        print(f"| {tool} | {n} | {pixels} | {f'costs by {error:.2%} at most' if error else wrong} |")
    return any(wrong or error > 0.01 for _, _, wrong, error in results.values())


if __name__ == "__main__":
    sys.exit(main())
