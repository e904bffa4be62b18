# SPDX-License-Identifier: MIT
"""Says of a model that it was trained on cells of many sizes and kinds.

    mark-mixed.py MODEL.safetensors

From then on a prediction with it looks how large the cells of an image are, where nobody tells, and
chooses the cut by the form of the cells. Weights and everything else stay as they are.
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
    header["__metadata__"]["info"] = json.dumps(info, separators=(",", ":"))
    text = json.dumps(header, separators=(",", ":")).encode()
    # Weights start at a multiple of 64 bytes.
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + content[8 + length:])


main()
