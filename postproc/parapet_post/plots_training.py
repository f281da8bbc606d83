"""Pictures of a training: losses, predictions beside the truth, how errors are distributed."""

import numpy as np

from .plots_series import histogram
from .style import ERROR, field_colors, number, picture


CURVES = {"loss": "training loss", "validation": "validation error"}


def loss_curves(losses):
    """Training loss and validation error against the epoch, the learning rate below."""
    curves = {name: words for name, words in CURVES.items()
              if name in losses and np.isfinite(losses[name]).any()}
    if not curves or "epoch" not in losses:
        return None
    across = "epoch" if len(set(losses["epoch"])) == len(losses["epoch"]) else "step"
    has_rate = "learning_rate" in losses

    def draw(figure, theme):
        panels = figure.subplots(2 if has_rate else 1, 1, sharex=True, squeeze=False,
                                 height_ratios=[3, 1] if has_rate else None)[:, 0]
        for name, words in curves.items():
            there = np.isfinite(losses[name])
            panels[0].semilogy(losses[across][there], losses[name][there], label=words,
                               marker="o" if there.sum() < 40 else None, markersize=3)
        panels[0].set_ylabel("relative L2")
        panels[0].legend()
        if has_rate:
            panels[1].plot(losses[across], losses["learning_rate"], color=theme.soft)
            panels[1].set_ylabel("learning rate")
        panels[-1].set_xlabel(across)

    last = ", ".join(f"{words} {number(losses[name][np.isfinite(losses[name])][-1])}"
                     for name, words in curves.items())
    if "seconds" in losses:
        last += f", after {number(losses['seconds'][-1])} s"
    return picture(draw, (9.6, 4.2), f"Loss curves on a logarithmic axis; at the end: {last}.",
                   f"At the end: {last}.")


def chosen_samples(errors):
    """Indices of the samples with the smallest, the median and the largest error."""
    order = np.argsort(errors)
    return [("best", int(order[0])), ("median", int(order[len(order) // 2])),
            ("worst", int(order[-1]))]


def predictions(found):
    """Truth, prediction and error of the best, median and worst sample."""
    dimensions = found.targets.ndim - 3
    return (_lines if dimensions == 1 else _maps)(found)


def _last(values, sample, channel=0):
    """The last frame of a sample's channel; of a 3-D field the plane z = middle."""
    field = values[sample, -1, channel]
    return field[..., field.shape[-1] // 2] if field.ndim == 3 else field


def _lines(found):
    """Per sample, one below the other: the input, the truth with the prediction, the error."""
    chosen = chosen_samples(found.errors)
    name = found.fields[0] if found.fields else "u"
    has_input = found.inputs is not None and found.inputs.shape == found.targets.shape

    def draw(figure, theme):
        grid = figure.subplots(3 if has_input else 2, 3, sharex=True, squeeze=False,
                               height_ratios=[1, 2, 1] if has_input else [2, 1])
        for (*above, middle, below), (word, i) in zip(grid.T, chosen):
            truth, guess = _last(found.targets, i), _last(found.predictions, i)
            x = np.arange(len(truth)) / len(truth)
            for panel in above:
                panel.plot(x, _last(found.inputs, i), color=theme.soft, linewidth=1.2)
            middle.plot(x, truth, color=theme.colors[0], linewidth=3, alpha=0.6, label="true")
            middle.plot(x, guess, color=theme.colors[1], linewidth=1.3, linestyle="--",
                        label="predicted")
            below.fill_between(x, guess - truth, color=theme.colors[2], alpha=0.8, linewidth=0)
            below.set_xlabel("x / length")
        for panel, (word, i) in zip(grid[0], chosen):
            panel.set_title(f"{word}: sample {found.samples[i]}, {number(100 * found.errors[i])} %",
                            pad=14)
        for panel, label in zip(grid[:, 0], (["input"] if has_input else []) + [name, "error"]):
            panel.set_ylabel(label)
        grid[-2][0].legend()

    return picture(draw, (9.6, 5.6 if has_input else 4.4),
                   "Predicted and true " + name + " for " + _words(found, chosen),
                   f"Input, predicted and true {name}, and the error (predicted minus true).")


def _words(found, chosen):
    return ", ".join(f"the {word} sample (relative L2 {number(found.errors[i])})"
                     for word, i in chosen) + "."


def _maps(found):
    chosen = chosen_samples(found.errors)
    name = found.fields[0] if found.fields else "u"

    def draw(figure, theme):
        grid = figure.subplots(3, 3, sharex=True, sharey=True)
        for panels, (word, i) in zip(grid, chosen):
            truth, guess = _last(found.targets, i), _last(found.predictions, i)
            colors = field_colors(truth, guess)
            for panel, values in zip(panels, (truth, guess)):
                mesh = _map(panel, values, **colors)
            figure.colorbar(mesh, ax=list(panels[:2]), pad=0.01, aspect=18, label=name)
            error = _map(panels[2], np.abs(guess - truth), cmap=ERROR, vmin=0)
            figure.colorbar(error, ax=panels[2], pad=0.02, aspect=18)
            panels[0].set_ylabel(f"{word}: sample {found.samples[i]}\n"
                                 f"{number(100 * found.errors[i])} %")
        for panel, title in zip(grid[0], ("true", "predicted", "|predicted − true|")):
            panel.set_title(title)

    return picture(draw, (9.6, 8.2), f"Maps of true and predicted {name} and the error for "
                   + _words(found, chosen), f"True, predicted and absolute error of {name}; each "
                   "error map has its own scale.")


def _map(panel, values, **colors):
    panel.grid(False)
    panel.set(xticks=[], yticks=[])
    return panel.imshow(values.T, **colors)


def error_distribution(errors):
    """Histogram and sorted curve of the relative L2 errors of all test samples."""
    def draw(figure, theme):
        left, right = figure.subplots(1, 2)
        histogram(left, errors, theme)
        left.set(xlabel="relative L2 error", ylabel="samples")
        right.plot(np.sort(errors), np.linspace(0, 100, len(errors)), drawstyle="steps-post")
        right.set(xlabel="relative L2 error", ylabel="samples with at most this error, %",
                  ylim=(0, 101))
        if errors.min() > 0 and errors.max() > 20 * errors.min():
            right.set_xscale("log")

    return picture(draw, (9.6, 3.1), f"Distribution of the relative L2 error over {len(errors)} "
                   f"test samples: median {number(np.median(errors))}, largest "
                   f"{number(errors.max())}.",
                   f"Relative L2 error of {len(errors)} test samples: median "
                   f"{number(np.median(errors))} (line), 95 % below "
                   f"{number(np.percentile(errors, 95))}, largest {number(errors.max())}.")


def rollout_errors(times, errors):
    """The error of a step model against time, as it is fed with its own predictions."""
    def draw(figure, theme):
        panel = figure.subplots()
        panel.semilogy(times, errors, marker="o" if len(times) < 40 else None, markersize=3)
        panel.set(xlabel="time", ylabel="relative L2")

    words = (f"{number(errors[0])} after the first step, {number(errors[-1])} after the last "
             f"({len(times)} steps)")
    return picture(draw, (9.6, 3.1), f"Error of the rollout against time: {words}.",
                   f"Relative L2 error over all test samples: {words}.")
