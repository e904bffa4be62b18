# SPDX-License-Identifier: MIT
"""Images and true cells of a fold, and patches of them, changed at random."""
import csv
import os

import cv2
import numpy as np
from skimage import io

import maps

PATCH = 128
N_RAYS = maps.N_RAYS


class Sample:
    def __init__(self, name, kind, image, labels):
        self.name, self.kind, self.image, self.labels = name, kind, image, labels
        self.cells = np.flatnonzero(labels)
        self.planes = None


def normalise(image, turn):
    """Grey from 0 to 1 between two percentiles, cells bright where the set mixes both."""
    grey = image[..., :3].mean(-1) if image.ndim == 3 else image.astype(np.float64)
    low, high = np.percentile(grey, (1, 99.8))
    grey = np.clip((grey - low) / max(high - low, 1e-9), -1, 2)
    if turn and np.median(grey) > 0.5:
        grey = 1 - grey
    return grey.astype(np.float32)


def read_set(folder, factor, turn):
    with open(os.path.join(folder, "index.csv"), encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["name"])
    for row in rows:
        image = io.imread(os.path.join(folder, row["image"]))
        labels = io.imread(os.path.join(folder, row["mask"])).astype(np.int32)
        image = normalise(image, turn)
        if factor != 1:
            size = [round(n * factor) for n in labels.shape[::-1]]
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            labels = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
        yield Sample(row["name"], row["modality"], image, labels)


def split_fold(samples, score_every, tune_every):
    """Parts to train on, to choose the cut by, and to score; every n-th of each kind."""
    seen, parts = {}, {"train": [], "tune": [], "score": []}
    for sample in samples:
        number = seen[sample.kind] = seen.get(sample.kind, 0) + 1
        part = ("score" if number % score_every == 2 else
                "tune" if number % tune_every == 4 else "train")
        parts[part].append(sample)
    return parts


def turn_planes(planes, kind, flips):
    """Transposed and mirrored planes (rows, columns, channels), directions with them."""
    transpose, down, right = flips
    rays = np.arange(N_RAYS)
    if transpose:
        planes = planes.transpose(1, 0, 2)
        rays = (N_RAYS // 4 - rays) % N_RAYS
        if kind == "flows":
            planes = planes[..., [0, 2, 1]]
    if down:
        planes = planes[::-1]
        rays = -rays % N_RAYS
    if right:
        planes = planes[:, ::-1]
        rays = (N_RAYS // 2 - rays) % N_RAYS
    if kind == "flows" and (down or right):
        planes = planes * np.array([1, -1 if down else 1, -1 if right else 1], np.float32)
    if kind == "stars":
        # rays[k] is where ray k went to.
        back = np.empty_like(rays)
        back[rays] = np.arange(N_RAYS)
        planes = planes[..., np.concatenate([[0], 1 + back])]
    return planes


def draw_patch(sample, kind, random):
    """A patch of the image and of its planes, around a cell two times of three.

    Images are larger than a patch at its smallest scale.
    """
    height, width = sample.labels.shape
    scale = np.exp(random.uniform(-np.log(1.25), np.log(1.25)))
    side = PATCH / scale
    if random.random() < 2 / 3 and sample.cells.size:
        cell = np.array(divmod(random.choice(sample.cells), width), float)
        centre = cell + random.uniform(-side / 3, side / 3, 2)
    else:
        centre = random.uniform(0, 1, 2) * (height, width)
    start = np.array([np.clip(c - side / 2, 0, max(n - side, 0))
                      for c, n in zip(centre, (height, width))])
    matrix = np.array([[1 / scale, 0, start[1] + 0.5 / scale - 0.5],
                       [0, 1 / scale, start[0] + 0.5 / scale - 0.5]])
    image = cv2.warpAffine(sample.image, matrix, (PATCH, PATCH), borderMode=cv2.BORDER_REFLECT_101,
                           flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    rows, columns = (np.round(first + (np.arange(PATCH) + 0.5) / scale - 0.5).astype(int)
                     for first in start)
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    planes = sample.planes[rows[:, None], columns[None, :]].astype(np.float32)
    if kind == "stars":
        planes[..., 1:] *= scale / 2  # kept as half pixels
    flips = random.random(3) < 0.5
    planes = turn_planes(planes, kind, flips)
    image = turn_planes(image[..., None], "", flips)
    image = np.clip(image, 0, None) ** np.exp(random.uniform(-0.3, 0.3))
    image = (image - 0.5) * np.exp(random.uniform(-0.22, 0.22)) + 0.5 + random.uniform(-0.1, 0.1)
    return image, planes


def draw_batch(samples, kind, random, count=8):
    parts = zip(*(draw_patch(samples[random.integers(len(samples))], kind, random)
                  for _ in range(count)))
    return [np.ascontiguousarray(np.stack(part).transpose(0, 3, 1, 2), np.float32)
            for part in parts]
