#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens BioImage.IO packages with programs that are not ours.

Usage: check-bioimageio.py PLAIN_FOLDER FAST_FOLDER [PACKAGE.zip …]
The folders are what `test-bioimageio` leaves where PELLICLE_DOORS names one: with PELLICLE_CPU=c the
engine's plain steps, without it the fast ones, by which the further packages count too. Needs NumPy,
ONNX Runtime and a reader of YAML; where the packages bioimageio.spec and bioimageio.core are
installed (PyPI; 0.5.12 and 0.11 were tried, with pydantic 2.12), they judge as well.
"""
import glob
import hashlib
import io
import os
import sys
import zipfile

import numpy as np
import onnxruntime as ort

try:
    import yaml

    def read_yaml(text):
        return yaml.safe_load(text)
except ImportError:
    from ruyaml import YAML

    def read_yaml(text):
        return YAML(typ="safe").load(text)

try:
    from bioimageio.core import test_model
    from bioimageio.spec import load_description
except ImportError:
    test_model = None

LIMITS = {"plain": 1e-4, "fast": 1e-3}


def read(package, entry):
    content = package.read(entry["source"])
    assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["source"]
    return content


def prepare(array, steps, axes):
    """What the description says about an image, done by NumPy."""
    for step in steps:
        kwargs = step["kwargs"]
        if step["id"] == "scale_range":
            over = tuple(axes.index(a) for a in kwargs["axes"])
            low, high = (np.percentile(array, kwargs[k], axis=over, keepdims=True)
                         for k in ("min_percentile", "max_percentile"))
            array = (array - low) / (high - low + kwargs["eps"])
        else:
            assert step["id"] == "clip", step["id"]
            array = np.clip(array, kwargs["min"], kwargs["max"])
    return array.astype(np.float32)


def run(path):
    """The largest difference of a probability."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        rdf = read_yaml(package.read("rdf.yaml").decode())
        given, told = rdf["inputs"][0], rdf["outputs"][0]
        weights = read(package, rdf["weights"]["onnx"])
        image = np.load(io.BytesIO(read(package, given["test_tensor"])))
        expected = np.load(io.BytesIO(read(package, told["test_tensor"])))
        read(package, rdf["covers"][0])
        assert b"Validation" in read(package, rdf["documentation"])
    axes = [a.get("id", a["type"]) for a in given["axes"]]
    session = ort.InferenceSession(weights, providers=["CPUExecutionProvider"])
    found, = session.run(None, {given["id"]: prepare(image, given["preprocessing"], axes)})
    assert found.shape == expected.shape and [o.name for o in session.get_outputs()] == [told["id"]]
    return float(np.abs(found - expected).max())


def main():
    bad = 0
    packages = [(label, path) for label, folder in zip(("plain", "fast"), sys.argv[1:3])
                for path in sorted(glob.glob(os.path.join(folder, "*.zip")))]
    packages += [("fast", path) for path in sys.argv[3:]]
    assert packages, "no packages"
    for label, path in packages:
        difference = run(path)
        words = "not installed"
        good = difference <= LIMITS[label]
        if test_model is not None:
            description = load_description(path)
            checked = description.validation_summary.status
            tested = test_model(description, weight_format="onnx").status
            words = "%s, tests %s" % (checked, tested)
            good = good and checked == "valid-format" and tested == "passed"
        bad += not good
        print("%s, %s path: ONNX Runtime %.2g apart (limit %g), bioimageio.spec and .core: %s %s"
              % (os.path.basename(path), label, difference, LIMITS[label], words,
                 "ok" if good else "NOT GOOD"))
    return bad


if __name__ == "__main__":
    sys.exit(main())
