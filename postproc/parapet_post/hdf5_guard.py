"""Reads HDF5 files that may be damaged or foreign.

Files are opened read-only and without locks, so that a run that is still writing is never held
up. Only what Parapet itself writes is followed: hard links, numbers, plain or deflated storage.
Soft and external links, external or virtual storage, object types and unknown filters are refused
before a byte of data is read.
"""

import os

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
os.environ.setdefault("HDF5_PLUGIN_PRELOAD", "::")

import h5py  # noqa: E402  (the two settings above are read when the library starts)
import numpy as np  # noqa: E402

from .failure import INPUT_OUTPUT, UNUSABLE_FILE, Failure  # noqa: E402

KNOWN_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}


def open_file(path):
    """The HDF5 file at `path`, read-only."""
    if not os.path.isfile(path):
        raise Failure(INPUT_OUTPUT, f"{path}: no such file")
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise Failure(UNUSABLE_FILE, f"{path}: not a readable HDF5 file ({error})") from None


def _where(parent, path):
    return f"{parent.file.filename}: {parent.name.rstrip('/')}/{path}"


def find(parent, path):
    """The object at `path` below `parent`, or None; every step must be a hard link."""
    for step in path.strip("/").split("/"):
        try:
            link = parent.get(step, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise Failure(UNUSABLE_FILE, f"{_where(parent, step)}: soft and external links "
                                             "are not followed")
            parent = parent[step]
        except (OSError, RuntimeError, KeyError) as error:
            raise Failure(UNUSABLE_FILE, f"{_where(parent, step)}: damaged ({error})") from None
    return parent


def numbers(parent, path):
    """The dataset of numbers at `path`, unread, or None if there is none."""
    dataset = find(parent, path)
    if dataset is None:
        return None
    if not isinstance(dataset, h5py.Dataset):
        raise Failure(UNUSABLE_FILE, f"{_where(parent, path)}: a dataset is expected")
    try:
        kind = dataset.dtype.kind
        layout = dataset.id.get_create_plist()
        filters = {layout.get_filter(i)[0] for i in range(layout.get_nfilters())}
        outside = dataset.external is not None or dataset.is_virtual
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise Failure(UNUSABLE_FILE, f"{_where(parent, path)}: damaged ({error})") from None
    if kind not in "fiub":
        raise Failure(UNUSABLE_FILE, f"{_where(parent, path)}: holds {dataset.dtype}, not numbers")
    if outside or not filters <= KNOWN_FILTERS:
        raise Failure(UNUSABLE_FILE, f"{_where(parent, path)}: storage outside the file or an "
                                     "unknown filter")
    _refuse_impossible_size(dataset, layout)
    return dataset


def _refuse_impossible_size(dataset, layout):
    """Contiguous data larger than the file would only be found out while reading it."""
    if layout.get_layout() != h5py.h5d.CONTIGUOUS:
        return
    wanted = int(np.prod([int(n) for n in dataset.shape], dtype=object)) * dataset.dtype.itemsize
    if wanted > os.path.getsize(dataset.file.filename):
        raise Failure(UNUSABLE_FILE, f"{dataset.file.filename}: {dataset.name} is said to hold "
                                     f"{wanted} bytes, more than the file has: truncated")


def read(parent, path, selection=()):
    """The numbers at `path` (or a part of them) as an array, or None if there are none."""
    dataset = numbers(parent, path)
    if dataset is None:
        return None
    try:
        return np.asarray(dataset[selection])
    except (OSError, RuntimeError, ValueError) as error:
        raise Failure(UNUSABLE_FILE, f"{_where(parent, path)}: cannot be read ({error})") from None


def attribute(item, name, default=None):
    """An attribute as plain Python: a number, a text, or a list of them; `default` if absent."""
    try:
        value = item.attrs[name]
    except KeyError:
        return default
    except (OSError, RuntimeError, TypeError) as error:
        raise Failure(UNUSABLE_FILE, f"{item.file.filename}: attribute {item.name}@{name} is "
                                     f"damaged ({error})") from None
    return _plain(value, default)


def _plain(value, default):
    if isinstance(value, h5py.Empty):
        return default
    if isinstance(value, np.ndarray):
        return [_plain(entry, default) for entry in value.tolist()]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.item() if isinstance(value, np.generic) else value
