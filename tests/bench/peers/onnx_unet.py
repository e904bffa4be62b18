# SPDX-License-Identifier: MIT
"""Times a network in ONNX Runtime.

    onnx_unet.py MODEL.onnx SIZE BATCH THREADS SECONDS

Prints one JSON object: seconds of the fastest forward pass.
"""
import json
import resource
import sys
import time

import numpy
import onnxruntime


def main():
    model, seconds = sys.argv[1], float(sys.argv[5])
    size, batch, threads = map(int, sys.argv[2:5])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    x = numpy.random.default_rng(1).standard_normal((batch, 1, size, size), numpy.float32)
    session.run(None, {name: x})
    best, began, runs = float("inf"), time.perf_counter(), 0
    while runs < 3 or time.perf_counter() - began < seconds:
        start = time.perf_counter()
        session.run(None, {name: x})
        best = min(best, time.perf_counter() - start)
        runs += 1
    print(json.dumps({
        "forward_s": best,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "version": onnxruntime.__version__}))


main()
