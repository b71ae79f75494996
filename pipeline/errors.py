"""What the officer reads when something is wrong: always three parts, in French."""

from __future__ import annotations


class PipelineError(Exception):
    """A failure that the officer can mend.

    problem: what is wrong (file, row, value). consequence: what it means for the maps.
    fix: how to mend it, with the values that would be right. All three in French, without a full stop
    at the end being required; none may be empty.
    """

    def __init__(self, problem: str, consequence: str, fix: str) -> None:
        if not (problem.strip() and consequence.strip() and fix.strip()):
            raise ValueError("a PipelineError needs its problem, its consequence and its fix")
        self.problem = problem
        self.consequence = consequence
        self.fix = fix
        super().__init__(self.as_text())

    def as_text(self) -> str:
        """The three parts, one a line, as they are printed on the terminal."""
        return f"PROBLÈME     {self.problem}\nCONSÉQUENCE  {self.consequence}\nREMÈDE       {self.fix}"


class InputError(PipelineError):
    """One of the officer's tables cannot be used as a whole."""


class BoundaryError(PipelineError):
    """Boundaries are missing, damaged, or fail a check of their quality."""


class DisclosureError(PipelineError):
    """An output would show what its audience may not see."""
