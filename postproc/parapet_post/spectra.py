"""Energy spectra of fields on periodic grids."""

import numpy as np

LARGEST_FRAME = 2**26  # points; a larger frame is not transformed for a picture


def shell_spectrum(components, lengths):
    """Energy per shell of the fields u_c on one periodic grid with sides `lengths`: entry s is
    ½ Σ_c Σ |û_c(k)|² over the modes with s − ½ ≤ |k|/k₁ < s + ½, where k₁ = 2π / longest side and
    û(0) is the mean. Their sum is half the mean square. Shells beyond the largest that lies wholly
    inside the grid are left out."""
    shape = components[0].shape
    ratio = np.max(lengths) / np.asarray(lengths, float)  # k₁ of an axis over the smallest k₁
    wavenumbers = [r * np.fft.fftfreq(n, 1.0 / n) for n, r in zip(shape[:-1], ratio)]
    wavenumbers.append(ratio[-1] * np.fft.rfftfreq(shape[-1], 1.0 / shape[-1]))
    squares = sum(k**2 for k in np.meshgrid(*wavenumbers, indexing="ij", sparse=True))
    shells = np.floor(np.sqrt(squares) + 0.5).astype(np.int64)
    pairs = np.full(shape[-1] // 2 + 1, 2.0)  # modes k and −k, of which one is stored
    pairs[0] = 1.0
    if shape[-1] % 2 == 0:
        pairs[-1] = 1.0
    energy = np.zeros(int(shells.max()) + 1)
    for u in components:
        modes = np.fft.rfftn(u) / u.size
        energy += np.bincount(shells.ravel(), (0.5 * pairs * np.abs(modes)**2).ravel(),
                              minlength=len(energy))
    whole = [int(r * (n // 2)) for n, r in zip(shape, ratio) if n > 1]
    return energy[:min(whole, default=0) + 1]
