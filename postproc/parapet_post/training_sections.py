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


def training_sections(training):
    """(anchor, title, markup) of every section there is data for."""
    made = [("losses", "Training", plots_training.loss_curves(training.losses)),
            ("metrics", "Metrics on the test set", _metrics(training.evaluation)),
            ("predictions", "Predicted against true", _predictions(training)),
            ("errors", "Distribution of the error", _errors(training)),
            ("cost", "Honest cost", _cost(training.evaluation))]
    return [(anchor, title, section(anchor, title, content))
            for anchor, title, content in made if content]


def _metrics(evaluation):
    rows = []
    for name, words in METRICS.items():
        found = metric(evaluation, name)
        if found:
            value, low, high = found
            interval = "–" if low is None or high is None else f"{number(low)} – {number(high)}"
            rows.append([words, number(value, 4), interval])
    if not rows:
        return None
    return table(["metric", "value", "95 % interval"], rows,
                 "Formulas as in PDEBench and The Well; intervals by bootstrap over test samples.")


def _predictions(training):
    if training.predictions is None or not len(training.predictions.samples):
        return None
    return plots_training.predictions(training.predictions)


def _errors(training):
    errors = training.sample_errors()
    return plots_training.error_distribution(errors) if len(errors) > 1 else None


def _cost(evaluation):
    return None
