#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs exported networks in ONNX Runtime and compares them with what the engine computed.

Usage: check-onnx.py PLAIN_FOLDER FAST_FOLDER
The folders are what `test-onnx` leaves where PELLICLE_DOORS names one: with PELLICLE_CPU=c the
engine's plain steps, without it the fast ones. Prints the largest difference of a probability.
"""
import glob
import os
import sys

import numpy as np
import onnxruntime as ort

LIMITS = {"plain": 1e-4, "fast": 1e-3}


def load(folder, case, kind, shape):
    return np.fromfile(os.path.join(folder, case + kind), np.float32).reshape(shape)


def main():
    bad = 0
    for label, folder in zip(("plain", "fast"), sys.argv[1:3]):
        worst = {}
        for path in sorted(glob.glob(os.path.join(folder, "*.onnx"))):
            case, opset = os.path.basename(path)[:-5].split("-")
            n, c, o, h, w = map(int, open(os.path.join(folder, case + ".sizes")).read().split())
            session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
            meta = session.get_modelmeta()
            assert meta.producer_name == "Pellicle" and "percentile" in meta.description
            shape = session.get_inputs()[0].shape
            assert shape == ["batch", c, "height", "width"], shape
            image = load(folder, case, ".input", (n, c, h, w))
            expected = load(folder, case, ".output", (n, o, h, w))
            found, = session.run(None, {"image": image})
            assert found.shape == expected.shape
            worst[opset] = max(worst.get(opset, 0), float(np.abs(found - expected).max()))
            # The size is free: a larger image than the one before.
            unit = int(meta.custom_metadata_map["pellicle.multiple_of"])
            larger, = session.run(None, {"image": np.zeros((1, c, h + unit, w + 3 * unit), np.float32)})
            assert larger.shape == (1, o, h + unit, w + 3 * unit)
        for opset, value in sorted(worst.items()):
            good = value <= LIMITS[label]
            bad += not good
            print("onnx opset %s against the %s path: %.2g (limit %g) %s"
                  % (opset, label, value, LIMITS[label], "ok" if good else "TOO FAR"))
        assert worst, folder + " holds no models"
    return bad


if __name__ == "__main__":
    sys.exit(main())
