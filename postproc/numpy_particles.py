#!/usr/bin/env python3
"""Measures how fast NumPy steps Kuramoto's oscillators, beside which Parapet's figure stands.

    numpy_particles.py [--particles N] [--processes P] [--piece M] [--steps S] [--trials T]

Each process has its share of the oscillators and goes through them in pieces of M, which by default
stay in its cache, with one sine and one cosine a step (--piece N: in whole arrays); sums are exchanged through shared memory. Prints one
JSON object: with and without noise the particle-steps a second of the best trial, and the order
parameter r at the end. Exit status: 0 done, 1 bad arguments.
"""

import argparse
import json
import math
import multiprocessing
import sys
import time

try:
    import numpy as np
except ModuleNotFoundError:
    sys.exit(f"numpy_particles.py: {sys.executable} lacks numpy (on Debian: /usr/bin/python3)")

COUPLING, NOISE, STEP = 1.0, 0.1, 0.01


class Oscillators:
    """A process's share: phases, frequencies, and sines and cosines of the phases."""

    def __init__(self, begin, end):
        at = np.arange(begin, end) % 1000 / 1000.0
        self.theta, self.omega = 6.0 * at, at - 0.5
        self.sine, self.cosine = np.sin(self.theta), np.cos(self.theta)
        self.random = np.random.Generator(np.random.SFC64(begin))

    def sums(self):
        return self.sine.sum(), self.cosine.sum()

    def step(self, mean, is_noisy, piece):
        """dtheta = (omega + K r sin(psi - theta)) dt + sigma dW by Euler and Maruyama."""
        scratch, noise = np.empty(piece), np.empty(piece)
        sums = np.zeros(2)
        for begin in range(0, len(self.theta), piece):
            few = slice(begin, begin + piece)
            theta, sine, cosine = self.theta[few], self.sine[few], self.cosine[few]
            drift, xi = scratch[:len(theta)], noise[:len(theta)]
            np.multiply(cosine, COUPLING * mean[0], out=drift)
            sine *= COUPLING * mean[1]
            drift -= sine
            drift += self.omega[few]
            drift *= STEP
            theta += drift
            if is_noisy:
                self.random.standard_normal(out=xi)
                xi *= NOISE * math.sqrt(STEP)
                theta += xi
            np.sin(theta, out=sine)
            np.cos(theta, out=cosine)
            sums += sine.sum(), cosine.sum()
        return sums


def work(process, arguments, shared, barrier, results):
    """One process of those that step together; the first tells the results."""
    size, count = arguments.processes, arguments.particles
    own = Oscillators(count * process // size, count * (process + 1) // size)
    shares = np.frombuffer(shared, dtype=float).reshape(2, size, 2)
    report, turn = {"particles": count, "processes": size}, 0
    shares[0, process] = own.sums()
    for is_noisy in (False, True):
        best = math.inf
        for _ in range(arguments.trials):
            barrier.wait()
            start = time.perf_counter()
            for _ in range(arguments.steps):
                mean = shares[turn].sum(axis=0) / count
                turn = 1 - turn
                shares[turn, process] = own.step(mean, is_noisy, arguments.piece)
                barrier.wait()
            best = min(best, time.perf_counter() - start)
        report["with_noise" if is_noisy else "without_noise"] = {
            "particle_steps_per_s": count * arguments.steps / best,
            "order": float(np.hypot(*shares[turn].sum(axis=0)) / count)}
    if process == 0:
        results.put(report)


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n")


def main():
    parser = Arguments(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--particles", type=positive, default=10_000_000)
    parser.add_argument("--processes", type=positive, default=2)
    parser.add_argument("--piece", type=positive, default=8192, help="8192: the second cache")
    parser.add_argument("--steps", type=positive, default=3)
    parser.add_argument("--trials", type=positive, default=3)
    arguments = parser.parse_args()
    context = multiprocessing.get_context("fork")
    shared = context.RawArray("d", 4 * arguments.processes)
    barrier, results = context.Barrier(arguments.processes), context.Queue()
    workers = [context.Process(target=work, args=(n, arguments, shared, barrier, results))
               for n in range(arguments.processes)]
    for worker in workers:
        worker.start()
    print(json.dumps(results.get()))
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
