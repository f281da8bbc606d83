"""Runs the sample writer into a new folder, then a check of what it wrote.

usage: with_samples.py MPIEXEC RANKS WRITER -- COMMAND... (the folder is added as its last argument)
"""

import subprocess
import sys
import tempfile

mpiexec, ranks, writer = sys.argv[1:4]
command = sys.argv[sys.argv.index("--") + 1 :]
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([mpiexec, "-n", ranks, writer, folder], check=True)
    sys.exit(subprocess.run(command + [folder]).returncode)
