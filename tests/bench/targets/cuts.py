# SPDX-License-Identifier: MIT
"""From what a network tells of each pixel back to cells."""
import cv2
import numpy as np
from scipy import ndimage
from skimage import measure
from skimage.segmentation import watershed

import maps


def drop_small(labels, least):
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.where(sizes[labels] >= least, labels, 0)


def flood(depth, seeds, mask, least):
    """A watershed from seeds; parts of the mask without a seed stay one cell each."""
    parts = measure.label(mask, connectivity=1)
    has_seed = np.zeros(parts.max() + 1, bool)
    has_seed[parts[seeds > 0]] = True
    rest = np.where(mask & ~has_seed[parts], parts, 0)
    markers = np.where(seeds > 0, seeds, np.where(rest > 0, rest + seeds.max(), 0))
    return drop_small(watershed(-depth, markers, mask=mask), least)


def seeds_of(mask, least=3):
    return drop_small(measure.label(mask, connectivity=1), least)


def by_distance(planes, least, seed, threshold):
    foreground, inside = planes[0], ndimage.gaussian_filter(planes[1], 1.0)
    mask = foreground > threshold
    return flood(inside, seeds_of(mask & (inside > seed)), mask, least)


def by_neighbours(planes, least, seed, threshold):
    inside = ndimage.gaussian_filter(planes[0], 0.5)
    near = np.clip(planes[1], 0, 1)
    mask = inside > threshold
    seeds = seeds_of(mask & (inside - near ** 2 > seed))
    return drop_small(watershed(-inside, seeds, mask=mask), least)


def follow(flow, mask, steps):
    """Where each pixel of the mask ends that goes along the flow."""
    rows, columns = np.nonzero(mask)
    count = rows.size
    side = 256
    length = -(-count // side)
    y, x = (np.pad(axis, (0, length * side - count)).astype(np.float32).reshape(length, side)
            for axis in (rows, columns))
    height, width = mask.shape
    down, right = (np.ascontiguousarray(axis, np.float32) for axis in flow)
    for _ in range(steps):
        dy = cv2.remap(down, x, y, cv2.INTER_LINEAR)
        dx = cv2.remap(right, x, y, cv2.INTER_LINEAR)
        y = np.clip(y + dy, 0, height - 1)
        x = np.clip(x + dx, 0, width - 1)
    return rows, columns, y.ravel()[:count], x.ravel()[:count]


def gather(mask, ends):
    """Cells are pixels whose ways end together: peaks of the ends' histogram, grown five times."""
    rows, columns, y, x = ends
    out = np.zeros(mask.shape, np.int32)
    if rows.size == 0:
        return out
    y, x = np.round(y).astype(int), np.round(x).astype(int)
    count = np.zeros(mask.shape, np.int32)
    np.add.at(count, (y, x), 1)
    peaks = (count == ndimage.maximum_filter(count, 5)) & (count > 10)
    seeds = measure.label(peaks, connectivity=2).astype(np.int32)
    for _ in range(5):
        grown = ndimage.maximum_filter(seeds, 3)
        seeds = np.where((seeds == 0) & (count > 2), grown, seeds)
    out[rows, columns] = seeds[y, x]
    return out


def flow_errors(labels, flow):
    """Mean squared difference of each cell's own flow from the one that was told, by label."""
    own = maps.flow_planes(maps.separate(labels))[..., 1:].transpose(2, 0, 1)
    differs = ((own - flow) ** 2).sum(0)
    counts = np.bincount(labels.ravel())
    return np.bincount(labels.ravel(), differs.ravel()) / np.maximum(counts, 1)


def by_flows(planes, least, threshold, steps=200):
    """Euler steps along the flow; the cells and how much their own flow differs from it."""
    mask = planes[0] > threshold
    inside = planes[1:3] * mask
    labels = drop_small(gather(mask, follow(inside, mask, steps)), least)
    return labels, flow_errors(labels, planes[1:3])


def keep_agreeing(labels, errors, most):
    """The cells whose flow differs by at most that."""
    return np.where(errors[labels] <= most, labels, 0)


DIRECTIONS = np.array([maps.ray(k) for k in range(maps.N_RAYS)], np.float32)


class Polygon:
    """A star around a pixel, and its pixels within its box."""

    def __init__(self, y, x, distances, shape):
        corners = np.stack([y + distances * DIRECTIONS[:, 0], x + distances * DIRECTIONS[:, 1]], 1)
        low = np.floor(corners.min(0)).astype(int)
        high = np.ceil(corners.max(0)).astype(int) + 1
        low, high = np.maximum(low, 0), np.minimum(high, shape)
        self.low, self.high = low, high
        self.mask = np.zeros(np.maximum(high - low, 1), np.uint8)
        # A sixteenth of a pixel is exact enough.
        points = np.round((corners - low)[:, ::-1] * 16).astype(np.int32)
        cv2.fillPoly(self.mask, [points], 1, shift=4)
        self.area = int(np.count_nonzero(self.mask))

    def overlap(self, other):
        low = np.maximum(self.low, other.low)
        high = np.minimum(self.high, other.high)
        if (high <= low).any():
            return 0.0
        a, b = low - self.low, low - other.low
        size = high - low
        both = np.count_nonzero(self.mask[a[0]:a[0] + size[0], a[1]:a[1] + size[1]]
                                & other.mask[b[0]:b[0] + size[0], b[1]:b[1] + size[1]])
        return both / max(min(self.area, other.area), 1)


def find_stars(planes, least_probability, most_overlap, grid):
    """Non-maximum suppression: the surest star first; those that overlap it are left out."""
    probability, distances = planes[0], np.maximum(planes[1:], 0.5)
    picked = np.zeros_like(probability)
    picked[::grid, ::grid] = probability[::grid, ::grid]
    rows, columns = np.nonzero(picked > least_probability)
    order = np.argsort(-probability[rows, columns], kind="stable")
    taken = np.zeros(probability.shape, np.int32)  # the winner that covers a pixel
    winners = []
    for k in order:
        y, x = rows[k], columns[k]
        star = None
        # A star around a pixel of a winner nearly always overlaps it: look at that one first.
        if taken[y, x]:
            star = Polygon(y, x, distances[:, y, x], probability.shape)
            if star.overlap(winners[taken[y, x] - 1][1]) > most_overlap:
                continue
        star = star or Polygon(y, x, distances[:, y, x], probability.shape)
        if star.area == 0:
            continue
        box = taken[star.low[0]:star.high[0], star.low[1]:star.high[1]]
        others = np.unique(box[star.mask > 0])
        if any(n > 0 and star.overlap(winners[n - 1][1]) > most_overlap for n in others):
            continue
        winners.append((float(probability[y, x]), star))
        box[(star.mask > 0) & (box == 0)] = len(winners)
    return winners


def paint_stars(winners, shape, least, threshold):
    """Winners of at least that probability, the surer ones on top."""
    labels = np.zeros(shape, np.int32)
    for number in range(len(winners), 0, -1):
        probability, star = winners[number - 1]
        if probability > threshold:
            box = labels[star.low[0]:star.high[0], star.low[1]:star.high[1]]
            box[star.mask > 0] = number
    return drop_small(labels, least)
