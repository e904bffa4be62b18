#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Independent figures for tests/engine/test-statistics.c.

Needs Debian's python3-scipy (written with scipy 1.10.1, numpy 1.24.2):

    /usr/bin/python3 tests/data/make-statistics-reference.py

writes statistics.txt beside this script. Each case is four lines: the first group, the second, then U
and p of Mann and Whitney's test, then mean, standard deviation, quartiles and whiskers of the first.
Without ties, p is scipy's exact one up to 50 values, beyond that its approximation. With ties, and 20
values at most, it is counted here over all ways to part the values.
"""
import itertools
import os

import numpy as np
from scipy import stats
from matplotlib import cbook

rng = np.random.default_rng(7)


def count_ways(a, b):
    both = stats.rankdata(np.concatenate([a, b]))
    sums = np.array([sum(c) for c in itertools.combinations(both, len(a))])
    own = both[:len(a)].sum()
    return min(1, 2 * min((sums <= own + 1e-9).mean(), (sums >= own - 1e-9).mean()))


def case(a, b):
    u, p = stats.mannwhitneyu(a, b, alternative="two-sided", method="exact" if len(a) + len(b) <= 50 else "asymptotic")
    if len(set(a) | set(b)) < len(a) + len(b) and len(a) + len(b) <= 50:
        p = count_ways(a, b)
    box = cbook.boxplot_stats(a, whis=1.5)[0]
    rest = [a.mean(), a.std(ddof=1) if len(a) > 1 else np.nan, box["q1"], box["med"], box["q3"], box["whislo"], box["whishi"]]
    return [a, b, [u, p], rest]


cases = []
for n_a, n_b in [(1, 1), (3, 3), (3, 4), (5, 5), (8, 12), (2, 40), (20, 30), (25, 25), (26, 26), (100, 80)]:
    cases.append(case(rng.normal(0, 1, n_a), rng.normal(0.7, 1.5, n_b)))
for n_a, n_b in [(3, 3), (4, 6), (9, 9), (10, 8), (60, 50)]:
    cases.append(case(rng.integers(0, 4, n_a).astype(float), rng.integers(1, 6, n_b).astype(float)))
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.txt")
with open(path, "w") as f:
    for lines in cases:
        for line in lines:
            f.write(" ".join(f"{v:.12g}" for v in line) + "\n")
