#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the files of cells in this folder with programs that are not Pellicle's.

The labels are those of `labels.tif`: three cells, the second with a hole, the third in two pieces.
  _seg.npy   NumPy, pickle protocols 2 to 5, as Cellpose's GUI keeps its masks
  .npy       NumPy arrays: column-major, big-endian, floats
  .json      pycocotools (runs, packed) and polygons
  .geojson   shapely
Usage: make-foreign.py     needs numpy, tifffile, shapely and pycocotools
"""
import io
import json
import os
import pickle

import numpy as np
import tifffile
from pycocotools import mask as coco
from shapely.geometry import Polygon, mapping
from shapely.ops import unary_union

here = os.path.dirname(os.path.abspath(__file__))
H, W = 24, 30


def make_labels():
    labels = np.zeros((H, W), np.uint16)
    yy, xx = np.mgrid[:H, :W]
    labels[(yy - 7) ** 2 + (xx - 7) ** 2 <= 30] = 1
    labels[3:15, 16:27] = 2
    labels[7:10, 19:23] = 0
    labels[18:22, 2:9] = 5
    labels[17:23, 13:15] = 5
    return labels


def save_object(name, value, protocol):
    array = np.empty((), object)
    array[()] = value
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(array))
    with open(os.path.join(here, name), "wb") as f:
        f.write(head.getvalue())
        pickle.dump(array, f, protocol=protocol)


def outlines(labels):
    inner = labels.copy()
    p = np.pad(labels, 1)
    same = np.ones_like(labels, bool)
    for dy, dx in ((0, 1), (2, 1), (1, 0), (1, 2)):
        same &= p[dy:dy + H, dx:dx + W] == labels
    inner[same] = 0
    return inner


def polygon(mask):
    """The union of the squares of its pixels."""
    ys, xs = np.nonzero(mask)
    return unary_union([Polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)])
                        for x, y in zip(xs.tolist(), ys.tolist())])


def main():
    labels = make_labels()
    tifffile.imwrite(os.path.join(here, "labels.tif"), labels, imagej=True)
    n = int(labels.max())
    seg = {
        "outlines": outlines(labels),
        "colors": np.random.default_rng(1).integers(0, 255, (n, 3)).astype(np.uint8),
        "masks": labels,
        "chan_choose": [0, 0],
        "filename": "C:\\images\\first.tif",
        "flows": [np.zeros((4, 4, 3), np.uint8), [], [], [], [np.zeros((2, 4, 4), np.float32)]],
        "ismanual": np.ones(n, bool),
        "manual_changes": [["11/22/2026, 10:00:00", "added mask", [np.arange(3), np.arange(3)]]],
        "model_path": 0,
        "flow_threshold": 0.4,
        "cellprob_threshold": np.float64(0.0),
        "normalize_params": {"lowhigh": None, "percentile": [1.0, 99.0], "normalize": True},
        "restore": None,
        "ratio": 1.0,
        "diameter": np.nan,
    }
    for protocol in (2, 3, 4, 5):
        save_object("protocol%d_seg.npy" % protocol, seg, protocol)
    old = dict(seg, masks=labels.astype(np.int32) - 1)
    save_object("minus-one_seg.npy", old, 3)
    np.save(os.path.join(here, "column-major.npy"), np.asfortranarray(labels.astype(np.int64)))
    np.save(os.path.join(here, "big-endian.npy"), labels.astype(">u4"))
    np.save(os.path.join(here, "floats.npy"), labels.astype(np.float32))
    np.save(os.path.join(here, "pages.npy"), np.stack([labels, np.where(labels == 2, 2, 0)]))

    masks = [(label, labels == label) for label in np.unique(labels) if label]
    image = {"id": "x7", "file_name": "images/first.png", "width": W, "height": H}
    categories = [{"id": 3, "name": "round"}, {"id": 9, "name": "long"}]
    for name in ("polygons", "runs", "packed"):
        annotations = []
        for i, (label, mask) in enumerate(masks):
            packed = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
            if name == "packed":
                shape = {"size": packed["size"], "counts": packed["counts"].decode()}
            elif name == "runs" or label == 2:
                flat = mask.ravel(order="F")
                edges = np.flatnonzero(np.diff(np.r_[False, flat, False])).tolist()
                counts = np.diff([0] + edges + [H * W]).tolist()
                shape = {"size": [H, W], "counts": counts}
            else:
                whole = polygon(mask)
                parts = list(getattr(whole, "geoms", [whole]))
                shape = [np.array(p.exterior.coords)[:-1].ravel().tolist() for p in parts]
            annotations.append({"id": i + 1, "image_id": "x7", "category_id": 3 if i else 9,
                                "bbox": coco.toBbox(packed).tolist(), "iscrowd": 0,
                                "area": int(mask.sum()), "segmentation": shape})
        with open(os.path.join(here, "coco-%s.json" % name), "w") as f:
            json.dump({"annotations": annotations, "images": [image], "categories": categories}, f)

    features = [{"type": "Feature", "id": "c%d" % label, "geometry": mapping(polygon(mask)),
                 "properties": {"objectType": "annotation", "name": "%d" % label,
                                "classification": {"name": "Tumor", "color": [200, 0, 0]}}}
                for label, mask in masks]
    features.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": [3, 4]},
                     "properties": None})
    with open(os.path.join(here, "first.geojson"), "w") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f)
    with open(os.path.join(here, "list.geojson"), "w") as f:
        json.dump(features, f)


if __name__ == "__main__":
    main()
