# SPDX-License-Identifier: MIT
"""Times the same network in PyTorch.

    torch_unet.py BASE SIZE BATCH THREADS SECONDS [OUT.onnx]

Prints one JSON object: seconds of the fastest forward pass and of the fastest training step
(forward, binary cross-entropy, backward, Adam), and the largest resident size of the process.
With a file name the network is exported as ONNX first, and nothing is timed.
"""
import json
import resource
import sys
import time

import torch
from torch import nn


def module(i, o):
    return nn.Sequential(
        nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(o),
        nn.Conv2d(o, o, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(o))


class UNet(nn.Module):
    def __init__(self, base, depth=4):
        super().__init__()
        widths = [base << level for level in range(depth + 1)]
        self.down = nn.ModuleList(module(i, o) for i, o in zip([1] + widths, widths))
        self.up = nn.ModuleList(module(2 * w, w) for w in reversed(widths[:-1]))
        self.transpose = nn.ModuleList(
            nn.ConvTranspose2d(2 * w, w, 2, 2) for w in reversed(widths[:-1]))
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        skips = []
        for layer in self.down[:-1]:
            x = layer(x)
            skips.append(x)
            x = self.pool(x)
        x = self.down[-1](x)
        for transpose, layer in zip(self.transpose, self.up):
            x = layer(torch.cat([skips.pop(), transpose(x)], 1))
        return self.head(x)


def fastest(work, seconds):
    work()
    best, began, runs = float("inf"), time.perf_counter(), 0
    while runs < 3 or time.perf_counter() - began < seconds:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
        runs += 1
    return best


def main():
    base, size, batch, threads = map(int, sys.argv[1:5])
    seconds = float(sys.argv[5])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = UNet(base)
    x = torch.randn(batch, 1, size, size)
    if len(sys.argv) > 6:
        net.eval()
        torch.onnx.export(net, x, sys.argv[6], opset_version=13)
        return
    target = (torch.rand(batch, 1, size, size) > 0.5).float()
    loss = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(net.parameters(), 1e-4)

    def forward():
        with torch.no_grad():
            net(x)

    def step():
        optimizer.zero_grad()
        loss(net(x), target).backward()
        optimizer.step()

    net.eval()
    forward_s = fastest(forward, seconds)
    net.train()
    step_s = fastest(step, seconds)
    print(json.dumps({
        "forward_s": forward_s, "train_step_s": step_s,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "version": torch.__version__}))


main()
