"""Runs a program and writes the peak of its resident memory, in bytes, into FOLDER/peak-RANK:

    peak_memory.py FOLDER PROGRAM ARGUMENTS...
"""

import os
import resource
import subprocess
import sys

status = subprocess.call(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
with open(os.path.join(sys.argv[1], "peak-" + os.environ["OMPI_COMM_WORLD_RANK"]), "w") as file:
    file.write(str(peak))
sys.exit(status)
