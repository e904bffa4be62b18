# SPDX-License-Identifier: MIT
"""How well found cells agree with true ones, by the definitions of `pellicle evaluate`."""
import numpy as np


def overlaps(true, found):
    """Shared pixels of each pair of cells, and the areas of the true and of the found ones."""
    n_true, n_found = int(true.max()) + 1, int(found.max()) + 1
    table = np.bincount(true.ravel().astype(np.int64) * n_found + found.ravel(),
                        minlength=n_true * n_found).reshape(n_true, n_found)
    return table[1:, 1:], table.sum(1)[1:], table.sum(0)[1:]


def match(shared, true_areas, found_areas, least):
    """Pairs of cells of at least that IoU, one to one, the best first."""
    union = true_areas[:, None] + found_areas[None, :] - shared
    iou = shared / np.maximum(union, 1)
    rows, columns = np.nonzero(iou >= least)
    used_rows, used_columns, out = set(), set(), []
    for k in np.argsort(-iou[rows, columns], kind="stable"):
        a, b = int(rows[k]), int(columns[k])
        if a not in used_rows and b not in used_columns:
            used_rows.add(a)
            used_columns.add(b)
            out.append((a, b))
    return out


class Score:
    """Counts over all images together."""

    def __init__(self):
        self.n_true = self.n_found = self.hits50 = self.hits75 = self.merged = self.split = 0
        self.errors, self.dice = [], []

    def add(self, true, found):
        shared, true_areas, found_areas = overlaps(true, found)
        there, here = true_areas > 0, found_areas > 0
        self.n_true += int(there.sum())
        self.n_found += int(here.sum())
        hits = match(shared, true_areas, found_areas, 0.5)
        self.hits50 += len(hits)
        self.hits75 += len(match(shared, true_areas, found_areas, 0.75))
        self.errors += [abs((found_areas[b] / true_areas[a]) ** 0.5 - 1) for a, b in hits]
        # A found cell that holds most of several true ones; a true one that holds most of several.
        self.merged += int(((2 * shared > true_areas[:, None]).sum(0) > 1).sum())
        self.split += int(((2 * shared > found_areas[None, :]).sum(1) > 1).sum())
        both = np.count_nonzero((true > 0) & (found > 0))
        total = np.count_nonzero(true) + np.count_nonzero(found)
        self.dice.append(2 * both / total if total else 1.0)

    def get(self):
        def precision(hits):
            return hits / max(self.n_true + self.n_found - hits, 1)

        return {"ap50": precision(self.hits50), "ap75": precision(self.hits75),
                "dice": float(np.mean(self.dice)),
                "diameters": float(np.mean(self.errors)) if self.errors else float("nan"),
                "merged": self.merged, "split": self.split}


def worth(score):
    """What a way of cutting is chosen by, as in the program."""
    return 0.75 * score["ap50"] + 0.25 * score["dice"]
