#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Computes tests/data/unet-fixture.safetensors by an independent implementation.

    apt install python3-torch
    /usr/bin/python3 tests/data/make-unet-fixture.py tests/data/unet-fixture.safetensors

PyTorch computes in double precision; the file holds the numbers rounded to single precision.
Network: 2 input channels, base 4, depth 2, 2 outputs; 2 images of 16x16. Its arrays:

    initial/NAME          weights and running statistics before the first step
    input, target         (2, 2, 16, 16)
    pixel_weight          (2, 1, 16, 16), with zeros
    channel_weight        (2)
    scores                logits in training mode, before the first step
    gradient/NAME         of the loss of these scores
    losses                (10) the loss before each of ten Adam steps
    final/NAME            weights and running statistics after them
    prediction            logits in evaluation mode, after them
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn

BASE, DEPTH, INPUTS, OUTPUTS, STEPS, RATE = 4, 2, 2, 2, 10, 0.01


class Twice(nn.Module):
    def __init__(self, inputs, outputs, transpose=False):
        super().__init__()
        if transpose:
            self.transpose = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
        self.conv0 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm0 = nn.BatchNorm2d(outputs)
        self.conv1 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = self.norm0(torch.relu(self.conv0(x)))
        return self.norm1(torch.relu(self.conv1(x)))


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        channels = INPUTS
        for level in range(DEPTH):
            self.add_module(f"down{level}", Twice(channels, BASE << level))
            channels = BASE << level
        self.bottom = Twice(channels, BASE << DEPTH)
        for level in reversed(range(DEPTH)):
            self.add_module(f"up{level}", Twice(BASE << (level + 1), BASE << level, True))
        self.head = nn.Conv2d(BASE, OUTPUTS, 1)

    def forward(self, x):
        skips = []
        for level in range(DEPTH):
            skips.append(self.get_submodule(f"down{level}")(x))
            x = nn.functional.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for level in reversed(range(DEPTH)):
            module = self.get_submodule(f"up{level}")
            x = module(torch.cat([skips[level], module.transpose(x)], dim=1))
        return self.head(x)


def get_loss(scores, target, pixel_weight, channel_weight):
    weight = pixel_weight * channel_weight.view(1, -1, 1, 1)
    bce = nn.functional.binary_cross_entropy_with_logits(scores, target, weight, reduction="sum")
    p = torch.sigmoid(scores)
    overlap = (pixel_weight * p * target).sum((0, 2, 3))
    both = (pixel_weight * p).sum((0, 2, 3)) + (pixel_weight * target).sum((0, 2, 3))
    dice = 1 - (2 * overlap + 1) / (both + 1)
    return bce / weight.sum() + (dice * channel_weight).sum() / channel_weight.sum()


def write(path, arrays):
    header, offset = {}, 0
    for name, array in arrays.items():
        end = offset + array.size * 4
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype("<f4").tobytes())


def main():
    torch.manual_seed(20240607)
    torch.set_default_dtype(torch.float64)
    net = Unet()
    arrays = {}

    def keep(prefix):
        for name, value in net.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                arrays[prefix + name] = value.detach().numpy().copy()

    # Values that single precision holds exactly; norms that do something; random biases.
    for name, value in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if ".norm" in name:
            value.copy_(torch.rand_like(value) + 0.5 if "bias" not in name else torch.randn_like(value))
            if name.endswith("norm1.weight"):
                value[0] *= -1  # a negative factor turns the order that pooling sees
        value.copy_(value.float().double())
    keep("initial/")

    x = torch.randn(2, INPUTS, 16, 16).float().double()
    target = (torch.rand(2, OUTPUTS, 16, 16) < 0.4).double()
    pixel_weight = torch.rand(2, 1, 16, 16).float().double()
    pixel_weight[pixel_weight < 0.3] = 0
    channel_weight = torch.tensor([1.0, 0.25])

    optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
    losses = []
    for step in range(STEPS):
        scores = net(x)
        loss = get_loss(scores, target, pixel_weight, channel_weight)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            arrays["scores"] = scores.detach().numpy()
            for name, value in net.named_parameters():
                arrays["gradient/" + name] = value.grad.numpy().copy()
        optimizer.step()
        losses.append(loss.item())
    keep("final/")
    net.eval()
    with torch.no_grad():
        arrays["prediction"] = net(x).numpy()
    arrays["input"] = x.numpy()
    arrays["target"] = target.numpy()
    arrays["pixel_weight"] = pixel_weight.numpy()
    arrays["channel_weight"] = channel_weight.numpy()
    arrays["losses"] = numpy.array(losses)
    write(sys.argv[1], arrays)
    print("losses", *(f"{loss:.6f}" for loss in losses))


main()
