"""What a run leaves: predictions and what came as Parquet, models, figures, and a manifest with every digest."""

import hashlib
import json
import os

import numpy as np
import polars as pl

from arms import HORIZONS


def write(task, market, built, plan, taught, distilled, metrics):
    out = task["out"]
    # What the processes shared.
    for name in os.listdir(out):
        if name.endswith(".npy"):
            os.remove(os.path.join(out, name))
    symbols = np.array(market.symbols)
    forward = []
    for name, source, arm in (
        ("predictions", taught, "real"),
        ("placebo_predictions", taught, "placebo"),
        ("student_predictions", distilled, "real"),
        ("placebo_student_predictions", distilled, "placebo"),
    ):
        frames = []
        for at, cohort in enumerate(plan):
            said, own = source[(arm, at)], built[arm]
            place, who = np.nonzero(np.isfinite(said.probability))
            days = place + cohort.start
            frames.append(
                pl.DataFrame(
                    {
                        "symbol": symbols[who],
                        "date": market.dates[days],
                        "cohort": np.full(len(days), cohort.name),
                        "forward": days >= cohort.end,
                        "probability": said.probability[place, who],
                        "score": said.score[place, who],
                        "label": own.label[days, who],
                        "forward_return": own.forward_return[days, who],
                        "base_rate": taught[(arm, at)].base_rate[who],
                    }
                )
            )
            if name == "predictions":
                forward.append((days, who))
        pl.concat(frames).write_parquet(os.path.join(out, f"{name}.parquet"))

    days, who = (np.concatenate(part) for part in zip(*forward))
    row = {"symbol": symbols[who], "date": market.dates[days]}
    for name, arm in (("outcomes", "real"), ("placebo_outcomes", "placebo")):
        own = built[arm]
        columns = {f"return_{bars}": own.returns[days, who, at] for at, bars in enumerate(HORIZONS)}
        frame = pl.DataFrame({**row, "entry": own.entry[days, who], **columns})
        frame.write_parquet(os.path.join(out, f"{name}.parquet"))
    real = built["real"]
    for name, columns in (("exposures", real.exposure_values), ("factors", real.factors)):
        pl.DataFrame({**row, **{key: values[days, who] for key, values in columns.items()}}).write_parquet(
            os.path.join(out, f"{name}.parquet")
        )
    for folder, source in (("teachers", taught), ("students", distilled)):
        for (arm, at), said in source.items():
            np.savez(os.path.join(out, f"{folder}-{arm}-{plan[at].name}.npz"), **said.models, **getattr(said, "strengths", {}))
    with open(os.path.join(out, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(metrics, file)
    files = {}
    for name in sorted(os.listdir(out)):
        with open(os.path.join(out, name), "rb") as file:
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
    with open(os.path.join(out, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump({"files": files, "bars": market.digests}, file)
