# SPDX-License-Identifier: MIT
"""Pellicle's network against PyTorch and ONNX Runtime, interleaved in one run.

    compare.py [--bench .build/tests/bench/bench-unet] [--rounds 5] [--seconds 3] [--threads 2]
               [--newer-torch FOLDER] [--case BASE:SIZE[:lean]]...

Each round runs every program once on each case, in turn and in a process of its own, and takes
the fastest of its repeats; the ratio of a round is peer / Pellicle. Printed: the median of the
rounds, with the smallest and the largest in brackets. PyTorch is Debian's python3-torch;
onnxruntime comes from PyPI, and is left out where it cannot be imported. A newer PyTorch runs
beside Debian's where `pip install --target FOLDER torch` put one.
"""
import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = ["16:256", "32:256", "64:256", "64:512"]


def run(command, packages=None):
    environment = dict(os.environ, PYTHONPATH=packages) if packages else None
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          env=environment).stdout


def run_peer(script, *arguments, packages=None):
    return json.loads(run([sys.executable, os.path.join(HERE, script), *map(str, arguments)],
                          packages))


def run_pellicle(bench, base, size, threads, plan):
    with subprocess.Popen([bench, str(base), str(size), "1", str(threads), *plan],
                          stdout=subprocess.PIPE, text=True) as process:
        rows = csv.DictReader(process.stdout.read().splitlines())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{bench} failed with status {process.returncode}")
    times = {row["what"]: float(row["best_s"]) for row in rows}
    return {"forward_s": times["forward"], "train_step_s": times["train"],
            "peak_rss_bytes": usage.ru_maxrss * 1024}


def processor():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":")[1].strip() for line in info if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()


def spread(values, digits=2):
    return (f"{statistics.median(values):.{digits}f} "
            f"({min(values):.{digits}f}–{max(values):.{digits}f})")


def against(peer, forward, step):
    cells = ""
    for key, ours in (("forward_s", forward), ("train_step_s", step)):
        times = [row[key] for row in peer]
        cells += f" {spread(times, 3)} | {spread([p / o for p, o in zip(times, ours)])} |"
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", default=".build/tests/bench/bench-unet")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--newer-torch", metavar="FOLDER")
    parser.add_argument("--case", action="append", dest="cases")
    options = parser.parse_args()
    try:
        import onnxruntime  # noqa: F401
        with_onnx = True
    except ImportError:
        with_onnx = False

    print(f"{processor()}, {options.threads} threads, {options.rounds} rounds")
    print("| base @size | forward s | ONNX Runtime s | times faster | step s | PyTorch s "
          "| times faster | peak MB | PyTorch MB |"
          + (" newer PyTorch forward s | times faster | step s | times faster |"
             if options.newer_torch else ""))
    print("|" + "---|" * (13 if options.newer_torch else 9))
    with tempfile.TemporaryDirectory() as folder:
        for case in options.cases or CASES:
            base, size, *plan = case.split(":")
            base, size = int(base), int(size)
            model = os.path.join(folder, f"{base}-{size}.onnx")
            if with_onnx:
                run([sys.executable, os.path.join(HERE, "torch_unet.py"), str(base), str(size),
                     "1", str(options.threads), "0", model])
            ours, torch, onnx, newer = [], [], [], []
            for _ in range(options.rounds):
                ours.append(run_pellicle(options.bench, base, size, options.threads, plan))
                torch.append(run_peer("torch_unet.py", base, size, 1, options.threads,
                                      options.seconds))
                if options.newer_torch:
                    newer.append(run_peer("torch_unet.py", base, size, 1, options.threads,
                                          options.seconds, packages=options.newer_torch))
                if with_onnx:
                    onnx.append(run_peer("onnx_unet.py", model, size, 1, options.threads,
                                         options.seconds))
            pick = lambda rows, key: [row[key] for row in rows]  # noqa: E731
            forward, step = pick(ours, "forward_s"), pick(ours, "train_step_s")
            onnx_s = pick(onnx, "forward_s")
            torch_s = pick(torch, "train_step_s")
            print(f"| {base} @{size}{' lean' if plan else ''} | {spread(forward, 4)} "
                  f"| {spread(onnx_s, 4) if onnx else '-'} "
                  f"| {spread([p / o for p, o in zip(onnx_s, forward)]) if onnx else '-'} "
                  f"| {spread(step, 3)} | {spread(torch_s, 3)} "
                  f"| {spread([p / o for p, o in zip(torch_s, step)])} "
                  f"| {max(pick(ours, 'peak_rss_bytes')) / 1e6:.0f} "
                  f"| {max(pick(torch, 'peak_rss_bytes')) / 1e6:.0f} |"
                  + (against(newer, forward, step) if newer else ""), flush=True)
    versions = sorted({row["version"] for row in torch + newer})
    print("PyTorch " + ", ".join(versions))


main()
