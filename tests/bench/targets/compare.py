# SPDX-License-Identifier: MIT
"""One network, one training, several targets: which of them parts cells best?

    compare.py train --samples SAMPLES --set NAME --target NAME [--steps 600] [--build BUILD]
    compare.py ceiling --samples SAMPLES [--set NAME] [--target NAME]   cut the true planes
    compare.py check --samples SAMPLES                                  planes turn as images do

SAMPLES holds dsb2018 and t98g-phase; only parts of these training sets are used, never those with
-val. Every fourth (dsb2018: fifth) image of each kind is scored, some others are for choosing
the cut by, the rest is trained on. t98g-phase is brought to half its size.

`ceiling --blur S` blurs the true planes first: a network that knows where edges lie only to within
S pixels tells about their mean.

All targets share the network (the program's own, base 16, depth 4), AdamW, the one-cycle schedule,
8 patches of 128x128 a step, the changes made to them (mirrored, turned by 90 degrees, 0.8 to 1.25
times the size, brightness, contrast, gamma), the seed and so the patches, and the number of steps.
Seconds are the processor's.

  border      foreground and border class, weighted as in the U-Net paper; the program's cut
  distance    foreground and distance to the cell's edge; watershed from its peaks
  neighbours  distance to the edge and to neighbours; Scherr et al. 2020
  flows       foreground and flow to the cell's middle; after Stringer et al. 2021
  ways        the same by the program's own directions and its own cut
  stars       32 distances to the edge; Schmidt et al. 2018

Needs Debian's python3-numpy, -scipy, -skimage and -opencv, and the library that
`ninja -C BUILD tests/bench/libbench-engine.so` makes.
"""
import argparse
import itertools
import json
import os
import time

import numpy as np
from scipy import ndimage

import cuts
import data
import engine
import maps
import score

SETS = {  # size, whether kinds differ in polarity, parts, smallest cell
    "t98g-phase": (0.5, False, (4, 5), 30),
    "dsb2018": (1, True, (5, 10), 15),
}
RAY_UNIT = 10.0  # pixels; scores of distances then are about 1


def shown(image):
    """Grey as the network sees it."""
    return 2 * image - 1


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def cross_entropy(scores, target, weight):
    """Weighted mean over all values, and its derivative."""
    weight = np.broadcast_to(weight, scores.shape)
    total = weight.sum()
    value = np.maximum(scores, 0) - scores * target + np.log1p(np.exp(-np.abs(scores)))
    return (weight * value).sum() / total, weight * (sigmoid(scores) - target) / total


def soft_dice(scores, target):
    """Mean over channels of 1 - Dice of the whole batch, and its derivative."""
    p = sigmoid(scores)
    axes = (0, 2, 3)
    above = 2 * (p * target).sum(axes, keepdims=True) + 1
    below = p.sum(axes, keepdims=True) + target.sum(axes, keepdims=True) + 1
    slope = (above / below - 2 * target) / below * p * (1 - p)
    return np.mean(1 - above / below), slope / scores.shape[1]


def smooth_l1(scores, target):
    d = scores - target
    size = np.abs(d)
    value = np.where(size < 1, 0.5 * d * d, size - 0.5)
    return value.mean(), np.clip(d, -1, 1) / d.size


def combined(*parts):
    """Losses of single channels, put together again."""
    return sum(value for value, _ in parts), np.concatenate([slope for _, slope in parts], 1)


def probability_loss(scores, target, weight=np.float32(1)):
    values = cross_entropy(scores, target, weight), soft_dice(scores, target)
    return sum(v for v, _ in values), sum(s for _, s in values)


class Border:
    kind, outputs = "", 2
    grid = [dict(threshold=t, separation=s, min_share=m)
            for t, s, m in itertools.product((0.4, 0.5, 0.6), (0.5, 1.0), (0.05, 0.2))]
    usual = dict(threshold=0.5, separation=1.0, min_share=0.05)

    def planes(self, labels):
        return np.concatenate([maps.border_planes(labels), maps.unet_weights(labels)], -1)

    def loss(self, scores, target):
        return probability_loss(scores, target[:, :2], target[:, 2:])

    def read(self, scores):
        return sigmoid(scores)

    def cut_all(self, program, planes, least, grid):
        return [program.cut_border(planes[0], planes[1], min_size=least, **how) for how in grid]


class Distance:
    kind, outputs = "", 2
    grid = [dict(threshold=t, seed=s)
            for t, s in itertools.product((0.4, 0.5, 0.6), (0.3, 0.45, 0.6, 0.75))]
    usual = dict(threshold=0.5, seed=0.6)
    cut = staticmethod(cuts.by_distance)

    def planes(self, labels):
        return maps.distance_planes(labels)

    def loss(self, scores, target):
        return combined(probability_loss(scores[:, :1], target[:, :1]),
                        smooth_l1(scores[:, 1:], target[:, 1:]))

    def read(self, scores):
        return np.concatenate([sigmoid(scores[:1]), scores[1:]])

    def cut_all(self, program, planes, least, grid):
        return [self.cut(planes, least, **how) for how in grid]


class Neighbours(Distance):
    grid = [dict(threshold=t, seed=s)
            for t, s in itertools.product((0.05, 0.1, 0.2), (0.3, 0.4, 0.5, 0.6))]
    usual = dict(threshold=0.05, seed=0.5)
    cut = staticmethod(cuts.by_neighbours)

    def planes(self, labels):
        return maps.neighbour_planes(labels)

    def loss(self, scores, target):
        return combined(*(smooth_l1(scores[:, k:k + 1], target[:, k:k + 1]) for k in (0, 1)))

    def read(self, scores):
        return scores


class Flows:
    kind, outputs = "flows", 3
    grid = [dict(threshold=t, error=e)
            for t, e in itertools.product((0.4, 0.5, 0.6), (0.4, 0.8, np.inf))]
    usual = dict(threshold=0.5, error=0.4)

    def planes(self, labels):
        return maps.flow_planes(labels)

    def loss(self, scores, target):
        d = scores[:, 1:] - 5 * target[:, 1:]
        return combined(cross_entropy(scores[:, :1], target[:, :1], np.float32(1)),
                        ((d * d).mean() / 2, d / d.size))

    def read(self, scores):
        return np.concatenate([sigmoid(scores[:1]), scores[1:] / 5])

    def cut_all(self, program, planes, least, grid):
        found = {how["threshold"]: None for how in grid}
        for threshold in found:
            found[threshold] = cuts.by_flows(planes, least, threshold)
        return [cuts.keep_agreeing(*found[how["threshold"]], how["error"]) for how in grid]


class Ways(Flows):
    """Needs the program for its planes, too: set once it is loaded."""
    program = None
    grid = [dict(threshold=t, separation=s, min_share=m)
            for t, s, m in itertools.product((0.4, 0.5, 0.6), (0.5, 1.0), (0.0, 0.1))]
    usual = dict(threshold=0.5, separation=0.5, min_share=0.05)

    def planes(self, labels):
        return self.program.flow_planes(labels)

    def cut_all(self, program, planes, least, grid):
        return [program.cut_flows(planes, min_size=least, **how) for how in grid]


class Stars:
    kind, outputs = "stars", 1 + maps.N_RAYS
    grid = [dict(overlap=o, threshold=t)
            for o, t in itertools.product((0.3, 0.5), (0.3, 0.4, 0.5, 0.6))]
    usual = dict(overlap=0.4, threshold=0.3)

    def planes(self, labels):
        planes = maps.star_planes(labels)
        return np.concatenate([planes[..., :1] * 255, np.minimum(2 * planes[..., 1:], 255)],
                              -1).round().astype(np.uint8)

    def loss(self, scores, target):
        inside = target[:, :1] / 255
        d = target[:, 1:] * np.float32(-1 / RAY_UNIT)
        d += scores[:, 1:]
        share = inside * np.float32(0.2 / (inside.sum() * maps.N_RAYS + 1))
        slope = np.sign(d)
        slope *= share
        return combined(cross_entropy(scores[:, :1], inside, np.float32(1)),
                        (np.vdot(d, slope), slope))

    def read(self, scores):
        return np.concatenate([sigmoid(scores[:1]), scores[1:] * RAY_UNIT])

    def cut_all(self, program, planes, least, grid):
        found = {}
        for overlap in {how["overlap"] for how in grid}:
            lowest = min(how["threshold"] for how in grid if how["overlap"] == overlap)
            found[overlap] = cuts.find_stars(planes, lowest, overlap, 2)
        return [cuts.paint_stars(found[how["overlap"]], planes.shape[1:], least, how["threshold"])
                for how in grid]


TARGETS = {"border": Border(), "distance": Distance(), "neighbours": Neighbours(),
           "flows": Flows(), "ways": Ways(), "stars": Stars()}


def true_planes(target, labels):
    """What a network without error would tell, as its reading."""
    planes = target.planes(labels).transpose(2, 0, 1).astype(np.float32)
    if target.kind == "stars":
        return np.concatenate([planes[:1] / 255, planes[1:] / 2])
    return planes[:target.outputs]


def ceiling(args, program):
    for name in [args.set] if args.set else SETS:
        factor, turn, every, least = SETS[name]
        folder = os.path.join(args.samples, name)
        samples = data.split_fold(data.read_set(folder, factor, turn), *every)["score"]
        for title, target in TARGETS.items():
            if args.target not in (None, title):
                continue
            scores, seconds = score.Score(), 0
            for sample in samples:
                planes = true_planes(target, maps.separate(sample.labels))
                if args.blur:
                    planes = ndimage.gaussian_filter(planes, (0, args.blur, args.blur))
                start = time.process_time()
                found = target.cut_all(program, planes, least, [target.usual])[0]
                seconds += time.process_time() - start
                scores.add(sample.labels, found)
            pixels = sum(sample.labels.size for sample in samples) / 1e6
            print(json.dumps({"set": name, "target": title, "blur": args.blur, "cut": target.usual,
                              "ceiling": scores.get(), "cut_s_per_mpixel": seconds / pixels}),
                  flush=True)


def check(args):
    """Planes of a turned image are the turned planes of the image; fails where they are not."""
    for name, (factor, turn, _, _) in SETS.items():
        labels = next(data.read_set(os.path.join(args.samples, name), factor, turn)).labels
        labels = maps.separate(labels[:200, :240])
        for title, target in TARGETS.items():
            planes = target.planes(labels).astype(np.float32)
            worst = 0.0
            for flips in itertools.product((False, True), repeat=3):
                turned = data.turn_planes(labels[..., None], "", flips)[..., 0]
                apart = np.abs(target.planes(np.ascontiguousarray(turned)).astype(np.float32)
                               - data.turn_planes(planes, target.kind, flips))
                inside = turned > 0
                # A cell's middle may be either of two pixels, so that few pixels may differ.
                worst = max(worst, float(np.median(apart[inside], 0).max()))
            print(f"{name}, {title}: median difference at most {worst:.3g}")
            if worst > (1 if title == "stars" else 0.05):
                raise SystemExit("the planes do not turn with the image")


def tell(net, sample, keep):
    """The scores of an image, kept in a folder where one is given."""
    scores = net.predict(shown(sample.image))
    if keep:
        np.save(os.path.join(keep, sample.name + ".npy"), scores.astype(np.float16))
    return scores


def judge(target, program, net, samples, least, grid, keep):
    """The scores of each way of cutting, and seconds a megapixel for the network and one cut."""
    scores = [{} for _ in grid]
    net_s = cut_s = pixels = 0
    for sample in samples:
        start = time.process_time()
        planes = target.read(tell(net, sample, keep))
        middle = time.process_time()
        found = target.cut_all(program, planes, least, grid)
        cut_s += time.process_time() - middle
        net_s += middle - start
        pixels += sample.labels.size / 1e6
        for counted, labels in zip(scores, found):
            for kind in ("all", sample.kind):
                counted.setdefault(kind, score.Score()).add(sample.labels, labels)
    return [{kind: s.get() for kind, s in counted.items()} for counted in scores], \
        net_s / pixels, cut_s / pixels


def train(args, program):
    factor, turn, every, least = SETS[args.set]
    target = TARGETS[args.target]
    folder = os.path.join(args.samples, args.set)
    parts = data.split_fold(data.read_set(folder, factor, turn), *every)
    start = time.process_time()
    for sample in parts["train"]:
        sample.planes = target.planes(maps.separate(sample.labels))
    print(json.dumps({"set": args.set, "target": args.target, "seed": args.seed,
                      "images": {name: len(part) for name, part in parts.items()},
                      "planes_s": time.process_time() - start}), flush=True)

    net = engine.Network(program, target.outputs, args.seed, args.threads, 4e-3)
    random = np.random.default_rng(args.seed)
    patch_s, total, start = 0, 0.0, time.process_time()
    for step in range(args.steps):
        before = time.process_time()
        batch, planes = data.draw_batch(parts["train"], target.kind, random)
        patch_s += time.process_time() - before
        total += net.step(shown(batch), lambda scores: target.loss(scores, planes),
                          step / args.steps)
        if step % 50 == 49:
            print(f"step {step + 1}, loss {total / 50:.4f}", flush=True)
            total = 0.0
    seconds = time.process_time() - start

    if args.keep:
        os.makedirs(args.keep, exist_ok=True)
    tuned, _, _ = judge(target, program, net, parts["tune"], least, target.grid, args.keep)
    best = max(range(len(tuned)), key=lambda k: score.worth(tuned[k]["all"]))
    scores, net_s, cut_s = judge(target, program, net, parts["score"], least,
                                 [target.grid[best]], args.keep)
    net.close()
    print(json.dumps({
        "set": args.set, "target": args.target, "seed": args.seed, "steps": args.steps,
        "step_s": seconds / args.steps, "patches_s": patch_s / args.steps,
        "network_s_per_mpixel": net_s, "cut_s_per_mpixel": cut_s,
        "cut": target.grid[best], "tuned": tuned[best]["all"],
        "scores": scores[0]}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("ceiling", "check", "train"))
    parser.add_argument("--build", default=".build", help="build folder")
    parser.add_argument("--samples", default=os.environ.get("PELLICLE_SAMPLES"),
                        help="folder of the sets (PELLICLE_SAMPLES)")
    parser.add_argument("--set", choices=SETS)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blur", type=float, default=0.0,
                        help="ceiling: blur the planes by this many pixels")
    parser.add_argument("--keep", help="folder that receives what the network told of each image")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    if not args.samples or (args.what == "train" and not (args.set and args.target)):
        parser.error("--samples is missing, or --set and --target to train")
    Ways.program = program = engine.Engine(args.build)
    if args.what == "check":
        check(args)
    else:
        (train if args.what == "train" else ceiling)(args, program)


if __name__ == "__main__":
    main()
