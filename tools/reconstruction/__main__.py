"""python -m tools.reconstruction --boundaries DOSSIER --out inputs: the sample's tables, written again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.reconstruction import coverage, gazetteer, write


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.reconstruction", description=__doc__)
    parser.add_argument(
        "--boundaries", type=Path, default=Path("../shared/boundaries"), help="dossier des limites"
    )
    parser.add_argument("--out", type=Path, default=Path("inputs"), help="dossier à écrire")
    options = parser.parse_args(arguments)
    try:
        communes = gazetteer.load(options.boundaries)
    except OSError as error:
        print(f"Limites introuvables : {error}\nIndiquer leur dossier avec --boundaries", file=sys.stderr)
        return 2
    contents = write.files(communes, coverage.monitored(communes))
    write.save(contents, options.out)
    for name, data in contents.items():
        print(f"{options.out / name}  {len(data)} octets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
