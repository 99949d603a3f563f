"""Peers that predict the neutral target at 5 bars of the same forward rows from the same rank features as the teachers.

Argument: a folder as task_files.py describes it. Writes lightgbmRank.f64 and ridgeRank.f64: a score for every
forward row, cohort by cohort and window by window. Nothing is random, so that there is one for all seeds.
"""

import sys

import lightgbm
import numpy as np

from task_files import Task

# Shallow trees at a low rate, as noisy targets need; the library's default settings otherwise.
TREES = 120
PARAMS = {
    "objective": "regression",
    "max_depth": 3,
    "num_leaves": 8,
    "learning_rate": 0.03,
    "verbosity": -1,
    # More threads would wait for each other when other programs run on the machine.
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 7,
}
# Penalty per row: the variance of a centred rank. As much penalty as data leaves half of each weight.
RIDGE = 1 / 12
# Rows of a part that are made into double precision at once.
CHUNK = 65536


def main(folder):
    task = Task(folder)
    ranks, state, target = task.floats("ranks"), task.floats("state"), task.floats("target")

    def columns(rows):
        return np.hstack([ranks[rows], state[rows]])

    tree_parts, ridge_parts = [], []
    for cohort in task.cohorts:
        past, forward = task.part(cohort["ranked"]), task.forward(cohort)
        known, wanted = columns(past), columns(forward)
        answer = target[past, 0].astype(np.float64)
        data = lightgbm.Dataset(known, answer, params=PARAMS)
        tree_parts.append(lightgbm.train(PARAMS, data, num_boost_round=TREES).predict(wanted))
        ridge_parts.append(wanted.astype(np.float64) @ ridge(known, answer))
    task.write("lightgbmRank", tree_parts)
    task.write("ridgeRank", ridge_parts)


def ridge(known, answer):
    """Least squares with a penalty, without intercept: ranks and targets have a mean of about 0 on every day."""
    gram = RIDGE * len(known) * np.eye(known.shape[1])
    moments = np.zeros(known.shape[1])
    for first in range(0, len(known), CHUNK):
        block = known[first : first + CHUNK].astype(np.float64)
        gram += block.T @ block
        moments += block.T @ answer[first : first + CHUNK]
    return np.linalg.solve(gram, moments)


main(sys.argv[1])
