"""The windows of a cohort: each departs from the prior along a few directions as far as its own rows give reason to."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from probability import CLIP, fit_priors
from ranking import fit_rank

# Penalties of a departure, the strongest first, of a shift alone, then of all directions; and none at all before.
SHRINKAGES = {"logistic": (200, 60, 20), "squared": (2500, 600, 200)}
RANK_VARIANCE, OVERLAP = 1 / 12, 5
MOST_IMPORTANCE_ROWS = 32


@dataclass
class Taught:
    """Panels [dates x symbols] from the cohort's start to the end of its forward part; NaN where nothing is said."""

    probability: np.ndarray
    score: np.ndarray
    base_rate: np.ndarray
    pooled_rate: float
    logits: np.ndarray
    scores: np.ndarray
    permuted_probability: np.ndarray
    permuted_score: np.ndarray
    strengths: dict
    importance: np.ndarray
    drift: np.ndarray
    trials: int
    models: dict


class Teacher:
    def __init__(self, built, plan, task):
        self.built, self.plan, self.task = built, plan, task

    def __call__(self, job):
        name, at = job
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return teach(self.built[name], self.plan[at], self.task)


def teach(arm, cohort, task):
    horizon = task["horizon"]
    real = arm.name == "real"
    priors = fit_priors(arm, cohort, task, permute=real)
    rank = fit_rank(arm, cohort, task)
    span = slice(cohort.start, cohort.forward_end)
    date = np.arange(cohort.start, cohort.forward_end)[:, None]
    allowed = arm.complete[span] & cohort.trainable
    labelled = allowed & np.isfinite(arm.label[span])
    masks = {
        "select": labelled & (date < cohort.validation - horizon),
        "validation": labelled & (date >= cohort.validation) & (date < cohort.end - horizon),
        "fit": labelled & (date < cohort.end - horizon),
        "forward": labelled & (date >= cohort.end),
    }
    features, relative = np.asarray(arm.features[span]), np.asarray(arm.relative[span])
    prior = priors["trained"]
    early, late = (prior.parts(prior.fits[name], features, relative) for name in ("select", "fit"))
    logit, strength = adapt("logistic", early, late, arm.label[span], masks)
    probability = expit(logit)

    parts = [rank.fits[name].parts(arm, span) for name in ("select", "fit")]
    heads = [(sum(own), *own) for own in parts]
    known = {
        name: mask & np.isfinite(arm.targets[span, :, 1])
        for name, mask in masks.items()
    }
    raw, rank_strength = adapt("squared", *heads, arm.targets[span, :, 1], {**known, "forward": masks["forward"]})
    predicted = masks["validation"] | masks["forward"]
    score = arm.exposures.residuals(np.where(allowed, raw, np.nan), cohort.start)

    counts = masks["fit"].sum(axis=0)
    base_rate = np.where(masks["fit"], arm.label[span], 0).sum(axis=0) / np.maximum(1, counts)
    past = arm.label[: cohort.end - horizon][arm.complete[: cohort.end - horizon]]
    permuted_probability = permuted_score = None
    if real:
        other = priors["permuted"]
        permuted_logit = other.parts(other.fits["fit"], features, relative)[0]
        permuted_probability = np.where(masks["forward"], expit(permuted_logit), np.nan).astype(np.float32)
        without = fit_rank(arm, cohort, task, rank)
        raw = sum(without.fits["fit"].parts(arm, span))
        permuted_score = arm.exposures.residuals(np.where(masks["forward"], raw, np.nan), cohort.start)
    return Taught(
        probability=np.where(predicted, probability, np.nan).astype(np.float32),
        score=np.where(predicted, score, np.nan).astype(np.float32),
        base_rate=base_rate.astype(np.float32),
        pooled_rate=float(np.nanmean(past)),
        logits=prior.logits,
        scores=rank.scores,
        permuted_probability=permuted_probability,
        permuted_score=permuted_score,
        strengths={"probability": strength, "score": rank_strength},
        importance=importance(prior, features, relative, early[0], arm.label[span], masks["validation"], arm),
        drift=drift(features, masks["fit"], masks["forward"]),
        trials=prior.trials + rank.trials,
        models={"scale": prior.fits["fit"].scale, "relative": prior.fits["fit"].relative, "rank": rank.fits["fit"].weights},
    )  # fmt: skip


def adapt(kind, early, late, target, masks):
    """Outputs of all windows at once. A head is its prior's output and the values of its directions [dates x symbols].

    The weakest departure whose validation loss is within a standard error of the best one's is taken.
    """
    parts = [np.stack([np.ones_like(head[0]), *head[1:]], axis=-1) for head in (early, late)]
    width = parts[0].shape[-1]
    candidates = [(0, np.inf)] + [(1, one) for one in SHRINKAGES[kind]] + [(width, one) for one in SHRINKAGES[kind]]

    def sums(head, directions, mask):
        output = head[0]
        wanted = np.where(mask, target, 0)
        if kind == "logistic":
            p = expit(output)
            residual, information = wanted - p, p * (1 - p)
        else:
            residual, information = (wanted - output) / RANK_VARIANCE, np.full_like(output, 1 / RANK_VARIANCE)
        # Neighbouring targets share most of their life: together they are as many as do not.
        residual, information = (np.where(mask, one, 0) / OVERLAP for one in (residual, information))
        by_symbol = directions.transpose(1, 0, 2)
        gram = by_symbol.transpose(0, 2, 1) @ (information.T[:, :, None] * by_symbol)
        return gram, (by_symbol.transpose(0, 2, 1) @ residual.T[:, :, None])[:, :, 0]

    def coefficients(gram, right, directions, shrinkage):
        out = np.zeros(right.shape)
        if directions:
            own = gram[:, :directions, :directions] + shrinkage * np.eye(directions)
            out[:, :directions] = np.linalg.solve(own, right[:, :directions, None])[:, :, 0]
        return out

    select, fit = sums(early, parts[0], masks["select"]), sums(late, parts[1], masks["fit"])
    tested = masks["validation"]
    tries = [coefficients(*select, *one) for one in candidates]
    outputs = [early[0] + np.einsum("tsd,sd->ts", parts[0], one) for one in tries]
    wanted = np.where(tested, target, 0)
    losses = np.stack(
        [
            np.where(tested, np.logaddexp(0, z) - wanted * z if kind == "logistic" else np.square(wanted - z), 0)
            for z in outputs
        ]
    )
    count = np.maximum(1, tested.sum(axis=0))
    means = losses.sum(axis=1) / count
    best = np.argmin(means, axis=0)
    worse = losses - np.take_along_axis(losses, best[None, None, :], axis=0)
    mean = worse.sum(axis=1) / count
    variance = np.maximum(0, np.square(worse).sum(axis=1) / count - mean**2)
    chosen = np.argmax(mean <= np.sqrt(variance * OVERLAP / count), axis=0)
    symbols = np.arange(len(chosen))
    final = np.stack([coefficients(*fit, *one) for one in candidates])[chosen, symbols]
    after = late[0] + np.einsum("tsd,sd->ts", parts[1], final)
    before = np.stack(outputs)[chosen, :, symbols].T
    strength = np.array([0 if np.isinf(one) else 1 / one for _, one in candidates])[chosen]
    return np.where(masks["validation"], before, after), strength


def importance(prior, features, relative, logit, label, mask, arm):
    """Rise of the log-loss of each window's validation rows when a feature is shuffled among them; mean over windows."""
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows) == 0:
        return np.zeros(features.shape[2])
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_IMPORTANCE_ROWS)).astype(int))]
    own, within, mask, label = features[rows], relative[rows], mask[rows], label[rows]
    fit = prior.fits["select"]
    order = np.random.default_rng(5).permutation(len(rows))
    # What is unknown of another row that a shuffle brings counts as the mean.
    scaled = np.nan_to_num(np.clip((own - prior.centre) / prior.spread, -CLIP, CLIP))
    compared = np.nan_to_num(np.clip(within / prior.relative_spread, -CLIP, CLIP))
    width, units = scaled.shape[-1], prior.units
    inside = scaled @ units[:-1] + units[-1]
    straight, bent = fit.scale[:width], fit.scale[width:-1]
    base = np.tanh(inside) @ bent
    names = [at for at, name in enumerate(arm.feature_names) if not name.startswith("market_")]
    known = np.where(mask, label, 0)

    def loss(z):
        return (np.where(mask, np.logaddexp(0, z) - known * z, 0).sum(axis=0) / np.maximum(1, mask.sum(axis=0)))[
            mask.any(axis=0)
        ].mean()

    unshuffled = loss(logit[rows])
    out = np.zeros(width)
    for at in range(width):
        move = scaled[order, :, at] - scaled[:, :, at]
        moved = np.tanh(inside + move[:, :, None] * units[at]) @ bent - base + move * straight[at]
        z = logit[rows] + fit.slope * moved
        if at in names:
            column = names.index(at)
            z = z + fit.relative[column] * (compared[order, :, column] - compared[:, :, column])
        out[at] = loss(z) - unshuffled
    return out


def drift(features, fitted, forward, bins=10):
    """Population stability index and Kolmogorov-Smirnov distance of each feature, from the fitted to the forward rows."""
    before, after = features[fitted], features[forward]
    out = np.zeros((features.shape[2], 2))
    if len(before) == 0 or len(after) == 0:
        return out
    for at in range(features.shape[2]):
        ordered = np.sort(before[:, at])
        edges = ordered[np.arange(1, bins) * len(ordered) // bins]
        expected, found = (
            np.maximum(1e-4, np.bincount(np.searchsorted(edges, one[:, at]), minlength=bins) / len(one))
            for one in (before, after)
        )
        other = np.sort(after[:, at])
        places = np.searchsorted(ordered, other, side="right") / len(ordered)
        distance = np.abs(places - np.arange(1, len(other) + 1) / len(other)).max()
        out[at] = np.sum((found - expected) * np.log(found / expected)), distance
    return out
