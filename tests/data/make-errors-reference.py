#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Independent answers for tests/engine/test-cell-errors.c.

Needs Debian's python3-skimage (written with scikit-image 0.19.3, scipy 1.10.1, numpy 1.24.2):

    /usr/bin/python3 tests/data/make-errors-reference.py

writes cell-errors.txt beside this script: pairs of label images, and what is wrong with the
predicted one by the definitions of engine/measure/pel-cell-errors.h, computed here from tables of
all pairs of cells (the C code walks a list of overlaps). For each case:

    WIDTH HEIGHT
    runs of the prediction (COUNT VALUE …), of the truth, of what is known (1) or not (0)
    AP at IoU 0.50, 0.55 … 0.95
    number of errors, then a line for each: KIND n truth… n predicted… x y width height
"""
import os

import numpy as np
from scipy import ndimage, optimize
from skimage import draw, measure, morphology, segmentation

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(411)
KINDS = ["missed", "false", "merged", "split", "inexact"]


def cells(h, w, n):
    """Cells that touch: discs grown into each other's way."""
    seeds, mask = np.zeros((h, w), int), np.zeros((h, w), bool)
    for i in range(n):
        y, x, r = rng.integers(2, h - 2), rng.integers(2, w - 2), rng.integers(3, 9)
        rows, columns = draw.disk((y, x), r, shape=(h, w))
        mask[rows, columns] = True
        seeds[y, x] = i + 1
    distance = ndimage.distance_transform_edt(mask)
    return segmentation.watershed(-distance, seeds, mask=mask)


def spoil(truth):
    """A prediction with every kind of error."""
    out = truth.copy()
    top = out.max() + 100
    for label in np.unique(truth[truth > 0]):
        at, what = truth == label, rng.integers(0, 9)
        if what == 0:
            out[at] = 0
        elif what == 1:  # together with a neighbour
            around = truth[morphology.dilation(at, morphology.disk(1)) & ~at]
            around = around[around > 0]
            if len(around):
                out[at] = around[0]
        elif what == 2:  # in two or three
            rows, columns = np.nonzero(at)
            pieces = rng.integers(2, 4)
            part = (columns - columns.min()) * pieces // (columns.max() - columns.min() + 1)
            for k in range(1, pieces):
                top += 1
                out[rows[part == k], columns[part == k]] = top
        elif what == 3:
            out[at & ~morphology.erosion(at, morphology.disk(2))] = 0
        elif what == 4:  # grown over its neighbours
            out[morphology.dilation(at, morphology.disk(int(rng.integers(1, 4))))] = label
        elif what == 5:  # moved
            top += 1
            out[at] = 0
            moved = np.roll(at, rng.integers(-4, 5, 2), (0, 1))
            out[moved & (out == 0)] = top
    for _ in range(int(rng.integers(0, 3))):
        top += 1
        rows, columns = draw.disk(rng.integers(2, min(out.shape) - 2, 2), rng.integers(2, 5), shape=out.shape)
        out[rows, columns] = np.where(out[rows, columns] == 0, top, out[rows, columns])
    return out * 3


def tables(prediction, truth):
    ps, ts = np.unique(prediction[prediction > 0]), np.unique(truth[truth > 0])
    both = np.array([[((truth == t) & (prediction == p)).sum() for p in ps] for t in ts], int)
    return ps, ts, both.reshape(len(ts), len(ps))


def matches(iou, level):
    rows, columns = optimize.linear_sum_assignment(-(iou >= level - 1e-12).astype(float))
    return {(i, j) for i, j in zip(rows, columns) if iou[i, j] >= level - 1e-12}


def judge(prediction, truth, known):
    p_all, prediction = prediction, prediction.copy()
    for p in np.unique(p_all[p_all > 0]):
        if (known[p_all == p] == 0).mean() > 0.5:
            prediction[p_all == p] = 0
    prediction[known == 0] = 0
    truth = np.where(known == 0, 0, truth)
    ps, ts, both = tables(prediction, truth)
    size_p = np.array([(prediction == p).sum() for p in ps])
    size_t = np.array([(truth == t).sum() for t in ts])
    iou = both / np.maximum(size_t[:, None] + size_p[None, :] - both, 1)
    ap = []
    for level in np.arange(50, 100, 5) / 100:
        n = len(matches(iou, level)) if len(ps) and len(ts) else 0
        ap.append(n / (len(ps) + len(ts) - n) if len(ps) + len(ts) - n else 1.0)

    pairs = matches(iou, 0.5) if len(ps) and len(ts) else set()
    covers, inside = both > size_t[:, None] / 2, both > size_p[None, :] / 2
    errors, told_t, told_p = [], set(), set()
    good_t, good_p = {i for i, _ in pairs}, {j for _, j in pairs}
    for j in range(len(ps)):
        partners = np.flatnonzero(covers[:, j]) if len(ts) else []
        if len(partners) > 1:
            errors.append(("merged", list(partners), [j]))
    for i in range(len(ts)):
        partners = np.flatnonzero(inside[i]) if len(ps) else []
        if len(partners) > 1:
            errors.append(("split", [i], list(partners)))
    for _, t, p in errors:
        told_t.update(t)
        told_p.update(p)
    inexact = [(i, j) for i in range(len(ts)) for j in range(len(ps))
               if (covers[i, j] or inside[i, j]) and (i, j) not in pairs
               and (i not in good_t | told_t or j not in good_p | told_p)]
    errors += [("inexact", [i], [j]) for i, j in inexact]
    told_t.update(i for i, _ in inexact)
    told_p.update(j for _, j in inexact)
    errors += [("missed", [i], []) for i in range(len(ts)) if i not in told_t | good_t]
    errors += [("false", [], [j]) for j in range(len(ps)) if j not in told_p | good_p]
    lines = []
    for kind, t, p in errors:
        at = np.isin(truth, ts[t]) | np.isin(prediction, ps[p])
        (y0, x0, y1, x1), = [r.bbox for r in measure.regionprops(at.astype(int))]
        t, p = sorted(int(k) for k in ts[t]), sorted(int(k) for k in ps[p])
        lines.append((KINDS.index(kind), (t or p)[0], p[0] if p else 0,
                      f"{kind} {len(t)} {' '.join(map(str, t))} {len(p)} {' '.join(map(str, p))} "
                      f"{x0} {y0} {x1 - x0} {y1 - y0}".replace("  ", " ")))
    return ap, [text for *_, text in sorted(lines)]


def runs(plane):
    flat = plane.ravel()
    edges = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    counts = np.diff(np.concatenate([edges, [flat.size]]))
    return " ".join(f"{n} {v}" for n, v in zip(counts, flat[edges]))


def main():
    cases = []
    for k in range(24):
        h, w = (int(v) for v in rng.integers(30, 64, 2))
        truth = cells(h, w, int(rng.integers(4, 22)))
        prediction = spoil(truth)
        known = np.ones((h, w), int)
        if k % 3 == 2:  # painted in parts: a ring around the cells, and a box
            known = morphology.dilation(truth > 0, morphology.disk(3)).astype(int)
            known[: h // 2, : w // 2] = 1
            hidden = np.isin(truth, rng.permutation(np.arange(1, truth.max() + 1))[:2])
            known[hidden] = 0
        cases.append((prediction, truth * 2, known))
    empty, square = np.zeros((8, 10), int), np.zeros((8, 10), int)
    square[2:6, 1:9] = 3
    halves = square.copy()
    halves[2:6, 5:9] = 4
    one = np.ones_like(empty)
    cases += [(empty, empty, one), (empty, square, one), (square, empty, one), (square, halves, one),
              (halves, square, one), (square, square, one * 0)]
    totals = dict.fromkeys(KINDS, 0)
    with open(os.path.join(HERE, "cell-errors.txt"), "w") as f:
        f.write(f"{len(cases)}\n")
        for prediction, truth, known in cases:
            ap, lines = judge(prediction, truth, known)
            f.write(f"{truth.shape[1]} {truth.shape[0]}\n")
            f.write("".join(runs(plane) + "\n" for plane in (prediction, truth, known)))
            f.write(" ".join(f"{v:.12g}" for v in ap) + "\n")
            f.write("\n".join([str(len(lines))] + lines) + "\n")
            for line in lines:
                totals[line.split()[0]] += 1
    print(totals)


main()
