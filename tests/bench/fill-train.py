#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Trains what pel_cell_likeness() judges pixels by, and writes it as a header.

    PELLICLE_SAMPLES=FOLDER tests/bench/fill-train.py engine/segment/pel-cell-likeness-weights.h

Clicks well inside the cells of the training images of `t98g-phase` (at 50, 77 and 100 %) and `dsb2018`
(at 60 and 100 %); around each some pixels of the cell and of what surrounds it, described by the same
22 numbers as in pel-cell-likeness.c; a network of two layers of 16 units, trained by PyTorch. The sets
ending in -val are never read. Takes some ten minutes."""
import glob
import os
import sys
import textwrap

import cv2
import numpy as np
import tifffile
import torch
from scipy import ndimage

R, RADII, RAYS, UNITS, PIXELS = 128, 128, 96, 16, 160
SAMPLES = os.environ["PELLICLE_SAMPLES"]
turns = 2 * np.pi * np.arange(RAYS) / RAYS
WAY_X = (R + np.outer(np.arange(RADII), np.cos(turns))).astype(np.float32)
WAY_Y = (R + np.outer(np.arange(RADII), np.sin(turns))).astype(np.float32)
Y, X = np.mgrid[-R : R + 1, -R : R + 1].astype(np.float32)
DISTANCE = np.hypot(X, Y)
AT_RAY = ((np.arctan2(Y, X) / (2 * np.pi)) % 1 * RAYS).astype(np.float32) + 1
AT_RADIUS = np.minimum(DISTANCE, RADII - 1).astype(np.float32)


def load(name):
    for path in sorted(glob.glob(f"{SAMPLES}/{name}/images/*")):
        image = tifffile.imread(path) if path.endswith((".tif", ".tiff")) else cv2.imread(path, -1)
        if image.ndim == 3:
            image = image[..., :3].astype(float) @ [0.0722, 0.7152, 0.2126]
        stem = os.path.splitext(os.path.basename(path))[0]
        yield image.astype(np.float32), cv2.imread(f"{SAMPLES}/{name}/masks/{stem}.png", -1)


def block(image, y, x):
    h, w = image.shape
    out = np.full((2 * R + 1, 2 * R + 1), np.nan, np.float32)
    y0, y1, x0, x1 = max(y - R, 0), min(y + R + 1, h), max(x - R, 0), min(x + R + 1, w)
    out[y0 - y + R : y1 - y + R, x0 - x + R : x1 - x + R] = image[y0:y1, x0:x1]
    return out


def along(ways):
    around = np.hstack([ways[:, -1:], ways, ways[:, :2]]).astype(np.float32)
    return cv2.remap(around, AT_RAY, AT_RADIUS, cv2.INTER_LINEAR)


def describe(samples):
    inside = np.isfinite(samples)
    low, middle, high = np.nanpercentile(samples, [16, 50, 84])
    spread = max((high - low) / 2, 1e-6 * max(abs(middle), 1e-20))
    values = 4 * np.tanh(np.where(inside, (samples - middle) / spread, 0) / 4).astype(np.float32)

    def smooth(sigma, of=values):
        return cv2.GaussianBlur(of, (0, 0), sigma)

    def rough(sigma):
        return np.log(np.sqrt(np.maximum(smooth(sigma, values**2) - smooth(sigma) ** 2, 0)) + 0.03)

    fine, mid, coarse, near, wide = smooth(1.2), smooth(3), smooth(8), rough(2.5), rough(6)
    dx, dy = cv2.Sobel(fine, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(fine, cv2.CV_32F, 0, 1) / 8
    seed, seed_rough = mid[R - 2 : R + 3, R - 2 : R + 3].mean(), wide[R, R]
    on_fine, on_mid, on_near, on_wide = (
        cv2.remap(of, WAY_X, WAY_Y, cv2.INTER_LINEAR) for of in (fine, mid, near, wide)
    )
    drop = np.zeros_like(on_fine)
    drop[1:-1] = on_fine[:-2] - on_fine[2:]
    n = np.arange(1, RADII + 1)[:, None]
    features = [
        fine, mid, coarse, np.log(np.hypot(dx, dy) + 0.01), near, wide,
        fine - mid, mid - seed, wide - seed_rough,
        along(np.maximum.accumulate(on_fine, 0)), along(np.minimum.accumulate(on_fine, 0)),
        along(np.maximum.accumulate(np.maximum(drop, 0), 0)),
        along(np.maximum.accumulate(np.maximum(-drop, 0), 0)),
        along(np.cumsum(np.abs(on_mid - seed), 0) / n), along(np.minimum.accumulate(on_wide, 0)),
        along(np.cumsum(on_near, 0) / n),
        DISTANCE / 40, np.log(DISTANCE + 3) - 3, (dx * X + dy * Y) / np.maximum(DISTANCE, 1),
        np.full_like(fine, seed), np.full_like(fine, seed_rough),
        np.full_like(fine, coarse[R, R] - seed),
    ]  # fmt: skip
    return np.stack(features, -1).astype(np.float32), inside


def click(mask, label, where, rng):
    depth = cv2.distanceTransform(np.pad(mask[where] == label, 1).astype(np.uint8), cv2.DIST_L2, 5)
    deep = np.argwhere(depth >= 0.6 * depth.max())
    y, x = deep[rng.integers(len(deep))]
    return where[0].start + y - 1, where[1].start + x - 1


def pick(places, n, rng):
    return places[rng.integers(len(places), size=n)]


def collect(name, scales, n_cells, seed):
    rng = np.random.default_rng(seed)
    for image, mask in load(name):
        for scale in scales:
            size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            cells = cv2.resize(mask.astype(np.uint16), size, interpolation=cv2.INTER_NEAREST)
            cells = cells.astype(int)
            found = ndimage.find_objects(cells)
            labels = [k for k, at in enumerate(found, 1) if at and (cells[at] == k).sum() > 25]
            for label in rng.choice(labels, min(n_cells, len(labels)), replace=False):
                y, x = click(cells, label, found[label - 1], rng)
                truth = block((cells == label).astype(np.float32), y, x) == 1
                features, inside = describe(block(small, y, x))
                away = cv2.distanceTransform((~truth).astype(np.uint8), cv2.DIST_L2, 5)
                reach = 2 * np.sqrt(truth.sum() / np.pi) + 6
                rest = np.argwhere(~truth & inside)
                around = np.argwhere(~truth & inside & (away < reach))
                at = np.vstack([
                    pick(np.argwhere(truth), PIXELS // 2, rng),
                    pick(around if len(around) else rest, PIXELS * 3 // 8, rng),
                    pick(rest, PIXELS // 8, rng),
                ])  # fmt: skip
                yield features[at[:, 0], at[:, 1]], truth[at[:, 0], at[:, 1]]


def train(features, truth, epochs=8, batch=2048):
    torch.manual_seed(0)
    mean, spread = features.mean(0), features.std(0) + 1e-6
    x, y = torch.tensor((features - mean) / spread), torch.tensor(truth)
    relu, linear = torch.nn.ReLU, torch.nn.Linear
    net = torch.nn.Sequential(
        linear(x.shape[1], UNITS), relu(), linear(UNITS, UNITS), relu(), linear(UNITS, 1)
    )
    steps = epochs * (len(y) // batch)
    optimizer = torch.optim.Adam(net.parameters(), 3e-3, weight_decay=1e-5)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=steps)
    for _ in range(epochs):
        order = torch.randperm(len(y))
        for i in range(len(y) // batch):
            at = order[i * batch : (i + 1) * batch]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x[at])[:, 0], y[at])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
    layers = [(m.weight.detach().numpy(), m.bias.detach().numpy()) for m in net[::2]]
    (weight, bias), rest = layers[0], layers[1:]
    # Mean and spread go into the first layer.
    return [(weight / spread, bias - (weight * (mean / spread)).sum(1)), *rest]


def numbers(values):
    texts = ["%.6g" % v for v in values]
    return ", ".join((t if "." in t or "e" in t else t + ".") + "f" for t in texts)


def write(path, layers):
    def lines(text):
        return textwrap.fill(text, 98, initial_indent="  ", subsequent_indent="  ")

    size = ["PEL_LIKENESS_FEATURES", "PEL_LIKENESS_UNITS"]
    out = ["/* SPDX-License-Identifier: MIT */", "#pragma once", "", "#include <glib.h>", ""]
    out += ["/* Made by tests/bench/fill-train.py; see pel_cell_likeness(). */"]
    out += ["/* clang-format off */", "", f"#define {size[0]} {layers[0][0].shape[1]}"]
    out += [f"#define {size[1]} {UNITS}", ""]
    for k, (weight, bias) in enumerate(layers[:2]):
        out += [f"static const float pel_likeness_weights{k + 1}[{size[k]}][{size[1]}] = {{"]
        out += [lines("{ " + numbers(column) + " },") for column in weight.T] + ["};"]
        out += [f"static const float pel_likeness_bias{k + 1}[{size[1]}] = {{"]
        out += [lines(numbers(bias) + ","), "};"]
    out += [f"static const float pel_likeness_weights3[{size[1]}] = {{"]
    out += [lines(numbers(layers[2][0][0]) + ","), "};"]
    out += [f"static const float pel_likeness_bias3 = {numbers(layers[2][1])};"]
    with open(path, "w") as file:
        file.write("\n".join([*out, "/* clang-format on */"]) + "\n")


def main():
    parts = [
        part
        for wish in (
            ("t98g-phase", (0.5, 0.77), 14, 1),
            ("t98g-phase", (1,), 10, 4),
            ("dsb2018", (1,), 5, 2),
            ("dsb2018", (0.6,), 3, 3),
        )
        for part in collect(*wish)
    ]
    features = np.vstack([f for f, _ in parts])
    truth = np.concatenate([t for _, t in parts]).astype(np.float32)
    write(sys.argv[1], train(features, truth))


if __name__ == "__main__":
    main()
