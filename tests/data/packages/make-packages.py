#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes BioImage.IO packages around networks of ../onnx, as other programs write them.

Usage: make-packages.py
Environment: PYTHONPATH names where onnxruntime (1.32 was used) is, with a NumPy of its own; PyYAML is
Debian's. Where bioimageio.spec is found in SPEC_PYTHONPATH, it checks each package (0.5.x was used).

The test pictures are noise with a bright blob, prepared by NumPy as the format's description defines
it; what comes out is ONNX Runtime's. packages.txt has a line for each: its name, and how grey values
are prepared in it.
"""
import hashlib
import io
import os
import subprocess
import sys
import zipfile

import numpy as np
import onnxruntime
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
CHECK = "import sys; from bioimageio.spec import load_description as l; d = l(sys.argv[1]); \
d.validation_summary.display(); sys.exit(d.validation_summary.status == 'failed')"


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def picture(channels, height, width):
    random = np.random.default_rng(height * width)
    y, x = np.mgrid[0:height, 0:width]
    blob = np.exp(-((y - height / 2) ** 2 + (x - width / 3) ** 2) / 30)
    planes = [300 + 40 * c + 900 * blob + random.normal(0, 30, (height, width)) for c in range(channels)]
    return np.round(np.array(planes))[None].astype(np.float32)


def prepare(steps, x):
    for step in steps:
        name, kwargs = step.get("id", step.get("name")), step.get("kwargs", {})
        if name == "zero_mean_unit_variance":
            x = (x - x.mean(axis=(2, 3), keepdims=True)) / (x.std(axis=(2, 3), keepdims=True) + 1e-6)
        elif name == "fixed_zero_mean_unit_variance":
            x = (x - kwargs["mean"]) / kwargs["std"]
        elif name == "scale_linear":
            x = x * np.float32(kwargs["gain"]) + np.float32(kwargs["offset"])
        elif name == "scale_range":
            low = np.percentile(x, kwargs["min_percentile"], axis=(2, 3), keepdims=True)
            high = np.percentile(x, kwargs["max_percentile"], axis=(2, 3), keepdims=True)
            x = (x - low) / (high - low + 1e-6)
        elif name == "clip":
            x = np.clip(x, kwargs["min"], kwargs["max"])
    return x.astype(np.float32)


def axes(names):
    return [{"type": "batch"}, {"type": "channel", "channel_names": names}] + [
        {"type": "space", "id": i, "size": {"min": 16, "step": 8}, "unit": "micrometer", "scale": 0.25}
        for i in "yx"]


def describe(version, steps, files, names, results, after):
    """The description in both versions of the format."""
    source = lambda name: {"source": name, "sha256": hashlib.sha256(files[name]).hexdigest()}
    rdf = {"format_version": version, "type": "model", "name": "Network of another program",
           "description": "Made to be read.", "authors": [{"name": "Somebody"}], "license": "MIT",
           "documentation": "README.md", "cite": [{"text": "Nobody", "doi": "10.1007/978-3-319-24574-4_28"}],
           "tags": ["unet"]}
    if version.startswith("0.4"):
        rdf.update({
            "timestamp": "2026-11-23T00:00:00", "test_inputs": ["test-input.npy"],
            "test_outputs": ["test-output.npy"],
            "inputs": [{"name": "picture", "axes": "bcyx", "data_type": "float32",
                        "shape": {"min": [1, len(names), 16, 16], "step": [0, 0, 8, 8]}, "preprocessing": steps}],
            "outputs": [{"name": "result", "axes": "bcyx", "data_type": "float32",
                         "shape": {"reference_tensor": "picture", "scale": [1, 1, 1, 1], "offset": [0, 0, 0, 0]},
                         **({"postprocessing": after} if after else {})}],
            "weights": {"onnx": {**source("weights.onnx"), "opset_version": 13}}})
        return rdf
    out = axes(results)
    for axis, i in zip(out[2:], "yx"):
        axis["size"] = {"tensor_id": "picture", "axis_id": i, "offset": 0}
    rdf.update({
        "inputs": [{"id": "picture", "axes": axes(names), "data": {"type": "float32"}, "preprocessing": steps,
                    "test_tensor": source("test-input.npy")}],
        "outputs": [{"id": "result", "axes": out, "data": {"type": "float32"},
                     "test_tensor": source("test-output.npy"), **({"postprocessing": after} if after else {})}],
        "weights": {"onnx": {**source("weights.onnx"), "opset_version": 13}}})
    return rdf


def write(name, network, version, steps, size, results, after=None):
    with open(os.path.join(HERE, "..", "onnx", network + ".onnx"), "rb") as file:
        weights = file.read()
    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    channels = session.get_inputs()[0].shape[1]
    raw = picture(channels, *size)
    found, = session.run(None, {session.get_inputs()[0].name: prepare(steps, raw.astype(np.float64))})
    if after:
        found = 1 / (1 + np.exp(-found))
    assert found.std() > 0.01, name
    files = {"weights.onnx": weights, "test-input.npy": npy(raw), "test-output.npy": npy(found.astype(np.float32)),
             "README.md": b"# Validation\nNone.\n"}
    rdf = describe(version, steps, files, ["c%d" % c for c in range(channels)], results, after)
    path = os.path.join(HERE, name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in [("rdf.yaml", yaml.safe_dump(rdf, sort_keys=False).encode()), *files.items()]:
            archive.writestr(zipfile.ZipInfo(entry, (2026, 11, 23, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    spec = os.environ.get("SPEC_PYTHONPATH")
    if spec:
        subprocess.run([sys.executable, "-c", CHECK, path], check=True, env=dict(os.environ, PYTHONPATH=spec))


def main():
    by = {"axes": ["y", "x"]}
    percentiles = {"id": "scale_range", "kwargs": {**by, "min_percentile": 2.0, "max_percentile": 99.0, "eps": 1e-6}}
    packages = [
        ("deviations", "bilinear", "0.5.3",
         [{"id": "zero_mean_unit_variance", "kwargs": {**by, "eps": 1e-6}}], (32, 48), ["nucleus"], None),
        ("percentiles", "padded", "0.5.3", [{"id": "ensure_dtype", "kwargs": {"dtype": "float32"}}, percentiles,
                                            {"id": "clip", "kwargs": {"min": -1.0, "max": 2.0}}],
         (32, 48), ["foreground"], [{"id": "sigmoid"}]),
        ("fixed", "cropped", "0.5.3",
         [{"id": "scale_linear", "kwargs": {"gain": 0.002, "offset": -0.5}},
          {"id": "fixed_zero_mean_unit_variance", "kwargs": {"mean": 0.1, "std": 0.6}}], (48, 32), ["cell"], None),
        ("classes", "no-norm", "0.5.3", [{"id": "scale_linear", "kwargs": {"gain": 0.001, "offset": 0}}], (32, 32),
         ["background", "foreground"], None),
        ("version-4", "nearest", "0.4.10",
         [{"name": "zero_mean_unit_variance", "kwargs": {"mode": "per_sample", "axes": "yx", "eps": 1e-6}}],
         (32, 48), ["cell"], None),
    ]
    for package in packages:
        write(*package)
    with open(os.path.join(HERE, "packages.txt"), "w", encoding="utf-8") as out:
        out.write("# Made by make-packages.py\n")
        for name, _, _, steps, *_ in packages:
            text = str(steps)
            out.write("%s %s\n" % (name, "percentiles" if "range" in text else
                                   "fixed" if "linear" in text else "deviations"))


if __name__ == "__main__":
    main()
