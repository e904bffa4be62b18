# SPDX-License-Identifier: MIT
"""What holds the scores of a model back: foreground, separation, the way of cutting, or the truth?

    limits.py --samples SET --model FILE [--build BUILD] [--cache DIR] [--pictures DIR] ...

SET holds images/, masks/ and index.csv. The model sees each image as large as it is; --cache keeps
what it told. Prints JSON lines:

oracle   scores where a part of the answer is taken from the truth
kind     what each miss or false find is, by the words of `pellicle evaluate`, and by size; how many
         of them a criterion of `Doubt` lays to the annotation or the image, and on how many cells
         that are found right the same criterion holds; AP50 with a 95 % interval over images
image    each image's share of the lost ones

--pictures draws the images that lose most: truth green, found magenta, doubtful ones yellow.
Needs Debian's python3-numpy, -scipy, -skimage and -opencv, and the library that
`ninja -C BUILD tests/bench/libbench-engine.so` makes.
"""
import argparse
import collections
import csv
import itertools
import json
import math
import os
import sys

import cv2
import numpy as np
from scipy import ndimage
from skimage import io, measure
from skimage.segmentation import find_boundaries

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "targets"))
import cuts  # noqa: E402
import data  # noqa: E402
import engine  # noqa: E402
import score  # noqa: E402

THRESHOLDS, SEPARATIONS, SHARES = (0.35, 0.5, 0.65), (0.0, 0.25, 0.5, 1.0), (0.05, 0.2)
SIZES = (6, 10, 15, 20, 30, math.inf)  # pixels of diameter, each bin's end


def diameter(area):
    return 2 * math.sqrt(area / math.pi)


class Item:
    """An image with its truth and what a model told of it."""

    def __init__(self, folder, row, predict):
        self.name, self.kind = row["name"], row["modality"]
        self.image = data.normalise(io.imread(os.path.join(folder, row["image"])), True)
        self.true = io.imread(os.path.join(folder, row["mask"])).astype(np.int32)
        self.foreground, self.border, found = predict(self.name, os.path.join(folder, row["image"]))
        self.found = found.astype(np.int32)


class Predictor:
    """A model's answers, kept in a folder where one is given."""

    def __init__(self, program, path, cache, n_views):
        self.program, self.path, self.cache, self.n_views = program, path, cache, n_views
        self.model = self.pool = None
        if cache:
            os.makedirs(cache, exist_ok=True)

    def __call__(self, name, image):
        kept = os.path.join(self.cache or "", name + ".npz")
        if self.cache and os.path.exists(kept):
            with np.load(kept) as file:
                return file["foreground"], file["border"], file["found"]
        if self.model is None:
            self.model = self.program.call(self.program.pel_model_load, self.path.encode())
            self.pool = self.program.pel_pool_new(2)
        told = self.program.predict(self.model, image, self.pool, self.n_views)
        if self.cache:
            np.savez(kept, **dict(zip(("foreground", "border", "found"), told)))
        return told


def cores(labels):
    """The inner half of each cell: a seed that its outline cannot betray."""
    out = np.zeros_like(labels)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is not None:
            mask = np.pad(labels[box] == number, 1)
            inside = ndimage.distance_transform_edt(mask)[1:-1, 1:-1]
            out[box][inside >= max(inside.max() / 2, 1)] = number
    return out


def divide(mask, seeds, relief, least=0):
    """A mask among seeds; its parts without one stay one cell each."""
    return cuts.flood(-relief, np.where(mask, seeds, 0), mask, least)


class Limits:
    def __init__(self, program, items, args):
        self.program, self.items, self.args = program, items, args
        self.tried = {}

    def cut(self, item, threshold, separation, share):
        return self.program.cut_border(item.foreground, item.border, threshold, self.args.min_size,
                                       share, separation).astype(np.int32)

    def usual(self, item):
        return self.cut(item, self.args.threshold, self.args.separation, self.args.min_share)

    def true_seeds(self, item):
        mask = item.foreground >= self.args.threshold
        relief = 2 * self.args.separation * item.border - item.foreground
        return divide(mask, cores(item.true), relief, self.args.min_size)

    def true_foreground(self, item):
        relief = 2 * self.args.separation * item.border - item.foreground
        return divide(item.true > 0, self.usual(item), relief)

    def parts(self, item):
        mask = item.foreground >= self.args.threshold
        return cuts.drop_small(measure.label(mask, connectivity=1), self.args.min_size)

    def true_parts(self, item):
        return measure.label(item.true > 0, connectivity=1)

    def try_cuts(self, item):
        """The AP50 of each way of cutting, once for each image."""
        if item.name not in self.tried:
            worth = {}
            for way in itertools.product(THRESHOLDS, SEPARATIONS, SHARES):
                one = score.Score()
                one.add(item.true, self.cut(item, *way))
                worth[way] = one.get()["ap50"]
            self.tried[item.name] = worth
        return self.tried[item.name]

    def best_of(self, item, allowed):
        worth = {way: value for way, value in self.try_cuts(item).items() if allowed(*way)}
        return self.cut(item, *max(worth, key=worth.get))

    def best_cut(self, item):
        return self.best_of(item, lambda *way: True)

    def best_threshold(self, item):
        return self.best_of(item, lambda t, s, m: (s, m) == (self.args.separation,
                                                             self.args.min_share))

    def best_separation(self, item):
        return self.best_of(item, lambda t, s, m: (t, m) == (self.args.threshold,
                                                             self.args.min_share))

    def best_share(self, item):
        return self.best_of(item, lambda t, s, m: (t, s) == (self.args.threshold,
                                                             self.args.separation))

    def best_outline(self, item):
        """Every cell grown or shrunk by the same 0 to 2 pixels, whichever suits the truth."""
        usual, best, cells = self.usual(item), -1.0, None
        for by in (-2, -1, 0, 1, 2):
            labels = usual
            if by > 0:
                away, nearest = ndimage.distance_transform_edt(usual == 0, return_indices=True)
                labels = np.where(away <= by, usual[tuple(nearest)], 0)
            for _ in range(-by):
                labels = labels * ~find_boundaries(labels, mode="inner")
            both = 2 * np.count_nonzero((labels > 0) & (item.true > 0))
            dice = both / max(np.count_nonzero(labels) + np.count_nonzero(item.true), 1)
            if dice > best:
                best, cells = dice, labels
        return cells

    def oracles(self):
        ways = {"as predicted": lambda item: item.found, "cut again": self.usual,
                "true seeds": self.true_seeds, "true foreground": self.true_foreground,
                "true foreground, not parted": self.true_parts,
                "foreground, not parted": self.parts,
                "best threshold of each image": self.best_threshold,
                "best separation of each image": self.best_separation,
                "best smallest share of each image": self.best_share,
                "best cut of each image": self.best_cut,
                "best outline of each image": self.best_outline}
        for title, way in ways.items():
            scores = collections.defaultdict(score.Score)
            for item in self.items:
                labels = way(item)
                for kind in ("all", item.kind):
                    scores[kind].add(item.true, labels)
            print(json.dumps({"oracle": title,
                              "scores": {kind: s.get() for kind, s in scores.items()}}), flush=True)


def box_of(mask):
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return slice(top, top + height), slice(left, left + width)


def middle_of(mask):
    top, left = (axis.start for axis in box_of(mask))
    return np.argwhere(mask[box_of(mask)]).mean(0) + (top, left)


class Doubt:
    """Whether a cell could be drawn or found by anyone, from the image alone.

    faint      true, missed: its mean stands above the pixels around it by less than their spread,
               or by less than a tenth of what the image's true cells stand above theirs
    crumb      true, missed, or false: an area below a quarter of the image's median true cell
    at edge    cut off by the image's edge, with less than half the image's median area
    not drawn  false, yet it stands above its surround by twice its spread and by half of what the
               image's median true cell does, and has a quarter of their median area
    no edge    true ones found as one: on the way between their middles nothing is darker than the
               darker middle, and the brighter middle is at most a quarter brighter than that
    edge       found as several, drawn as one: between two of their middles there is a spot a tenth
               darker than the darker one, or one is more than a quarter brighter
    loose      inexact: a quarter or more of the true cell lies outside what was found and stands
               less than a quarter as high above its surround as the rest of it
    """

    def __init__(self, item):
        self.item = item
        self.smooth = cv2.GaussianBlur(item.image, (0, 0), 1.0)
        self.floor = float(np.percentile(self.smooth, 5))
        anything = (item.true > 0) | (item.found > 0)
        self.free = ~anything
        areas = np.bincount(item.true.ravel())[1:]
        self.median_area = float(np.median(areas[areas > 0])) if areas.any() else 0.0
        contrasts = [self.contrast(item.true == n + 1) for n in np.flatnonzero(areas)]
        contrasts = [c[0] for c in contrasts if c is not None]
        self.median_contrast = float(np.median(contrasts)) if contrasts else 0.0

    def contrast(self, mask):
        """Mean above the surround, and that over the surround's spread; None without surround."""
        box = tuple(slice(max(axis.start - 9, 0), axis.stop + 9)
                    for axis in box_of(mask))
        away = ndimage.distance_transform_edt(~mask[box])
        ring = (away > 2) & (away <= 8) & self.free[box]
        if np.count_nonzero(ring) < 20:
            return None
        around = self.item.image[box][ring]
        above = float(self.item.image[box][mask[box]].mean() - around.mean())
        return above, above / max(float(around.std()), 1e-3)

    def crumb(self, area):
        return area < self.median_area / 4

    def at_edge(self, mask):
        edge = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        return edge and np.count_nonzero(mask) < self.median_area / 2

    def between(self, mask_a, mask_b):
        """How much darker the darkest spot between the middles is, and how much brighter one middle
        is, both as shares of what the darker middle has above the background."""
        ends = [middle_of(mask) for mask in (mask_a, mask_b)]
        steps = int(np.hypot(*(ends[1] - ends[0]))) + 2
        line = ndimage.map_coordinates(self.smooth, np.linspace(*ends, steps).T, order=1)
        darker, brighter = sorted((line[0], line[-1]))
        above = max(darker - self.floor, 1e-3)
        return (darker - line.min()) / above, (brighter - darker) / above

    def missed(self, mask):
        contrast = self.contrast(mask)
        if contrast is not None and (contrast[1] < 1 or contrast[0] < self.median_contrast / 10):
            return "faint"
        if self.crumb(np.count_nonzero(mask)):
            return "crumb"
        return "at edge" if self.at_edge(mask) else "error"

    def false(self, mask, alone):
        contrast = self.contrast(mask) if alone else None
        if self.crumb(np.count_nonzero(mask)):
            return "crumb"
        if contrast is not None and contrast[1] >= 2 and contrast[0] >= self.median_contrast / 2:
            return "not drawn"
        return "at edge" if self.at_edge(mask) else "error"

    def joined(self, masks):
        pairs = [self.between(a, b) for a, b in itertools.combinations(masks, 2)]
        return "no edge" if any(v <= 0.02 and s <= 0.25 for v, s in pairs) else "error"

    def parted(self, masks):
        pairs = [self.between(a, b) for a, b in itertools.combinations(masks, 2)]
        return "edge" if any(v >= 0.1 or s > 0.25 for v, s in pairs) else "error"

    def loose(self, number):
        """Whether a true cell's outline runs through what looks like background."""
        mask = self.item.true == number
        rest = mask & (self.item.found == 0)
        within = mask & ~rest
        if np.count_nonzero(rest) < np.count_nonzero(mask) / 4 or not within.any():
            return False
        around = self.contrast(mask)
        if around is None:
            return False
        middle = float(self.item.image[mask].mean())
        ground = middle - around[0]
        return (self.item.image[rest].mean() - ground
                < (self.item.image[within].mean() - ground) / 4)

    def inexact(self, mask, number, side):
        if self.loose(number):
            return "loose"
        return self.missed(mask) if side == "true" else self.false(mask, False)


def losses(item):
    """Each true cell without a match and each found one: (side, number, what, diameter, doubt); the
    matched true ones with their diameters; and how the criteria of doubt fare on those."""
    shared, true_areas, found_areas = score.overlaps(item.true, item.found)
    hits = score.match(shared, true_areas, found_areas, 0.5)
    hit_true, hit_found = {a for a, _ in hits}, {b for _, b in hits}
    covers = 2 * shared > true_areas[:, None]
    lies = 2 * shared > found_areas[None, :]
    doubt = Doubt(item)
    out = []
    for a in np.flatnonzero(true_areas):
        if a in hit_true:
            continue
        mask = item.true == a + 1
        over = [b for b in np.flatnonzero(covers[a]) if covers[:, b].sum() > 1]
        parts = np.flatnonzero(lies[a])
        if over:
            what = "merged"
            why = doubt.joined([item.true == n + 1 for n in np.flatnonzero(covers[:, over[0]])])
        elif parts.size > 1:
            what, why = "split", doubt.parted([item.found == n + 1 for n in parts])
        elif covers[a].any() or parts.size:
            what, why = "inexact", doubt.inexact(mask, a + 1, "true")
        else:
            what, why = "missed", doubt.missed(mask)
        out.append(("true", int(a + 1), what, diameter(true_areas[a]), why))
    for b in np.flatnonzero(found_areas):
        if b in hit_found:
            continue
        mask = item.found == b + 1
        under = np.flatnonzero(covers[:, b])
        inside = [a for a in np.flatnonzero(lies[:, b]) if lies[a].sum() > 1]
        if under.size > 1:
            what, why = "merged", doubt.joined([item.true == n + 1 for n in under])
        elif inside:
            what = "split"
            why = doubt.parted([item.found == n + 1 for n in np.flatnonzero(lies[inside[0]])])
        elif under.size or lies[:, b].any():
            partner = int(np.argmax(shared[:, b])) + 1
            what, why = "inexact", doubt.inexact(mask, partner, "found")
        else:
            what, why = "false", doubt.false(mask, True)
        out.append(("found", int(b + 1), what, diameter(found_areas[b]), why))
    matched = [(a, diameter(true_areas[a])) for a in sorted(hit_true)]
    return out, matched, control(item, doubt, hit_true)


def control(item, doubt, hit_true):
    """How often the same criteria hold where the model agrees with the truth: by chance, or since
    both could be right."""
    counts = collections.Counter()
    for a in hit_true:
        mask = item.true == a + 1
        counts["cells"] += 1
        counts["cells " + doubt.missed(mask)] += 1
        box = box_of(mask)
        points = np.argwhere(mask[box]) + (box[0].start, box[1].start)
        middle = points - points.mean(0)
        along = middle @ np.linalg.eigh(middle.T @ middle)[1][:, 1]
        halves = []
        for half in (points[along >= 0], points[along < 0]):
            halves.append(np.zeros_like(mask))
            halves[-1][tuple(half.T)] = True
        counts["halves"] += 1
        counts["halves " + doubt.parted(halves)] += 1
    touching = set()
    for one, other in ((item.true[1:], item.true[:-1]), (item.true[:, 1:], item.true[:, :-1])):
        differ = (one != other) & (one > 0) & (other > 0)
        touching |= {tuple(sorted(pair)) for pair in zip(one[differ] - 1, other[differ] - 1)}
    for a, b in touching:
        if a in hit_true and b in hit_true:
            counts["pairs"] += 1
            counts["pairs " + doubt.joined([item.true == a + 1, item.true == b + 1])] += 1
    return counts


def outline(picture, labels, colour, scale):
    large = np.kron(labels, np.ones((scale, scale), labels.dtype))
    picture[find_boundaries(large, mode="inner")] = colour


def draw(item, lost, path):
    """Truth green, found magenta; what is doubtful gets a yellow box, what is an error a red."""
    scale = max(1, round(1200 / max(item.image.shape)))
    shown = np.clip(item.image, 0, 1) ** 0.5
    grey = cv2.resize((shown * 255).astype(np.uint8), None, fx=scale, fy=scale)
    plain = np.repeat(grey[..., None], 3, -1)
    picture = plain.copy()
    outline(picture, item.true, (0, 220, 0), scale)
    outline(picture, item.found, (255, 0, 255), scale)
    boxes = {"true": ndimage.find_objects(item.true), "found": ndimage.find_objects(item.found)}
    for side, number, what, _, why in lost:
        box = boxes[side][number - 1]
        top, left = (axis.start * scale - 3 for axis in box)
        bottom, right = (axis.stop * scale + 3 for axis in box)
        colour = (255, 60, 60) if why == "error" else (255, 230, 0)
        cv2.rectangle(picture, (left, top), (right, bottom), colour, 1)
        text = (what if side == "true" else what.upper()) + ("" if why == "error" else " " + why)
        cv2.putText(picture, text, (left, top - 2), cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1)
    io.imsave(path, np.concatenate([plain, picture], 1), check_contrast=False)


def interval(counts, rounds=2000):
    """95 % of the AP50s of as many images, drawn with replacement: what hangs on their choice."""
    counts = np.array(counts, float)  # hits, lost
    drawn = np.random.default_rng(1).integers(len(counts), size=(rounds, len(counts)))
    hits, lost = counts[drawn].sum(1).T
    ends = np.percentile(hits / np.maximum(hits + lost, 1), (2.5, 97.5))
    return [round(float(x), 3) for x in ends]


def tell(items, pictures, n_pictures):
    sums = {}
    images = []
    for item in items:
        lost, hits, controls = losses(item)
        n_hits = len(hits)
        images.append((len(lost), item, lost, n_hits))
        for kind in ("all", item.kind):
            total = sums.setdefault(kind, {"hits": 0, "images": [], "what": collections.Counter(),
                                           "why": collections.Counter(),
                                           "sizes": collections.Counter(),
                                           "control": collections.Counter()})
            total["hits"] += n_hits
            total["images"].append((n_hits, len(lost)))
            for side, _, what, size, why in lost:
                total["what"][f"{what} ({side})"] += 1
                total["why"][f"{what}: {why}"] += 1
                limit = next(s for s in SIZES if size < s)
                total["sizes"][f"{side} lost below {limit}"] += 1
            total["control"].update(controls)
            for _, size in hits:
                total["sizes"][f"matched below {next(s for s in SIZES if size < s)}"] += 1
    for kind, total in sums.items():
        n_lost = sum(total["what"].values())
        doubtful = sum(n for why, n in total["why"].items() if not why.endswith(": error"))
        crumbs = sum(n for why, n in total["why"].items() if why.endswith(": crumb"))
        print(json.dumps({
            "kind": kind, "hits": total["hits"], "lost": n_lost,
            "ap50": total["hits"] / max(total["hits"] + n_lost, 1),
            "interval": interval(total["images"]),
            "doubtful": doubtful,
            "ap50_without_doubtful": total["hits"] / max(total["hits"] + n_lost - doubtful, 1),
            "ap50_without_crumbs": total["hits"] / max(total["hits"] + n_lost - crumbs, 1),
            "what": dict(total["what"].most_common()), "why": dict(sorted(total["why"].items())),
            "control": dict(sorted(total["control"].items())),
            "sizes": dict(sorted(total["sizes"].items()))}), flush=True)
    images.sort(key=lambda entry: -entry[0])
    for rank, (n_lost, item, lost, n_hits) in enumerate(images):
        what = collections.Counter(entry[2] for entry in lost)
        print(json.dumps({"image": item.name, "kind": item.kind, "hits": n_hits, "lost": n_lost,
                          "ap50": n_hits / max(n_hits + n_lost, 1), "what": dict(what)}))
        if pictures and rank < n_pictures:
            draw(item, lost, os.path.join(pictures, f"{rank:02d}-{item.name}.png"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=".build", help="build folder")
    parser.add_argument("--samples", required=True, help="folder of one set")
    parser.add_argument("--model", required=True)
    parser.add_argument("--views", type=int, default=1, choices=(1, 4, 8))
    parser.add_argument("--cache", help="folder that keeps what the model tells")
    parser.add_argument("--kind", help="only images of this modality")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--separation", type=float, default=0.5)
    parser.add_argument("--min-share", type=float, default=0.05)
    parser.add_argument("--min-size", type=int, default=15)
    parser.add_argument("--pictures", help="folder for pictures of the worst images")
    parser.add_argument("--n-pictures", type=int, default=12)
    parser.add_argument("--no-oracles", action="store_true")
    args = parser.parse_args()
    with open(os.path.join(args.samples, "index.csv"), encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if args.kind in (None, row["modality"])]
    program = engine.Engine(args.build)
    predict = Predictor(program, args.model, args.cache, args.views)
    items = [Item(args.samples, row, predict) for row in rows]
    if args.pictures:
        os.makedirs(args.pictures, exist_ok=True)
    if not args.no_oracles:
        Limits(program, items, args).oracles()
    tell(items, args.pictures, args.n_pictures)


if __name__ == "__main__":
    main()
