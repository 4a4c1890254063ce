"""The files as such: names, headers, the same bytes again, other numbers for another seed, any date, any size."""

import hashlib
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clients.demo_extract.branch import advisors_for, write_branch
from clients.demo_extract.manifest import read_manifest
from tests.clients.demo_extract.conftest import AS_OF
from tests.clients.demo_extract.reading import lines, read

# formats.md §1: required columns, then optional ones.
HEADERS = {
    "员工": "工号 姓名 岗位 执业资格 执业编号 执业到期日 入职日期 离职日期 状态 手机号码",
    "客户资料": "客户号 客户姓名 资金账号 性别 出生日期 证件类型 证件号码 证件到期日 手机号码 电子邮箱 联系地址 职业 学历"
    " 开户日期 客户状态 风险等级 风险测评日期 风险测评有效期 投资者类别 佣金率 融资融券 期权 创业板 科创板 北交所"
    " 服务人员工号 开发人员工号",
    "资产": "客户号 日期 总资产 股票市值 基金市值 理财市值 资金余额 融资负债 融券负债 维持担保比例",
    "成交": "客户号 成交日期 证券代码 买卖方向 成交金额 成交时间 市场 证券名称 成交数量 成交价格 佣金 净佣金 成交编号",
    "资金流水": "客户号 日期 业务类型 金额 流水号",
    "产品订单": "客户号 日期 产品代码 交易类型 金额 产品名称 产品类型 产品风险等级 手续费 到期日 订单号",
    "持仓": "客户号 日期 证券代码 市值 市场 证券名称 数量 成本价",
    "新股额度": "客户号 日期 市场 额度 股东账号",
    "产品目录": "产品代码 产品名称 产品风险等级 产品类型 期限 起购金额 到期日 在售",
}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("dataset", HEADERS)
def test_headers_are_those_of_the_format(clean: Path, dataset: str) -> None:
    assert set(read(clean, dataset)[0]) == set(HEADERS[dataset].split())


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_branch(tmp_path / name, as_of=AS_OF, clients=120, seed=3)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_is_another_branch(tmp_path: Path) -> None:
    clients, staff = [], []
    for seed in (1, 2):
        write_branch(tmp_path / str(seed), as_of=AS_OF, clients=120, seed=seed, clean=True)
        clients.append({row["客户号"] for row in read(tmp_path / str(seed), "客户资料")})
        staff.append({row["工号"] for row in read(tmp_path / str(seed), "员工")})
    assert len(clients[0] | clients[1]) == 240
    assert not staff[0] & staff[1]


def test_leading_zeros_occur(tmp_path: Path) -> None:
    write_branch(tmp_path, as_of=AS_OF, clients=10, seed=2, clean=True)
    assert all(row["客户号"].startswith("00") and len(row["客户号"]) == 12 for row in read(tmp_path, "客户资料"))


@pytest.mark.parametrize("as_of", [date(2027, 3, 5), date(2026, 12, 31), date(2026, 10, 4), date(2028, 2, 29)])
def test_any_day_will_do(tmp_path: Path, as_of: date) -> None:
    """Past the library's last year weekdays serve; a holiday ends at the session before it."""
    write_branch(tmp_path, as_of=as_of, clients=60, clean=True)
    dates = [row["成交日期"] for row in read(tmp_path, "成交")]
    assert max(dates) <= as_of.strftime("%Y%m%d")
    assert max(row["日期"] for row in read(tmp_path, "资产")) >= date.fromordinal(as_of.toordinal() - 11).strftime(
        "%Y%m%d"
    )
    assert (tmp_path / f"客户资料_{as_of:%Y%m%d}.csv").exists()


@pytest.mark.parametrize("clients", [1, 2, 50])
def test_tiny_branches_work(tmp_path: Path, clients: int) -> None:
    manifest = write_branch(tmp_path, as_of=AS_OF, clients=clients, clean=True)
    assert manifest.datasets["clients"].rows == clients == len(read(tmp_path, "客户资料"))


def test_several_chunks_keep_numbers_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.demo_extract.numbers.CHUNK", 100)
    write_branch(tmp_path, as_of=AS_OF, clients=250, clean=True)
    for dataset, key in (("客户资料", "客户号"), ("成交", "成交编号"), ("产品订单", "订单号")):
        keys = [row[key] for row in read(tmp_path, dataset)]
        assert len(keys) == len(set(keys)) > 0


def test_trades_can_be_asked_for(tmp_path: Path) -> None:
    manifest = write_branch(tmp_path, as_of=AS_OF, clients=500, trades=20_000, clean=True)
    assert 14_000 < manifest.datasets["trades"].rows < 26_000


def test_another_branch_in_the_same_folder_replaces_the_first(tmp_path: Path) -> None:
    write_branch(tmp_path, as_of=AS_OF, clients=20)
    (tmp_path / "notes.txt").write_text("kept")
    manifest = write_branch(tmp_path, as_of=date(2027, 1, 8), clients=20, file_format="csv")
    files = {tally.file for tally in manifest.datasets.values()}
    assert {path.name for path in tmp_path.iterdir()} == files | {"manifest.json", "notes.txt"}


def test_a_folder_with_somebody_elses_manifest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}')
    with pytest.raises(ValueError, match="does not describe a demo branch"):
        write_branch(tmp_path, as_of=AS_OF, clients=20)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_it_needs_no_framework() -> None:
    """The demo, the benchmarks and the command use it without a database; importing it must not set one up."""
    script = "import sys, clients.demo_extract.branch, clients.demo_extract.interviews, clients.demo_extract.contests"
    done = subprocess.run(
        [sys.executable, "-c", f"{script}; print('django' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "False"


def test_the_command_writes_and_says_what(tmp_path: Path) -> None:
    out = StringIO()
    call_command("make_demo_extract", str(tmp_path), clients=20, as_of=AS_OF, stdout=out)
    assert "客户资料_20261124.csv: 23 rows, 2 of them to be rejected" in out.getvalue()
    with pytest.raises(CommandError, match="clients must lie between"):
        call_command("make_demo_extract", str(tmp_path), clients=0)


def test_plain_csv_on_request(tmp_path: Path) -> None:
    write_branch(tmp_path, as_of=AS_OF, clients=30, file_format="csv", clean=True)
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".json"}
    assert len(read(tmp_path, "员工")) == advisors_for(30) + 6


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"clients": 0}, "clients"),
        ({"seed": -1}, "seed"),
        ({"months": 1}, "months"),
        ({"advisors": 0}, "advisors"),
        ({"as_of": date(1999, 1, 1)}, "as_of"),
    ],
)
def test_arguments_out_of_range_are_named(tmp_path: Path, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        write_branch(tmp_path, **{"as_of": AS_OF, **wrong})


def test_snapshots_are_month_ends_and_the_last_thirty_sessions(clean: Path) -> None:
    dates = sorted({row["日期"] for row in read(clean, "资产")})
    assert dates[0] == "20250829"
    assert dates[-1] == "20261124"
    assert len(dates) == 14 + 30
    assert "20260227" in dates  # the last session of that month, not its last day


def test_manifest_counts_what_the_files_hold(dirty: Path) -> None:
    manifest = read_manifest(dirty)
    headers = {
        "clients": "客户资料",
        "assets": "资产",
        "trades": "成交",
        "cash_flows": "资金流水",
        "product_orders": "产品订单",
    }
    for key, dataset in headers.items():
        tally = manifest.datasets[key]
        assert len(lines(dirty, dataset)) == 1 + tally.rows + tally.noise_lines, dataset
        assert tally.rejected == sum(tally.reasons.values()) > 0
        assert tally.rejected < 0.01 * tally.rows + 10


def test_dirt_leaves_the_branch_underneath_whole(clean: Path, dirty: Path) -> None:
    """Rejecting the spoiled rows and folding the repeated ones must give back the clean branch."""
    before, after = read_manifest(clean).datasets, read_manifest(dirty).datasets
    for key, tally in after.items():
        assert tally.rows - tally.rejected - tally.repeated == before[key].rows, key


def test_traps_of_real_extracts_are_there(dirty: Path) -> None:
    flows = lines(dirty, "资金流水")
    assert flows[0] == "资金流水查询"
    assert flows[-1].startswith("合计")
    orders = lines(dirty, "产品订单")
    assert orders.count(orders[0]) == 2
    trades = "\n".join(lines(dirty, "成交"))
    assert ',="' in trades
    assert "年" in trades
    assert "########" in trades
