"""Small extract files for the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from branch_crm.core.models import Branch
from clients.models import ImportDataset
from clients.services.import_extract import Report, load_extract

CLIENTS = [
    ["客户号", "客户姓名", "手机号码", "证件号码", "资金账号", "风险等级", "服务人员工号"],
    ["000001", "曾伟", "13812345678", "610103198001011234", "61010001", "C3", "A001"],
    ["000002", "欧阳锋", "", "", "", "", ""],
    ["000003", "西安长安商贸有限公司", "02988001122", "", "61010003", "C5", "A002"],
]
TRADES = [
    ["客户号", "成交日期", "证券代码", "买卖方向", "成交金额", "佣金", "净佣金", "成交编号"],
    ["000001", "20260105", "600519", "买入", "169000.00", "42.25", "30.00", "T1"],
    ["000001", "20260203", "600519", "卖出", "172000.00", "43.00", "31.00", "T2"],
    ["000002", "20260105", "000001", "买入", "1100.00", "5.00", "4.00", "T3"],
]


def text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(rows, delimiter).encode(encoding))
    return path


def load(branch: Branch, path: Path, **options: object) -> Report:
    return load_extract(branch=branch, path=path, actor=None, source="command", **options)  # type: ignore[arg-type]


def counts(row: ImportDataset) -> tuple[int, int, int, int, int]:
    """read, added, changed, unchanged, rejected"""
    return row.read, row.added, row.changed, row.unchanged, row.rejected


def by_dataset(report: Report) -> dict[str, tuple[int, int, int, int, int]]:
    return {row.dataset: counts(row) for row in report.datasets}


def rejects(row: ImportDataset) -> list[list[str]]:
    with Path(row.reject_path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
