"""The picture of the calibration: what each threshold would accept, right and wrong."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import replacing
from pipeline.places.place import Bar
from tools.calibration.bars import SCORES, TOLERATED, Scored, outcome
from tools.calibration.trials import LABELS

RIGHT, WRONG = "#1f4e79", "#b03a2e"


def draw(rows: dict[str, list[Scored]], used: dict[str, Bar], target: Path) -> None:
    """One column a scope: share accepted right above, share accepted wrong where the commune is missing below."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(
        2, len(rows), figsize=(10, 5), sharex=True, sharey="row", layout="constrained", height_ratios=(3, 2)
    )
    for (upper, lower), (scope, scored) in zip(panels.T, rows.items(), strict=True):
        results = [outcome(scored, Bar(float(score), used[scope].margin)) for score in SCORES]
        upper.plot(SCORES, [100 * r.right / r.trials for r in results], color=RIGHT)
        lower.plot(SCORES, [100 * r.wrong_if_missing / r.missing_trials for r in results], color=WRONG)
        lower.axhline(100 * TOLERATED, color=WRONG, linewidth=0.8, linestyle=":")
        for panel in (upper, lower):
            panel.axvline(used[scope].score, color="#555555", linewidth=0.8)
            panel.grid(color="#dddddd", linewidth=0.5)
            panel.tick_params(labelsize=8)
        upper.text(used[scope].score, 86.5, f" seuil {used[scope].score:g}".replace(".", ","), fontsize=8)
        upper.set_title(LABELS[scope], fontsize=10)
        lower.set_xlabel("score exigé (0 à 100)", fontsize=9)
    panels[0, 0].set_ylim(86, 100.5)
    panels[1, 0].set_ylim(-0.2, 8)
    panels[0, 0].set_ylabel("acceptés justes, % des noms", fontsize=9, color=RIGHT)
    panels[1, 0].set_ylabel("commune absente :\nacceptés faux, %", fontsize=9, color=WRONG)
    tolerated = f"{100 * TOLERATED:g}".replace(".", ",")
    note = f"toléré : {tolerated} %"
    panels[1, 0].text(SCORES[-1], 100 * TOLERATED + 0.2, note, fontsize=8, color=WRONG, ha="right")
    figure.suptitle("Calibrage des noms de communes sur la liste de mise au point", fontsize=11)
    with replacing(target) as temporary:
        figure.savefig(temporary, dpi=110, metadata={"Software": None})
    plt.close(figure)
