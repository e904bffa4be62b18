#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The whole loop in a real window, by mouse and keyboard alone.

    tests/bench/loop.py PELLICLE [FOLDER]

A hand that knows the truth works on a copy of the images of $PELLICLE_SAMPLES/t98g-phase: it draws the
cells of three images with the lasso and marks the images complete, trains for five minutes, predicts
all images, walks through the cells of two more with Enter and Delete, draws what was missed, and
trains on for ten. After each training the model that the window left is tried on t98g-phase-val with
`predict` and `evaluate`. Pictures of every page in light and dark are left in FOLDER.

Needs a display of 1440x900 with a window manager, xdotool, ImageMagick's import, and Python with NumPy,
scikit-image and tifffile. Takes 25 minutes, on a shared machine half an hour.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import numpy as np
import tifffile
from skimage import io, measure

PROGRAM = os.path.abspath(sys.argv[1])
OUT = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "loop-run").absolute()
SAMPLES = pathlib.Path(os.environ["PELLICLE_SAMPLES"])
SET, VAL = SAMPLES / "t98g-phase", SAMPLES / "t98g-phase-val"
PROJECT = OUT / "cells"
MINUTES = max(1, int(os.environ.get("PELLICLE_LOOP_MINUTES", "5")))
# What the key for training on adds.
ON_MINUTES = 10
N_PAINTED, N_REVIEWED = 3, 2
# A hand leaves out what it would have to look for: cells of so few pixels.
SMALL = 60


def tell(*what):
    print(time.strftime("%H:%M:%S"), *what, flush=True)


def hand(*words):
    """One or more things that a hand does, as xdotool's words."""
    subprocess.run(["xdotool", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def key(*names):
    for name in names:
        hand("key", "--clearmodifiers", name)
        time.sleep(0.15)


def picture(name):
    # A busy machine may take that long to draw another page.
    time.sleep(3)
    subprocess.run(["import", "-window", "root", str(OUT / (name + ".png"))], check=True)


def wait(what, condition, seconds):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            raise SystemExit("waited in vain for: " + what)
        time.sleep(0.5)


def read_truth(name):
    return io.imread(SET / "masks" / (name + ".png"))


def read_mask(name):
    path = PROJECT / "masks" / (name + ".tif")
    return tifffile.imread(path) if path.exists() else None


def save():
    key("ctrl+s")
    time.sleep(1.5)


class View:
    """Where the picture lies in the window: told by two dabs of the brush, which are undone."""

    def __init__(self, name):
        spots = [(420, 280), (880, 640)]
        for _ in range(6):
            key("b")
            for x, y in spots:
                hand("mousemove", x, y, "sleep", 0.2, "click", 1, "sleep", 0.3)
                key("n")
            save()
            mask = read_mask(name)
            regions = measure.regionprops(measure.label(mask > 0)) if mask is not None else []
            if len(regions) == 2:
                break
            # A busy machine may still be reading the image.
            key(*["ctrl+z"] * len(regions))
            time.sleep(10)
        assert len(regions) == 2, f"{len(regions)} dabs"
        places = sorted(r.centroid[::-1] for r in regions)
        self.scale = (spots[1][0] - spots[0][0]) / (places[1][0] - places[0][0])
        self.origin = [spots[0][k] - places[0][k] * self.scale for k in (0, 1)]
        key("ctrl+z", "ctrl+z")
        tell(f"one image pixel is {self.scale:.3f} of the screen")

    def at(self, x, y):
        return round(self.origin[0] + x * self.scale), round(self.origin[1] + y * self.scale)


def is_free(x, y):
    """Whether a press there is for the picture and not for what lies over it: tools, a hint, zoom."""
    return 290 < x and 60 < y < 790 and not (450 < x < 880 and y < 125)


def draw(view, cell):
    """The outline of a cell with the lasso, in one stroke."""
    ring = max(measure.find_contours(np.pad(cell, 1).astype(float), 0.5), key=len)[::-1] - 1
    ring = measure.approximate_polygon(ring, 0.8)
    points = []
    for (y0, x0), (y1, x1) in zip(ring[:-1], ring[1:]):
        n = max(1, round(np.hypot(y1 - y0, x1 - x0) * view.scale / 12))
        points += [view.at(x0 + (x1 - x0) * k / n, y0 + (y1 - y0) * k / n) for k in range(n)]
    points = points[:-1] if points[0] == points[-1] else points
    free = [i for i, point in enumerate(points) if is_free(*point)]
    if not free:
        return
    points = points[free[0]:] + points[:free[0]]
    x, y = points[0]
    words = ["mousemove", x, y, "sleep", 0.03, "mousedown", 1]
    for x, y in points[1:] + points[:1]:
        words += ["mousemove", x, y, "sleep", 0.018]
    hand(*words, "mouseup", 1, "sleep", 0.05)


def draw_all(view, labels, wanted):
    key("l")
    for label in wanted:
        draw(view, labels == label)


def match(labels, truth):
    """For each label the true cell that it covers by more than a half of both together, or 0."""
    found = {}
    for region in measure.regionprops(labels):
        inside = truth[labels == region.label]
        best = np.bincount(inside).argmax() if inside.size else 0
        if best == 0:
            best = np.bincount(inside[inside > 0]).argmax() if (inside > 0).any() else 0
        both = (inside == best).sum()
        either = inside.size + (truth == best).sum() - both
        found[region.label] = int(best) if best and both / either > 0.5 else 0
    return found


def large(labels):
    return [r.label for r in measure.regionprops(labels) if r.area >= SMALL]


def complete():
    """Marks the image complete, on the page for annotating, and comes back to the picture."""
    key("h", "alt+1")
    time.sleep(0.4)
    key("alt+v")
    time.sleep(0.3)
    hand("mousemove", 640, 460, "click", 1)


def annotate(names):
    for k, name in enumerate(names):
        if k:
            key("Next")
            time.sleep(2)
        view = View(name)
        truth = read_truth(name)
        begun = time.time()
        draw_all(view, truth, large(truth))
        save()
        mask = read_mask(name)
        right = sum(v > 0 for v in match(mask, truth).values())
        tell(f"{name}: {right} of {truth.max()} cells drawn in {time.time() - begun:.0f} s")
        complete()


def set_minutes():
    """On the page for training, in the field that its label's letter leads to."""
    key("alt+2")
    time.sleep(0.5)
    key("alt+u", "ctrl+a")
    hand("type", f"{MINUTES}")
    key("Tab")
    # The keys of the pictures' list are the picture's.
    hand("mousemove", 640, 460, "click", 2)


def models():
    return sorted((PROJECT / "models").glob("*.safetensors"))


def evaluate(model, name):
    out = OUT / ("val-" + name)
    subprocess.run([PROGRAM, "predict", "--quiet", "--model", model, "--out", out, VAL / "images"],
                   check=True)
    text = subprocess.run([PROGRAM, "evaluate", "--predictions", out, "--truth", VAL / "masks",
                           "--json"], check=True, capture_output=True, text=True).stdout
    figures = json.loads(text)
    # Where nothing was found there is no diameter to be wrong.
    tell(name, *(f"{k} {figures[k]:.3f}" for k in ("dice", "ap50", "ap75", "diameter_mape")
                 if figures[k] is not None))
    return figures


def judge(view, name, labels, found, mask=None):
    """A click on each cell and then its key; with a mask only on right cells that it lacks."""
    for region in measure.regionprops(labels):
        near = np.abs(region.coords - region.centroid).sum(1).argsort()
        inside = [c for c in region.coords[near] if is_free(*view.at(c[1] + 0.5, c[0] + 0.5))]
        if not inside:
            # Under the tools: it is drawn like those that were missed.
            found[region.label] = 0
            continue
        row, column = inside[0]
        if mask is not None and (mask[row, column] > 0 or not found[region.label]):
            continue
        x, y = view.at(column + 0.5, row + 0.5)
        hand("mousemove", x, y, "sleep", 0.1, "click", 1, "sleep", 0.25, "key",
             "Return" if found[region.label] else "Delete", "sleep", 0.4,
             # Judging glides to the next cell in question; back to the whole image.
             "key", "0", "sleep", 0.3)


def review(names):
    """Right cells are accepted, wrong ones rejected, missed ones drawn."""
    for name in names:
        key("Next")
        time.sleep(3)
        # Which model's folder it is does not matter: there is one.
        labels = tifffile.imread(next((PROJECT / "predictions").glob(f"*/{name}.tif")))
        truth = read_truth(name)
        # Another page may be wider, and the picture smaller.
        key("alt+3")
        time.sleep(1.5)
        view = View(name)
        key("v")
        found = match(labels, truth)
        begun = time.time()
        judge(view, name, labels, found)
        # A busy machine loses a click now and then: what is right and not there is looked at again.
        save()
        judge(view, name, labels, found, read_mask(name))
        covered = set(found.values())
        missed = [label for label in large(truth) if label not in covered]
        draw_all(view, truth, missed)
        save()
        mask = read_mask(name)
        right = sum(v > 0 for v in match(mask, truth).values()) if mask is not None else 0
        tell(f"{name}: {len(found)} predicted, {sum(v > 0 for v in found.values())} right, "
             f"{len(missed)} drawn, {right} of {truth.max()} in the mask, "
             f"{time.time() - begun:.0f} s")
        complete()


def start(scheme="prefer-light"):
    home = {f"XDG_{k}_HOME": str(OUT / "home" / k.lower()) for k in ("CONFIG", "DATA", "CACHE", "STATE")}
    window = subprocess.Popen(
        ["dbus-run-session", "--", PROGRAM, str(PROJECT)],
        env=os.environ | home | {"GSETTINGS_BACKEND": "memory", "ADW_DEBUG_COLOR_SCHEME": scheme})
    found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "cells|Pellicle"],
                           capture_output=True, text=True, timeout=120).stdout.split()
    time.sleep(8)
    hand("windowmove", found[-1], 0, 0, "windowsize", found[-1], 1440, 900, "windowactivate",
         found[-1])
    time.sleep(2)
    # The middle button moves the view; a click with it only gives the picture the focus.
    hand("mousemove", 640, 460, "click", 2)
    key("alt+1")
    return window


def close(window):
    key("ctrl+w")
    time.sleep(1.5)
    # Where it trains it asks; the answer is to stop and to keep the best model.
    key("alt+s")
    window.wait(60)


def pages(scheme):
    for number, name in enumerate(("annotate", "train", "review", "measure"), 1):
        key(f"alt+{number}")
        picture(f"{name}-{scheme}")


def main():
    names = sorted(p.stem for p in (SET / "images").iterdir())
    first = OUT / "first.safetensors"
    # A run that was interrupted goes on after the first training.
    if first.exists():
        window = start()
        key(*["Prior"] * (N_PAINTED + N_REVIEWED), *["Next"] * (N_PAINTED - 1))
    else:
        shutil.rmtree(OUT, ignore_errors=True)
        PROJECT.mkdir(parents=True)
        for path in sorted((SET / "images").iterdir()):
            shutil.copy(path, PROJECT)
        window = start()
        annotate(names[:N_PAINTED])
        tell("training for", MINUTES, "minutes")
        set_minutes()
        picture("train-form")
        key("ctrl+t")
        time.sleep(60 * MINUTES / 2)
        picture("training")
        wait("the first training", lambda: models() and
             not any(".resume." in p.name for p in models()), 60 * MINUTES / 2 + 240)
        shutil.copy(models()[0], first)
        # The window learns of it a moment after the file is there.
        time.sleep(10)
        key("ctrl+shift+p")
        wait("all predictions", lambda: len([p for p in PROJECT.glob("predictions/*/*.tif")
                                             if ".prob" not in p.name]) == len(names), 900)
        time.sleep(3)
    before = evaluate(first, "first")
    review(names[N_PAINTED:N_PAINTED + N_REVIEWED])
    pages("light")
    tell("training on")
    key("ctrl+shift+t")
    time.sleep(60 * ON_MINUTES / 2)
    picture("training-on")
    time.sleep(60 * ON_MINUTES / 2)
    # Its last part, in which the steps become small, counts most.
    wait("the end of training on",
         lambda: not any(".resume." in p.name for p in models()), 300)
    close(window)
    second = OUT / "second.safetensors"
    shutil.copy([p for p in models() if ".resume." not in p.name][0], second)
    after = evaluate(second, "second")
    window = start("prefer-dark")
    pages("dark")
    close(window)
    if after["ap50"] <= before["ap50"]:
        raise SystemExit("the second model is not better than the first")


main()
