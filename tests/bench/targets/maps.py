# SPDX-License-Identifier: MIT
"""What a network may be asked to tell of each pixel, made from true cells.

Every function takes labels (0 is background) and gives planes (rows, columns, channels). A label in
several pieces counts as that many cells here, since distances and flows know no gaps.
"""
import math

import numpy as np
from scipy import ndimage, sparse
from skimage import measure

N_RAYS = 32
NEAR = 2  # pixels that the border class reaches


def separate(labels):
    return measure.label(labels, background=0, connectivity=1).astype(np.int32)


def windows(labels, margin):
    """Each cell's number and the part of the image around it."""
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is not None:
            yield number, tuple(slice(max(axis.start - margin, 0), axis.stop + margin)
                                for axis in box)


def border_planes(labels):
    """Foreground and the border class: two cells within NEAR pixels, as in the program."""
    size = 2 * NEAR + 1
    beyond = int(labels.max()) + 1
    highest = ndimage.maximum_filter(labels, size)
    lowest = ndimage.minimum_filter(np.where(labels == 0, beyond, labels), size)
    return np.stack([labels > 0, lowest < highest], -1).astype(np.float32)


def unet_weights(labels, w0=10.0, sigma=5.0):
    """1 + w0 exp (-(d1 + d2)^2 / 2 sigma^2), d1 and d2 to the two nearest cells.

    Ronneberger, Fischer and Brox, MICCAI 2015. Touching cells have no gap here, so that the
    weight reaches into them.
    """
    far = 6 * sigma
    nearest = np.full(labels.shape, far, np.float32)
    second = nearest.copy()
    for number, box in windows(labels, int(4 * sigma)):
        away = ndimage.distance_transform_edt(labels[box] != number).astype(np.float32)
        first = nearest[box]
        second[box] = np.minimum(second[box], np.maximum(first, away))
        nearest[box] = np.minimum(first, away)
    weights = 1 + w0 * np.exp(-(nearest + second) ** 2 / (2 * sigma ** 2))
    return weights[..., None].astype(np.float32)


def edge_distances(labels):
    """How far inside its cell a pixel lies, 1 at the cell's innermost."""
    out = np.zeros(labels.shape, np.float32)
    for number, box in windows(labels, 1):
        mask = labels[box] == number
        inside = ndimage.distance_transform_edt(mask)
        out[box][mask] = (inside / max(inside.max(), 1e-6))[mask]
    return out


def neighbour_distances(labels):
    """Near 1 where another cell is near; Scherr, Loeffler, Boehland and Mikut, PLOS ONE 2020."""
    out = np.zeros(labels.shape, np.float32)
    areas = np.bincount(labels.ravel())[1:]
    if not areas.any():
        return out
    reach = math.ceil(2 * math.sqrt(4 / math.pi * np.mean(areas[areas > 0])))
    for number, box in windows(labels, reach):
        part = labels[box]
        mask = part == number
        others = (part != 0) & ~mask
        if not others.any():
            continue
        away = ndimage.distance_transform_edt(~others)
        out[box][mask] = 1 - (away / away[mask].max())[mask]
    return ndimage.grey_closing(out, size=(5, 5)) ** 3


def distance_planes(labels):
    return np.stack([labels > 0, edge_distances(labels)], -1).astype(np.float32)


def neighbour_planes(labels):
    return np.stack([edge_distances(labels), neighbour_distances(labels)], -1).astype(np.float32)


def spread_heat(labels):
    """Heat from the middle of each cell, that does not leave it (logarithm)."""
    height, width = labels.shape
    where = np.flatnonzero(labels)
    index = np.full(labels.shape, -1, np.int64)
    index.ravel()[where] = np.arange(where.size)
    rows, columns = np.divmod(where, width)
    starts, ends = [], []
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            y, x = rows + dy, columns + dx
            good = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            y, x = np.where(good, y, 0), np.where(good, x, 0)
            good &= labels[y, x] == labels[rows, columns]
            starts.append(np.flatnonzero(good))
            ends.append(index[y, x][good])
    starts, ends = np.concatenate(starts), np.concatenate(ends)
    mean = sparse.csr_matrix((np.full(starts.size, 1 / 9, np.float32), (starts, ends)),
                             shape=(where.size, where.size))
    sources, longest = [], 0
    for number, box in windows(labels, 0):
        y, x = np.nonzero(labels[box] == number)
        centre = np.argmin((y - np.median(y)) ** 2 + (x - np.median(x)) ** 2)
        sources.append(index[y[centre] + box[0].start, x[centre] + box[1].start])
        longest = max(longest, sum(axis.stop - axis.start for axis in box))
    heat = np.zeros(where.size, np.float32)
    for _ in range(2 * longest):
        heat[sources] += 1
        heat = mean @ heat
    out = np.zeros(labels.shape, np.float32)
    out.ravel()[where] = np.log1p(heat)
    return out


def flow_planes(labels):
    """Foreground, and the unit vector (down, right) up the heat, after Stringer et al., 2021."""
    out = np.zeros((*labels.shape, 3), np.float32)
    mask = labels > 0
    if not mask.any():
        return out
    heat = np.pad(spread_heat(labels), 1)
    down = heat[2:, 1:-1] - heat[:-2, 1:-1]
    right = heat[1:-1, 2:] - heat[1:-1, :-2]
    length = np.hypot(down, right) + 1e-20
    out[..., 0] = mask
    out[..., 1] = np.where(mask, down / length, 0)
    out[..., 2] = np.where(mask, right / length, 0)
    return out


def ray(k):
    angle = 2 * math.pi * k / N_RAYS
    return math.sin(angle), math.cos(angle)


def distances_along(labels, dy, dx):
    """Pixels to go along a direction to leave the cell.

    The image is sheared so that the direction becomes a row, read from its end.
    """
    if abs(dy) > abs(dx):
        return distances_along(labels.T, dx, dy).T
    if dx < 0:
        return distances_along(labels[:, ::-1], dy, -dx)[:, ::-1]
    height, width = labels.shape
    shift = np.round(np.arange(width) * dy / dx).astype(int)
    shift -= shift.max()
    rows = np.arange(height)[:, None] - shift[None, :]
    columns = np.broadcast_to(np.arange(width), (height, width))
    sheared = np.full((height - shift.min(), width + 1), -1, labels.dtype)
    sheared[rows, columns] = labels
    ends = np.where(sheared[:, 1:] != sheared[:, :-1], np.arange(width), width)
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    steps = (ends - np.arange(width) + 0.5)[rows, columns]
    return steps / dx


def star_planes(labels):
    """How far inside a pixel lies, and N_RAYS distances; Schmidt et al., MICCAI 2018."""
    out = np.zeros((*labels.shape, 1 + N_RAYS), np.float32)
    out[..., 0] = edge_distances(labels)
    mask = labels > 0
    for k in range(N_RAYS):
        out[..., 1 + k] = np.where(mask, distances_along(labels, *ray(k)), 0)
    return out
