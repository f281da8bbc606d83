"""Opens HDF5 files for reading, as a user's notebook does, and holds them until it is killed.

    hold_open.py FILES...
"""

import signal
import sys

import h5py

files = [h5py.File(name, "r") for name in sys.argv[1:]]
print("holding %d files" % len(files), flush=True)
signal.pause()
