"""Reads a branch's files back the plain way, without the product's importer."""

import csv
from pathlib import Path

import openpyxl
from dbfread import DBF

ENCODINGS = {"资产": "utf-8-sig", "产品订单": "utf-8-sig", "员工": "utf-8-sig"}
Rows = list[dict[str, str]]


def read(folder: Path, dataset: str) -> Rows:
    """The rows of one dataset by header; only for clean branches, where the first line is the header."""
    (path,) = folder.glob(f"{dataset}_*")
    if path.suffix == ".xlsx":
        header, *body = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(header, (cell or "" for cell in row), strict=True)) for row in body]
    if path.suffix == ".dbf":
        return [dict(record) for record in DBF(path, encoding="gb18030")]
    with path.open(encoding=ENCODINGS.get(dataset, "gb18030"), newline="") as file:
        return list(csv.DictReader(file))


def lines(folder: Path, dataset: str) -> list[str]:
    """The raw lines of one CSV file."""
    (path,) = folder.glob(f"{dataset}_*.csv")
    return path.read_text(encoding=ENCODINGS.get(dataset, "gb18030")).splitlines()


def fen(text: str) -> int:
    """A money cell of a clean file in fen."""
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents)
