"""The picture of the calibration: what each threshold would accept, right and wrong."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import replacing
from pipeline.places.request import Bar
from tools.calibration.bars import SCORES, TOLERATED, Scored, outcome
from tools.calibration.trials import LABELS


def draw(rows: dict[str, list[Scored]], used: dict[str, Bar], target: Path) -> None:
    """One panel a scope: share accepted right, and share accepted wrong where the commune is missing."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(rows), figsize=(11, 3.6), sharey=True, layout="constrained")
    for panel, (scope, scored) in zip(panels, rows.items(), strict=True):
        results = [outcome(scored, Bar(float(score), used[scope].margin)) for score in SCORES]
        right = [100 * r.right / r.trials for r in results]
        wrong = [100 * r.wrong_if_missing / r.missing_trials for r in results]
        panel.plot(SCORES, right, color="#1f4e79", label="acceptés justes")
        panel.plot(SCORES, wrong, color="#b03a2e", linestyle="--", label="commune absente : acceptés faux")
        panel.axvline(used[scope].score, color="#555555", linewidth=0.8)
        panel.text(used[scope].score, 52, f" seuil {used[scope].score:g}".replace(".", ","), fontsize=8)
        panel.set_title(LABELS[scope], fontsize=10)
        panel.set_xlabel("score exigé (0 à 100)", fontsize=9)
        panel.grid(color="#dddddd", linewidth=0.5)
        panel.tick_params(labelsize=8)
    panels[0].set_ylabel("% des noms", fontsize=9)
    panels[0].legend(fontsize=8, loc="center left")
    tolerated = f"{100 * TOLERATED:g}".replace(".", ",")
    figure.suptitle(f"Calibrage des noms de communes (toléré, commune absente : {tolerated} %)", fontsize=11)
    with replacing(target) as temporary:
        figure.savefig(temporary, dpi=110, metadata={"Software": None})
    plt.close(figure)
