"""The files that the peers of the forward rows read and write.

A folder with task.json {rows, features, ranks, states, seeds, cohorts: [{prior, ranked, windows: [{fit, forward}]}]},
where every part is [offset, count] into rows.i32 (rows of the table); features.f32 [rows x features],
ranks.f32 [rows x ranks], state.f32 [rows x states], label.u8 and target.f32 (neutral target at 5 bars).
"""

import json
import os

import numpy as np


class Task:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "task.json"), encoding="utf-8") as file:
            task = json.load(file)
        self.seeds, self.cohorts = task["seeds"], task["cohorts"]
        self.widths = {"features": task["features"], "ranks": task["ranks"], "state": task["states"], "target": 1}
        self.rows = np.fromfile(os.path.join(folder, "rows.i32"), np.int32)

    def floats(self, name):
        """A column block of the table; mapped, so that only the rows in use need memory."""
        path = os.path.join(self.folder, f"{name}.f32")
        return np.memmap(path, np.float32, "r").reshape(-1, self.widths[name])

    def labels(self):
        return np.fromfile(os.path.join(self.folder, "label.u8"), np.uint8).astype(np.float64)

    def part(self, bounds):
        return self.rows[bounds[0] : bounds[0] + bounds[1]]

    def forward(self, cohort):
        return np.concatenate([self.part(window["forward"]) for window in cohort["windows"]])

    def write(self, name, parts):
        np.concatenate(parts).astype(np.float64).tofile(os.path.join(self.folder, f"{name}.f64"))
