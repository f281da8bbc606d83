"""The sections of the report about a training: losses, predictions, errors, metrics and cost."""

from . import plots_training
from .html import element, join, section, table
from .style import number
from .training_folder import metric

METRICS = {
    "relative_l2": "relative L2",
    "rmse": "RMSE",
    "nrmse": "nRMSE",
    "vrmse": "VRMSE",
    "crmse": "cRMSE (of the mean)",
    "brmse": "bRMSE (at the boundary)",
    "frmse_low": "fRMSE, low wavenumbers",
    "frmse_mid": "fRMSE, middle wavenumbers",
    "frmse_high": "fRMSE, high wavenumbers",
    "max": "largest error",
}
EXTRA = {"rollout": "fed with its own predictions",
         "legacy_pdebench": "as PDEBench's program averages"}


def training_sections(training):
    """(anchor, title, markup) of every section there is data for."""
    made = [("losses", "Training", plots_training.loss_curves(training.losses)),
            ("metrics", "Metrics on the test set", _metrics(training.evaluation)),
            ("predictions", "Predicted against true", _predictions(training)),
            ("errors", "Distribution of the error", _errors(training)),
            ("rollout", "Fed with its own predictions", _rollout(training.evaluation)),
            ("cost", "Honest cost", _cost(training.evaluation))]
    return [(anchor, title, section(anchor, title, content))
            for anchor, title, content in made if content]


def _metrics(evaluation):
    extra = {title: evaluation[key] for key, title in EXTRA.items()
             if isinstance(evaluation.get(key), dict)}
    rows = []
    for name, words in METRICS.items():
        found = metric(evaluation, name)
        if found:
            value, low, high = found
            interval = "–" if low is None or high is None else f"{number(low)} – {number(high)}"
            rows.append([words, number(value, 4), interval,
                         *(number(values.get(name), 4) for values in extra.values())])
    if not rows:
        return None
    return join(
        table(["metric", "value", "95 % interval", *extra], rows,
              f"Over {evaluation.get('samples', 'the')} test samples; intervals by bootstrap."),
        element("p", "Formulas as in PDEBench (RMSE, nRMSE, cRMSE, bRMSE, fRMSE), The Well (VRMSE) "
                     "and the FNO paper (relative L2)."))


def _predictions(training):
    if training.predictions is None or not len(training.predictions.samples):
        return None
    return plots_training.predictions(training.predictions)


def _errors(training):
    errors = training.sample_errors()
    return plots_training.error_distribution(errors) if len(errors) > 1 else None


def _rollout(evaluation):
    steps = evaluation.get("rollout_steps") or {}
    times, errors = steps.get("time") or [], steps.get("relative_l2") or []
    if len(times) < 2 or len(times) != len(errors) or None in errors:
        return None
    return plots_training.rollout_errors(times, errors)


def _cost(evaluation):
    """What the same answer costs with the surrogate and with the solver it learnt from."""
    cost = evaluation.get("cost") or {}
    surrogate, solver = cost.get("surrogate") or {}, cost.get("solver") or {}
    if not surrogate.get("seconds_single"):
        return None
    tiles = [_tile(duration(surrogate["seconds_single"]), "one prediction of the surrogate")]
    if surrogate.get("seconds_batched"):
        tiles.append(_tile(duration(surrogate["seconds_batched"]),
                           f"a prediction, in batches of {surrogate.get('batch')}"))
    if not solver.get("seconds"):
        return element("div", *tiles, class_="tiles")
    tiles.append(_tile(duration(solver["seconds"]), "the solver, to the same error"))
    ratio = solver["seconds"] / surrogate["seconds_single"]
    verdict = f"{number(max(ratio, 1 / ratio), 2)} times {'faster' if ratio >= 1 else 'slower'}"
    return join(element("div", *tiles, class_="tiles"), element(
        "p", "To reach the surrogate's error (relative L2 "
        f"{number(surrogate.get('relative_l2'))}), Parapet's own solver needs "
        f"{number(solver.get('points'))} points along each axis and steps of "
        f"{number(solver.get('time_step'))} ({solver.get('method', '')}; relative L2 "
        f"{number(solver.get('relative_l2'))} over {number(solver.get('members'))} members). "
        "One at a time on one core, the surrogate is ", element("strong", verdict),
        " than that solver."))


def _tile(value, words):
    return element("div", element("b", value), element("span", words), class_="tile")


def duration(seconds):
    """Seconds in the unit people would use."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds * 1e9)} ns"
