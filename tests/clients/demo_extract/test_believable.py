"""Does it look like a branch: tails, temperaments, families, papers, colleagues."""

from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean, median

import pytest

from clients.demo_extract.identity import CREDIT_ALPHABET, CREDIT_WEIGHTS, ID_WEIGHTS
from tests.clients.demo_extract.conftest import AS_OF
from tests.clients.demo_extract.reading import Rows, fen, read


@pytest.fixture(scope="module")
def clients(clean: Path) -> Rows:
    return read(clean, "客户资料")


@pytest.fixture(scope="module")
def worth(clean: Path) -> dict[str, float]:
    return {row["客户号"]: fen(row["总资产"]) / 100 for row in read(clean, "资产") if row["日期"] == "20261124"}


def test_wealth_has_a_heavy_tail(worth: dict[str, float]) -> None:
    sums = sorted(worth.values(), reverse=True)
    share = [sum(value < limit for value in sums) / len(sums) for limit in (1e5, 5e5, 1e6, 5e6)]
    assert share == pytest.approx([0.60, 0.82, 0.93, 0.985], abs=0.035)
    assert sum(sums[: len(sums) // 5]) > 0.8 * sum(sums)


def test_trading_is_concentrated_and_many_do_not_trade(clean: Path, clients: Rows) -> None:
    trades = Counter(row["客户号"] for row in read(clean, "成交"))
    counts = sorted((trades[row["客户号"]] for row in clients), reverse=True)
    assert 0.2 < sum(count == 0 for count in counts) / len(counts) < 0.5
    assert 8 < mean(counts) < 25
    assert sum(counts[: len(counts) // 10]) > 0.5 * sum(counts)
    dormant = {row["客户号"] for row in clients if row["客户状态"] == "休眠"}
    assert dormant
    assert not dormant & set(trades)


def test_some_leave_and_some_bring_money_at_the_end(clean: Path, worth: dict[str, float], clients: Rows) -> None:
    recent: defaultdict[str, int] = defaultdict(int)
    for row in read(clean, "资金流水"):
        if row["日期"] >= "2026/11/03" and row["业务类型"] in ("银行转存", "银行转取"):
            recent[row["客户号"]] += fen(row["金额"]) * (1 if row["业务类型"] == "银行转存" else -1)
    assert sum(moved < -10_000_000 for moved in recent.values()) >= 3
    assert sum(moved > 10_000_000 for moved in recent.values()) >= 3
    closed = {row["客户号"] for row in clients if row["客户状态"] == "销户"}
    assert closed
    assert not closed & set(worth)


def test_id_numbers_pass_their_check_and_agree_with_birth_and_sex(clients: Rows) -> None:
    persons = [row for row in clients if row["证件类型"] == "身份证"]
    for row in persons:
        number = row["证件号码"]
        assert number[6:14] == row["出生日期"].replace("-", "")
        assert "10X98765432"[sum(int(d) * w for d, w in zip(number, ID_WEIGHTS.tolist())) % 11] == number[17]
        assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")
    assert len({row["证件号码"] for row in persons}) == len(persons)


def test_companies_have_credit_codes_and_no_birthday(clients: Rows) -> None:
    companies = [row for row in clients if row["证件类型"] == "营业执照"]
    assert companies
    for row in companies:
        values = [CREDIT_ALPHABET.index(char) for char in row["证件号码"]]
        assert sum(v * w for v, w in zip(values, [*CREDIT_WEIGHTS.tolist(), 1])) % 31 == 0
        assert row["出生日期"] == row["性别"] == ""


def test_families_share_address_and_name(clients: Rows) -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for row in clients:
        homes[row["联系地址"]].append(row["客户姓名"][0])
    families = [names for names in homes.values() if len(names) > 1]
    assert 0.1 < sum(map(len, families)) / len(clients) < 0.3
    assert any(len(set(names)) < len(names) for names in families)


def test_nobody_opened_as_a_child(clients: Rows) -> None:
    for row in clients:
        if row["出生日期"]:
            assert int(row["开户日期"][:4]) - int(row["出生日期"][:4]) >= 17
            assert row["开户日期"] <= AS_OF.isoformat()


def test_phones_are_mostly_plain_and_sometimes_not(clients: Rows) -> None:
    plain = sum(len(row["手机号码"]) == 11 and row["手机号码"].isdigit() for row in clients)
    assert 0.85 < plain / len(clients) < 0.95
    assert any("-" in row["手机号码"] for row in clients)
    assert any(not row["手机号码"] for row in clients)


def test_assessments_run_out_for_some(clients: Rows) -> None:
    until = [row["风险测评有效期"] for row in clients]
    assert 0.05 < sum("" < day < AS_OF.isoformat() for day in until) / len(until) < 0.4
    assert {row["风险等级"] for row in clients} == {"", "C1-最低", "C1", "C2", "C3", "C4", "C5"}


def test_books_are_uneven_and_some_clients_are_nobodys(clean: Path, clients: Rows) -> None:
    books = Counter(row["服务人员工号"] for row in clients)
    unserved = books.pop("")
    assert 0.08 < unserved / len(clients) < 0.25
    assert max(books.values()) > 2.5 * median(books.values())
    left = [row["工号"] for row in read(clean, "员工") if row["状态"] == "离职"]
    assert any(books[number] for number in left)


def test_the_staff_has_every_role_and_licences_about_to_end(clean: Path) -> None:
    staff = read(clean, "员工")
    posts = Counter(row["岗位"] for row in staff)
    assert set(posts) == {"营业部总经理", "市场总监", "总监助理", "柜员", "合规", "投资顾问", "客户经理"}
    assert {row["执业资格"] for row in staff} >= {"证券经纪人", "一般证券业务", "证券投资顾问"}
    assert any(row["执业到期日"] < AS_OF.isoformat() for row in staff if row["执业到期日"])
    assert {row["状态"] for row in staff} == {"在职", "离职", "休假"}
