# SPDX-License-Identifier: MIT
"""The published runs that Pellicle follows, as commands that can be repeated.

    protocols.py nuclei     [--base 16] [--seed 0]   nuclei at 128x128, judged pixel by pixel
    protocols.py cells      [--base 64] [--images N,N,...]   whole cells, the preset `seed`
    protocols.py membranes  [--time-limit 600] [--seed 0]   membranes, pixel error and Rand score

All take --samples DIR (or PELLICLE_SAMPLES), --pellicle FILE, --threads N, --keep DIR for the models and
predictions, and --epochs N to make a run shorter (`nuclei`, `cells`). Each prints the command lines it
runs and one JSON object for each model.

nuclei: images of the 2018 Data Science Bowl brought to 128x128, the masks of each image joined to
one, 25 epochs of 38 steps of 16 images, binary cross-entropy, Adam, no augmentation. The published
run trained on 603 images and had 0.9639 of the pixels of 67 others right; where fewer images are given the
number of steps is the same. It told neither the width of its network nor its learning rate.

cells: 100 epochs of 10 elastically deformed images of 512x512. With --images it trains on so many of
the images, the first ones by name, one model each: more images should make better models, as they did
when 30 became 51.

membranes: ISBI 2012; pixel error is 1 - the share of pixels that are right at a threshold of one half,
and the Rand score is restricted to the foreground.

Needs Debian's python3-skimage for `nuclei`.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time

PLAIN = ["flips=false", "rotation=0", "scale=1", "warp_share=0", "brightness=0", "contrast=1",
         "gamma=1", "blur_share=0", "noise_share=0"]


def run(command):
    print("$", shlex.join(command), flush=True)
    started = time.monotonic()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout, time.monotonic() - started


def settings(pairs):
    return [word for pair in pairs for word in ("--set", pair)]


def train_and_judge(args, name, train, test, options):
    """Trains on the folders `train`, predicts the images of `test` and prints its scores."""
    model = os.path.join(args.keep, name + ".safetensors")
    found = os.path.join(args.keep, name)
    threads = ["--threads", str(args.threads)]
    _, seconds = run([args.pellicle, "train", "--images", train[0], "--masks", train[1],
                      "--model", model, "--quiet", *threads, *options])
    run([args.pellicle, "predict", "--model", model, "--out", found, "--quiet", *threads, test[0]])
    text, _ = run([args.pellicle, "evaluate", "--predictions", found, "--truth", test[1], "--json"])
    scores = json.loads(text)
    keep = ("images", "pixel_accuracy", "dice", "iou", "ap50", "rand_foreground", "diameter_mape")
    result = {"run": name, "train_seconds": round(seconds, 1)}
    result.update((key, scores[key]) for key in keep)
    result["pixel_error"] = 1.0 - scores["pixel_accuracy"]
    print(json.dumps(result), flush=True)


def pair(args, name):
    folder = os.path.join(args.samples, name)
    return os.path.join(folder, "images"), os.path.join(folder, "masks")


def list_pairs(images, masks):
    by_stem = {os.path.splitext(name)[0]: name for name in os.listdir(masks)}
    for name in sorted(os.listdir(images)):
        stem = os.path.splitext(name)[0]
        if stem in by_stem:
            yield os.path.join(images, name), os.path.join(masks, by_stem[stem])


def shrink_nuclei(source, out):
    import numpy as np
    from skimage import io, transform

    folders = os.path.join(out, "images"), os.path.join(out, "masks")
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    for image_path, mask_path in list_pairs(*source):
        name = os.path.splitext(os.path.basename(image_path))[0] + ".png"
        image = io.imread(image_path)[..., :3]
        mask = io.imread(mask_path) > 0
        small = transform.resize(image, (128, 128), order=1, anti_aliasing=True)
        whole = transform.resize(mask, (128, 128), order=0, anti_aliasing=False)
        io.imsave(os.path.join(folders[0], name), (small * 255 + 0.5).astype(np.uint8),
                  check_contrast=False)
        io.imsave(os.path.join(folders[1], name), np.where(whole > 0, 255, 0).astype(np.uint8),
                  check_contrast=False)
    return folders


def nuclei(args):
    train = shrink_nuclei(pair(args, "dsb2018"), os.path.join(args.keep, "train128"))
    test = shrink_nuclei(pair(args, "dsb2018-val"), os.path.join(args.keep, "val128"))
    plain = settings([*PLAIN, "zoom=1", "polarity=keep", "averaging=0", "patience=0"])
    train_and_judge(args, f"nuclei-{args.base}", train, test, [
        "--task", "mask", "--colour", "--base-channels", str(args.base), "--patch", "128",
        "--batch", "16", "--epochs", str(args.epochs or 25), "--steps-per-epoch", "38",
        "--loss", "bce", "--optimizer", "adam", "--learning-rate", "0.001",
        "--seed", str(args.seed), "--val-fraction", "0", *plain])


def first_images(args, source, n):
    """A folder with links to the first `n` images, and one to their masks."""
    folders = []
    for index, kind in enumerate(("images", "masks")):
        folder = os.path.join(args.keep, f"first-{n}", kind)
        os.makedirs(folder, exist_ok=True)
        folders.append(folder)
        for paths in list(list_pairs(*source))[:n]:
            link = os.path.join(folder, os.path.basename(paths[index]))
            if not os.path.lexists(link):
                os.symlink(os.path.abspath(paths[index]), link)
    return folders


def cells(args):
    source, test = pair(args, "t98g-phase"), pair(args, "t98g-phase-val")
    total = sum(1 for _ in list_pairs(*source))
    for n in args.images or [total]:
        train = source if n >= total else first_images(args, source, n)
        epochs = ["--epochs", str(args.epochs)] if args.epochs else []
        train_and_judge(args, f"cells-{args.base}-{min(n, total)}", train, test, [
            "--preset", "seed", "--base-channels", str(args.base), "--seed", str(args.seed),
            "--val-fraction", "0", *epochs])


def membranes(args):
    train_and_judge(args, "membranes", pair(args, "isbi2012"), pair(args, "isbi2012-val"), [
        "--task", "mask", "--base-channels", str(args.base), "--time-limit", str(args.time_limit),
        "--seed", str(args.seed)])


def numbers(text):
    return [int(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("protocol", choices=("nuclei", "cells", "membranes"))
    parser.add_argument("--samples", default=os.environ.get("PELLICLE_SAMPLES"))
    parser.add_argument("--pellicle", default=".build/app/pellicle")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep")
    parser.add_argument("--base", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--images", type=numbers)
    parser.add_argument("--time-limit", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.samples is None:
        sys.exit("name the folder of the sample sets by --samples or PELLICLE_SAMPLES")
    if args.base is None:
        args.base = 64 if args.protocol == "cells" else 16
    with tempfile.TemporaryDirectory(prefix="pellicle-protocol-") as folder:
        args.keep = args.keep or folder
        os.makedirs(args.keep, exist_ok=True)
        {"nuclei": nuclei, "cells": cells, "membranes": membranes}[args.protocol](args)


main()
