# SPDX-License-Identifier: MIT
"""Says of a model that it was trained on cells of many sizes and kinds.

    mark-mixed.py MODEL.safetensors

From then on a prediction with it looks how large the cells of an image are, where nobody tells, and
chooses the cut by the form of the cells (where a class of its own parts them). What the training noted
of the sizes in its images, and how surely their cells were found, is taken out: images of so many sizes
say of any size that it is usual. Weights and everything else stay as they are.
"""
import json
import struct
import sys


def main():
    path, = sys.argv[1:]
    with open(path, "rb") as file:
        content = file.read()
    length, = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    info = json.loads(header["__metadata__"]["info"])
    info["guess_size"] = info["by_form"] = True
    for name in ("smallest_diameter", "largest_diameter", "usual_confidence"):
        info.pop(name, None)
    header["__metadata__"]["info"] = json.dumps(info, separators=(",", ":"))
    text = json.dumps(header, separators=(",", ":")).encode()
    # Weights start at a multiple of 64 bytes.
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + content[8 + length:])


main()
