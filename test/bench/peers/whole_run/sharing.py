"""Work on forked processes, and arrays that they hand over as files instead of copies."""

import copyreg
import mmap
import multiprocessing
import os

import numpy as np

# Smaller ones are copied.
LARGE = 1 << 20
_work = None


def in_pool(processes, work, tasks):
    """Results in the order of the tasks; a free process takes the next one.

    The children are forked, so that they read what is in memory, the work included, without a copy. A fresh pool for
    every step, so that they have what the step before returned.
    """
    global _work
    _work = work
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return pool.map(_call, tasks, chunksize=1)


def _call(task):
    return _work(task)


def stored(values, folder, name):
    """The same with large arrays, also those of dictionaries and objects, in files that every process maps."""
    if isinstance(values, np.ndarray):
        if values.nbytes < LARGE or isinstance(values, np.memmap):
            return values
        path = os.path.join(folder, f"{name}.npy")
        np.save(path, values)
        return np.load(path, mmap_mode="r")
    own = values if isinstance(values, dict) else getattr(values, "__dict__", None)
    for key in list(own or ()):
        own[key] = stored(own[key], folder, f"{name}-{key}")
    return values


def _reduce(values):
    if isinstance(values.base, mmap.mmap):
        return np.load, (values.filename, "r")
    return np.array, (np.asarray(values),)


copyreg.pickle(np.memmap, _reduce)
