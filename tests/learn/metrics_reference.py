"""Computes the expected values of metrics_test.cpp from the definitions, with numpy."""

import numpy as np


def fields(*shape):
    i = np.arange(np.prod(shape), dtype=float)
    truth = np.sin(0.37 * i) + 0.2 * np.cos(1.7 * i) + 0.1 * (i % 7)
    prediction = truth + 0.05 * np.sin(0.9 * i + 0.3) + 0.01 * (i % 5)
    return prediction.reshape(shape), truth.reshape(shape)


def boundary(d):
    """Mean square over the sides; [sample, frame, channel, x(, y)]."""
    if d.ndim == 4:
        return (d[..., 0]**2 + d[..., -1]**2) / 2
    sides = (d[..., 0, :], d[..., -1, :], d[..., :, 0], d[..., :, -1])
    return sum((s**2).sum(-1) for s in sides) / (2 * d.shape[-1] + 2 * d.shape[-2])


def spectrum(p, y, length):
    if p.ndim == 4:
        square = np.abs(np.fft.rfft(p) - np.fft.rfft(y))**2
    else:
        transform = np.abs(np.fft.fftn(p, axes=(3, 4)) - np.fft.fftn(y, axes=(3, 4)))**2
        nx, ny = p.shape[3:]
        square = np.zeros(p.shape[:3] + (min(nx // 2, ny // 2),))
        for i in range(nx // 2):
            for j in range(ny // 2):
                k = int(np.hypot(i, j))
                if k < square.shape[-1]:
                    square[..., k] += transform[..., i, j]
    return np.sqrt(square.mean(0)) / np.prod(p.shape[3:]) * np.prod(length)


def metrics(p, y, length):
    space = tuple(range(3, p.ndim))
    d, samples = p - y, len(p)
    square = (d**2).mean(space)
    flat = y.reshape(*y.shape[:3], -1)
    energy = spectrum(p, y, length)
    return {
        "relative_l2": np.mean(np.sqrt((d**2).reshape(samples, -1).sum(1)
                                       / (y**2).reshape(samples, -1).sum(1))),
        "rmse": np.sqrt(square).mean(),
        "nrmse": np.sqrt(square / (y**2).mean(space)).mean(),
        "vrmse": np.sqrt(square / (flat.var(-1, ddof=1) + 1e-7)).mean(),
        "crmse": np.sqrt((d.sum(space)**2).mean(0)).mean() / flat.shape[-1],
        "brmse": np.sqrt(boundary(d)).mean(),
        "frmse_low": energy[..., :4].mean(),
        "frmse_mid": energy[..., 4:12].mean(),
        "frmse_high": energy[..., 12:].mean(),
        "max": np.abs(d).max(axis=(0, *space)).mean(),
    }


for shape, length in (((3, 2, 2, 33), (1.5,)), ((2, 1, 1, 30, 26), (2.0, 0.5))):
    print(shape)
    for name, value in metrics(*fields(*shape), length).items():
        print(f"    {name} {value:.15e}")
