"""Why a file or a whole extract cannot be read: a code and its particulars; the words are the services' business."""

from __future__ import annotations


class ExtractProblem(Exception):
    """`code` names the reason; `params` fill its words. Never holds a cell's content."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class FileProblem(ExtractProblem):
    """One file cannot be read; the others go on."""
