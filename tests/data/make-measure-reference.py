#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Independent figures for tests/engine/test-measure.c and test-evaluation.c.

Needs Debian's python3-skimage (written with scikit-image 0.19.3, scipy 1.10.1, numpy 1.24.2):

    /usr/bin/python3 tests/data/make-measure-reference.py

writes beside this script
  shapes.txt      irregular cells, a row of runs each
  measures.txt    what scikit-image makes of them
  evaluation.txt  pairs of label images with their scores, computed here from the definitions
"""
import itertools
import math
import os

import numpy as np
from scipy import ndimage, optimize
from skimage import measure, morphology

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(2026)


def blob(size, kind):
    """A random cell: smooth noise cut at a level, a star, or a bent rod."""
    n = size * 3
    y, x = np.mgrid[0:n, 0:n] - n / 2
    angle, r = np.arctan2(y, x), np.hypot(x, y)
    if kind == "noise":
        noise = ndimage.gaussian_filter(rng.normal(size=(n, n)), size / 8)
        mask = noise / noise.std() - (r / (size * 0.6)) ** 2 > -1
    elif kind == "star":
        arms = rng.integers(3, 7)
        rim = size * (0.35 + 0.25 * np.cos(arms * angle + rng.uniform(0, 6)))
        mask = r < rim + rng.uniform(1, 2)
    else:
        bend = rng.uniform(-1.5, 1.5) / size
        turn = rng.uniform(0, math.pi)
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        mask = (np.abs(v - bend * u * u) < size / 8 + 1) & (np.abs(u) < size / 2)
    label = measure.label(mask, connectivity=1)
    if label.max() == 0:
        return None
    mask = label == np.argmax(np.bincount(label.ravel())[1:]) + 1
    ys, xs = np.nonzero(mask)
    return mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def min_feret(mask):
    """Least width over the directions normal to the edges of the hull of the pixels' corners."""
    ys, xs = np.nonzero(mask)
    corners = np.unique(np.concatenate([np.stack([xs + i, ys + j], 1) for i in (0, 1) for j in (0, 1)]), axis=0)
    from scipy.spatial import ConvexHull
    hull = corners[ConvexHull(corners).vertices].astype(float)
    edges = np.roll(hull, -1, 0) - hull
    normals = np.stack([-edges[:, 1], edges[:, 0]], 1) / np.hypot(*edges.T)[:, None]
    width = hull @ normals.T
    far = max(math.dist(a, b) for a, b in itertools.combinations(hull, 2))
    area = ConvexHull(corners).volume
    return (width.max(0) - width.min(0)).min(), far, area


def write_measures():
    shapes, rows = [], []
    kinds = itertools.cycle(["noise", "star", "rod"])
    while len(rows) < 210:
        mask = blob(int(rng.integers(6, 70)), next(kinds))
        if mask is None or mask.sum() < 12 or min(mask.shape) < 2:
            continue
        padded = np.pad(mask, 1).astype(np.uint8)
        p = measure.regionprops(padded)[0]
        low, far, convex = min_feret(mask)
        # As regionprops' orientation, from the rows' axis; that of 0.19 has the wrong sign where
        # the two diagonal elements are the same. None for a shape without a direction.
        (a, b), (_, c) = p.inertia_tensor
        theta = math.degrees(math.atan2(-2 * b, c - a) / 2) if math.hypot(b, c - a) > 1e-9 else math.nan
        values = [p.area, p.centroid[1] - 1, p.centroid[0] - 1, p.equivalent_diameter_area,
                  p.axis_major_length, p.axis_minor_length, (theta + 90) % 180,
                  measure.perimeter_crofton(padded, directions=4), p.eccentricity,
                  far, low, convex]
        runs = []
        for y, row in enumerate(mask):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
            runs += [(y, a, b) for a, b in edges.reshape(-1, 2)]
        shapes.append(f"{mask.shape[1]} {mask.shape[0]} {len(runs)} "
                      + " ".join(f"{y} {a} {b}" for y, a, b in runs))
        rows.append(" ".join(f"{v:.10g}" for v in values))
    with open(os.path.join(HERE, "shapes.txt"), "w") as f:
        f.write("\n".join(shapes) + "\n")
    with open(os.path.join(HERE, "measures.txt"), "w") as f:
        f.write("\n".join(rows) + "\n")


def split(mask):
    return ndimage.label(mask)[0]  # edges only, by default


def rand_score(prediction, truth):
    s, t = split(prediction > 0), split(truth > 0)
    inside = t > 0
    if not inside.any():
        return math.nan
    s, t = s[inside].astype(np.int64), t[inside].astype(np.int64)
    alone = s == 0
    s[alone] = s.max() + 1 + np.arange(alone.sum())  # each a region of its own
    pairs = np.unique(s * (t.max() + 1) + t, return_counts=True)[1].astype(float)
    return 2 * (pairs ** 2).sum() / ((np.bincount(s).astype(float) ** 2).sum()
                                     + (np.bincount(t).astype(float) ** 2).sum())


def match(prediction, truth, percent):
    """Pairs of the largest assignment among pairs of enough IoU."""
    ps, ts = np.unique(prediction[prediction > 0]), np.unique(truth[truth > 0])
    if len(ps) == 0 or len(ts) == 0:
        return []
    good = np.zeros((len(ts), len(ps)))
    for i, j in itertools.product(range(len(ts)), range(len(ps))):
        both = int(((truth == ts[i]) & (prediction == ps[j])).sum())
        either = int(((truth == ts[i]) | (prediction == ps[j])).sum())
        good[i, j] = both * 100 >= either * percent
    rows, columns = optimize.linear_sum_assignment(-good)
    return [(ts[i], ps[j]) for i, j in zip(rows, columns) if good[i, j]]


def counts(prediction, truth):
    p, t = prediction > 0, truth > 0
    both, either = (p & t).sum(), (p | t).sum()
    c = dict(dice=2 * both / (p.sum() + t.sum()) if either else 1.0, iou=both / either if either else 1.0,
             same=(p == t).sum(), pixels=p.size, np=len(np.unique(prediction[p])), nt=len(np.unique(truth[t])),
             rand=rand_score(prediction, truth))
    c["tp"] = [len(match(prediction, truth, k)) for k in range(50, 100, 5)]
    c["err"] = [abs(math.sqrt((prediction == b).sum()) / math.sqrt((truth == a).sum()) - 1)
                for a, b in match(prediction, truth, 50)]
    return c


def scores(all_counts):
    tp = np.sum([c["tp"] for c in all_counts], 0)
    n_p, n_t = sum(c["np"] for c in all_counts), sum(c["nt"] for c in all_counts)
    ap = [k / (n_p + n_t - k) if n_p + n_t - k else 1.0 for k in tp]
    err = sum((c["err"] for c in all_counts), [])
    rand = [c["rand"] for c in all_counts if not math.isnan(c["rand"])]
    return [np.mean([c["dice"] for c in all_counts]), np.mean([c["iou"] for c in all_counts]),
            sum(c["same"] for c in all_counts) / sum(c["pixels"] for c in all_counts),
            ap[0], ap[5], np.mean(ap), 2 * tp[0] / (n_p + n_t) if n_p + n_t else 1.0,
            tp[0] / n_p if n_p else math.nan, tp[0] / n_t if n_t else math.nan,
            100 * np.mean(err) if err else math.nan, np.mean(rand) if rand else math.nan]


def random_labels(h, w, n):
    out = np.zeros((h, w), int)
    for i in range(n):
        y, x, r = rng.integers(0, h), rng.integers(0, w), rng.integers(2, 9)
        yy, xx = np.ogrid[:h, :w]
        out[(yy - y) ** 2 + (xx - x) ** 2 <= r * r] = (i + 1) * 7
    return out


def write_evaluation():
    pairs = []
    for k in range(14):
        h, w = rng.integers(20, 48, 2)
        truth = random_labels(h, w, rng.integers(1, 12))
        prediction = np.roll(truth, rng.integers(-2, 3, 2), (0, 1))
        noise = random_labels(h, w, 2)
        prediction = np.where(noise > 0, noise + 100, prediction) if k % 3 == 0 else prediction
        if k % 4 == 1:
            prediction = morphology.erosion(prediction, morphology.disk(1))
        pairs.append((prediction, truth))
    empty, square = np.zeros((8, 10), int), np.zeros((8, 10), int)
    square[2:6, 1:9] = 3
    halves = square.copy()
    halves[2:6, 5:9] = 4  # each half has IoU one half with the whole
    pairs += [(empty, empty), (empty, square), (square, empty), (square, halves), (halves, square)]
    with open(os.path.join(HERE, "evaluation.txt"), "w") as f:
        every = [counts(*pair) for pair in pairs]
        f.write(f"{len(pairs)}\n")
        for (prediction, truth), c in zip(pairs, every):
            f.write(f"{truth.shape[1]} {truth.shape[0]}\n")
            for plane in (prediction, truth):
                f.write(" ".join(map(str, plane.ravel())) + "\n")
            f.write(" ".join(f"{v:.12g}" for v in scores([c])) + "\n")
        f.write(" ".join(f"{v:.12g}" for v in scores(every)) + "\n")


write_measures()
write_evaluation()
