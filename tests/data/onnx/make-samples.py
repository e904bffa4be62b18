#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the networks of this folder with PyTorch, and what ONNX Runtime makes of a picture by them.

Usage: make-samples.py            (Debian's python3-torch 1.13 was used)
Environment: ONNX_PYTHONPATH names where onnxruntime (1.32 was used) and onnx (1.23) are, with a NumPy
of their own. external.onnx is padded-folded.onnx with its weights in another file, written by onnx.

Weights are random, statistics of the normalisation too; each network has seeds of its own, the first of
which makes no dead units. samples.txt gets a line for each network: its
name, with which --outputs it can be read, what its results are, and the picture's channels, rows and
columns; or the operator and the words that it is refused by. NAME.f32 holds the probabilities that
a reader should find, result after result, for the picture whose value at channel c, row y and column x is
((73 x + 151 y + 337 c) modulo 256) / 255.
"""
import os
import subprocess
import sys
import warnings
import zlib

FOLDER = os.path.dirname(os.path.abspath(__file__))

REFERENCE = r"""
import sys
import numpy as np
import onnxruntime as ort
path, activation, c, h, w = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
z, y, x = np.meshgrid(np.arange(c), np.arange(h), np.arange(w), indexing="ij")
picture = (((73 * x + 151 * y + 337 * z) % 256) / np.float32(255)).astype(np.float32)[None]
session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
found, = session.run(None, {session.get_inputs()[0].name: picture})
found = found.astype(np.float64)
if activation == "sigmoid":
    found = 1 / (1 + np.exp(-found))
elif activation == "softmax":
    found = np.exp(found) / np.exp(found).sum(axis=1, keepdims=True)
# Nothing is learnt from a network of dead units.
if found.std(axis=(2, 3)).min() <= 0.02 or not 0.02 < found.mean() < 0.98:
    sys.exit("dead")
found.astype("<f4").tofile(path[:-5] + ".f32")
print(found.shape[1])
"""


EXTERNAL = r"""
import os
import sys
import onnx
folder = sys.argv[1]
if os.path.exists(folder + "/external.data"):
    os.remove(folder + "/external.data")
model = onnx.load(folder + "/padded-folded.onnx")
onnx.save(model, folder + "/external.onnx", save_as_external_data=True, location="external.data",
          size_threshold=64)
"""


def main():
    import torch
    import torch.nn.functional as F
    from torch import nn

    warnings.simplefilter("ignore")

    class Block(nn.Sequential):
        """Convolutions with what follows each: c, b, r in the order of the letters."""

        def __init__(self, inputs, widths, order="cbr", kernel=3, relu=nn.ReLU, norm=nn.BatchNorm2d,
                     padding=None):
            layers = []
            for width in widths:
                for letter in order:
                    if letter == "c":
                        layers.append(nn.Conv2d(inputs, width, kernel,
                                                padding=kernel // 2 if padding is None else padding,
                                                bias="b" not in order))
                    elif letter == "b":
                        layers.append(norm(width))
                    else:
                        layers.append(relu())
                inputs = width
            super().__init__(*layers)

    class Up(nn.Module):
        def __init__(self, kind, inputs, outputs):
            super().__init__()
            if kind == "transposed":
                self.way = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
            elif kind == "transposed-norm":
                self.way = nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 2, stride=2, bias=False),
                                         nn.BatchNorm2d(outputs))
            elif kind == "transposed-relu":
                self.way = nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 2, stride=2), nn.ReLU())
            elif kind == "transposed-3":
                self.way = nn.ConvTranspose2d(inputs, outputs, 3, 2, padding=1, output_padding=1)
            elif kind == "nearest":
                self.way = nn.Upsample(scale_factor=2)
            elif kind == "nearest-mix":
                self.way = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 1))
            elif kind == "mix-nearest":
                self.way = nn.Sequential(nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs),
                                         nn.Upsample(scale_factor=2))
            elif kind == "cubic":
                self.way = nn.Upsample(scale_factor=2, mode="bicubic")
            elif kind == "bilinear-mix":
                self.way = nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"),
                                         nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs))
            elif kind == "mix-corners":
                self.way = nn.Sequential(nn.Conv2d(inputs, outputs, 1),
                                         nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True))
            else:
                self.way = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=kind == "corners")

        def forward(self, x):
            return self.way(x)

    class UNet(nn.Module):
        def __init__(self, inputs=1, results=1, down=((2, 2), (4, 4), (8, 8)), ups=(4, 2),
                     up=((4, 4), (2, 2)), kind="transposed", order="cbr", end=None, skip_first=True,
                     pad=False, crop=False, scale=None, pool=None, residual=False, head=1, **block):
            super().__init__()
            self.downs, self.ups, self.blocks = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
            for widths in down:
                self.downs.append(Block(inputs, widths, order, **block))
                inputs = widths[-1]
            for level, (width, widths) in enumerate(zip(ups, up)):
                self.ups.append(Up(kind, inputs, width))
                self.blocks.append(Block(width + down[-2 - level][-1], widths, order, **block))
                inputs = widths[-1]
            self.pool = pool or nn.MaxPool2d(2)
            self.head = nn.Conv2d(inputs, results, head, padding=head // 2)
            self.end, self.skip_first, self.pad, self.crop = end, skip_first, pad, crop
            self.scale, self.residual = scale, residual

        def forward(self, x):
            if self.scale is not None:
                x = x * self.scale
            skips = []
            for block in self.downs[:-1]:
                x = block(x)
                skips.append(x)
                x = self.pool(x)
            x = self.downs[-1](x)
            for way, block, skip in zip(self.ups, self.blocks, reversed(skips)):
                x = way(x)
                if self.pad:
                    rows = skip.size()[2] - x.size()[2]
                    columns = skip.size()[3] - x.size()[3]
                    x = F.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
                if self.crop:
                    top = (skip.shape[2] - x.shape[2]) // 2
                    left = (skip.shape[3] - x.shape[3]) // 2
                    skip = skip[:, :, top:top + x.shape[2], left:left + x.shape[3]]
                y = torch.cat([skip, x] if self.skip_first else [x, skip], dim=1)
                x = block(y) + x if self.residual else block(y)
            x = self.head(x)
            return self.end(x) if self.end else x

    half = dict(down=((2, 3), (4, 6), (7, 6)), ups=(6, 3), up=((6, 3), (3, 2)))
    softmax = lambda x: torch.softmax(x, dim=1)
    keep, fold = torch.onnx.TrainingMode.PRESERVE, torch.onnx.TrainingMode.EVAL
    # name, network, channels, rows, columns, free sizes, opset, normalisation folded, outputs,
    # what ONNX Runtime's results still need
    good = [
        ("padded", UNet(pad=True), 1, 16, 24, True, 13, keep, "-", "sigmoid"),
        ("padded-folded", UNet(pad=True), 1, 16, 24, True, 11, fold, "-", "sigmoid"),
        ("cropped", UNet(crop=True, end=torch.sigmoid), 1, 16, 24, True, 14, keep, "-", "none"),
        ("fixed", UNet(inputs=3, results=2, pad=True, crop=True, end=torch.sigmoid), 3, 24, 16, False,
         12, fold, "-", "none"),
        ("scaled", UNet(scale=1 / 255, end=torch.sigmoid), 1, 16, 16, True, 9, fold, "-", "none"),
        ("after-relu", UNet(order="crb", end=torch.sigmoid, kind="transposed-norm"), 1, 16, 24, True,
         15, keep, "-", "none"),
        ("no-norm", UNet(order="cr", results=2, end=softmax), 1, 16, 24, True, 13, keep, "-", "none"),
        ("two-scores", UNet(results=2), 1, 16, 24, True, 13, fold, "background,cell", "softmax"),
        ("three-results", UNet(results=3, end=torch.sigmoid), 1, 8, 12, True, 13, fold,
         "other,border,cell", "none"),
        ("nearest", UNet(kind="nearest", pad=True, end=torch.sigmoid, **half), 1, 16, 24, True, 13,
         keep, "-", "none"),
        ("nearest-mix", UNet(kind="nearest-mix", end=torch.sigmoid), 1, 16, 24, True, 11, keep, "-",
         "none"),
        ("mix-nearest", UNet(kind="mix-nearest", end=torch.sigmoid), 1, 16, 24, False, 10, keep, "-",
         "none"),
        ("up-first", UNet(skip_first=False, down=((3,), (5,), (9,)), ups=(5, 3), up=((5,), (3,)),
                          order="crb", end=torch.sigmoid), 1, 16, 24, True, 17, keep, "-", "none"),
        ("uneven", UNet(inputs=2, down=((1, 5), (4, 7)), ups=(3,), up=((2, 6),), end=torch.sigmoid), 2, 10, 14,
         True, 16, keep, "-", "none"),
        ("bilinear", UNet(kind="bilinear", end=torch.sigmoid, **half), 1, 16, 24, True, 13, fold, "-",
         "none"),
        ("corners", UNet(kind="corners", pad=True, end=torch.sigmoid, **half), 1, 24, 16, True, 12, keep,
         "-", "none"),
        ("bilinear-mix", UNet(kind="bilinear-mix", end=torch.sigmoid), 1, 16, 24, False, 11, keep, "-",
         "none"),
        ("mix-corners", UNet(kind="mix-corners", end=torch.sigmoid), 1, 16, 24, True, 16, keep, "-", "none"),
        # Before version 11 there is one way to interpolate, with the first of two new pixels in place.
        ("asymmetric", UNet(kind="bilinear", end=torch.sigmoid, **half), 1, 16, 24, False, 9, fold, "-",
         "none"),
        ("asymmetric-10", UNet(kind="bilinear", end=torch.sigmoid, **half), 1, 16, 24, False, 10, fold, "-",
         "none"),
    ]
    # name, network, rows, columns, outputs, operator and words that it is refused by
    bad = [
        ("cubic", UNet(kind="cubic", **half), 16, 16, "-", "Resize", "bilinear interpolation"),
        ("leaky", UNet(relu=lambda: nn.LeakyReLU(0.1)), 16, 16, "-", "LeakyRelu", "none of them"),
        ("instance", UNet(norm=lambda n: nn.InstanceNorm2d(n, affine=True)), 16, 16, "-",
         "InstanceNormalization", "none of them"),
        ("unpadded", UNet(padding=0, crop=True), 44, 44, "-", "Conv", "changes the size"),
        ("large-kernel", UNet(kernel=5), 16, 16, "-", "Conv", "3×3 or 1×1"),
        ("average", UNet(pool=nn.AvgPool2d(2)), 16, 16, "-", "AveragePool", "none of them"),
        ("pool-3", UNet(pool=nn.MaxPool2d(3, 2, 1)), 16, 16, "-", "MaxPool", "2×2"),
        ("transposed-3", UNet(kind="transposed-3"), 16, 16, "-", "ConvTranspose", "2×2"),
        ("transposed-relu", UNet(kind="transposed-relu"), 16, 16, "-", "Concat", "none; export"),
        ("residual", UNet(residual=True), 16, 16, "-", "Add", "residual"),
        ("three-classes", UNet(results=3, end=softmax), 16, 16, "background,cell,border", "Conv",
         "more than two"),
        ("two-unnamed", UNet(results=2), 16, 16, "-", "-", "background,cell"),
        ("three-convolutions", UNet(down=((2, 2, 2), (4, 4)), ups=(2,), up=((2, 2),)), 16, 16, "-",
         "Relu", "none; export"),
        ("head-3", UNet(head=3), 16, 16, "-", "Conv", "1×1 convolution"),
        ("norm-first", UNet(down=((2, 2), (4, 4)), ups=(2,), up=((2, 2),)), 16, 16, "-",
         "BatchNormalization", "shifts"),
    ]

    def export(name, network, shape, free, opset, training, seed=0):
        path = os.path.join(FOLDER, name + ".onnx")
        torch.manual_seed(zlib.crc32(name.encode()) + seed)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.7, 2.0)
                nn.init.uniform_(module.bias, -0.1, 0.5)
                nn.init.uniform_(module.running_mean, -0.3, 0.3)
                nn.init.uniform_(module.running_var, 0.3, 1.5)
            elif isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.uniform_(module.bias, -0.1, 0.3)
        if network.__dict__.get("scale"):
            network.downs[0][0].weight.data /= network.scale
        axes = {0: "batch", 2: "height", 3: "width"}
        torch.onnx.export(network.eval(), torch.zeros(shape), path, opset_version=opset,
                          training=training, input_names=["picture"], output_names=["result"],
                          dynamic_axes={"picture": axes, "result": axes} if free else None)
        return path

    usual = {("sigmoid", None, "1"): "cell", ("none", torch.sigmoid, "1"): "cell",
             ("none", torch.sigmoid, "2"): "cell,border", ("none", softmax, "2"): "background,cell"}
    environment = dict(os.environ, PYTHONPATH=os.environ.get("ONNX_PYTHONPATH", ""))
    lines = []
    for name, network, c, h, w, free, opset, training, outputs, activation in good:
        for seed in range(100):
            path = export(name, network, (1, c, h, w), free, opset, training, seed)
            run = subprocess.run([sys.executable, "-c", REFERENCE, path, activation, str(c), str(h), str(w)],
                                 env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if run.returncode == 0:
                break
            if run.stderr.strip() != "dead":
                sys.exit(run.stderr)
        n = run.stdout
        roles = outputs if outputs != "-" else usual[activation, network.end, n.strip()]
        lines.append("read %s %s %s %d %d %d" % (name, outputs, roles, c, h, w))
    subprocess.run([sys.executable, "-c", EXTERNAL, FOLDER], env=environment, check=True)
    for name, network, h, w, outputs, op, words in bad:
        network = network if name != "norm-first" else nn.Sequential(nn.BatchNorm2d(1), network)
        export(name, network, (1, 1, h, w), True, 13, fold if name != "norm-first" else keep)
        lines.append("refuse %s %s %s %s" % (name, outputs, op, words))
    with open(os.path.join(FOLDER, "samples.txt"), "w", encoding="utf-8") as out:
        out.write("# Made by make-samples.py\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
