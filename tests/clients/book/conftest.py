"""A small book: five clients of branch 6101, one stranger's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from branch_crm.core.models import Branch
from branch_crm.core.sealing import blind, seal
from clients.domain.names import search_tokens
from clients.models import Client, ClientFigures
from tests.cast import Cast, make_cast

PHONE = "13812345678"
ID_NO = "610113198001012345"


def add_client(branch: Branch, number: str, name: str, reading: str, **fields: object) -> Client:
    initials = "".join(syllable[0] for syllable in reading.split())
    return Client.objects.create(
        branch=branch,
        client_no=number,
        name=name,
        name_pinyin=reading,
        name_initials=initials,
        fund_accounts=[f"88{number}"],
        search_tokens=search_tokens(
            name=name,
            readings=[reading],
            initials=initials,
            client_no=number,
            fund_accounts=[f"88{number}"],
            phone_tail=PHONE[-4:],
        ),
        phone_sealed=seal(PHONE),
        phone_blind=blind(PHONE),
        phone_masked="138****5678",
        id_sealed=seal(ID_NO),
        id_blind=blind(ID_NO),
        id_tail=ID_NO[-4:],
        **fields,
    )


def set_figures(client: Client, **figures: object) -> None:
    ClientFigures.objects.filter(client=client).update(**figures)


@dataclass(frozen=True)
class Book:
    cast: Cast
    zhang: Client  # 张伟 of 李文's book, diamond
    zeng: Client  # 曾伟 of 李文's book, gold
    wang: Client  # 王秀英 of 王芳's book
    newcomer: Client  # 丁一, without advisor, trade or figures
    foreign: Client  # of branch 6102


@pytest.fixture
def book(db: None) -> Book:
    cast = make_cast()
    mine, theirs = cast.advisor_profile, cast.colleague_profile
    zhang = add_client(cast.home, "10001", "张伟", "zhang wei", advisor=mine, opened_on=date(2015, 3, 2))
    zeng = add_client(cast.home, "10002", "曾伟", "zeng wei", advisor=mine, opened_on=date(2020, 7, 1))
    wang = add_client(cast.home, "10003", "王秀英", "wang xiu ying", advisor=theirs, risk_level="C2")
    newcomer = add_client(cast.home, "10004", "丁一", "ding yi")
    foreign = add_client(cast.away, "10001", "张伟", "zhang wei", advisor=cast.stranger_profile)
    set_figures(
        zhang,
        value=92.5,
        rank=1,
        tier=5,
        value_type="asset",
        is_core=True,
        total_assets=Decimal("8500000.00"),
        commission_12m=Decimal("12000.00"),
        last_trade_on=date(2026, 11, 2),
        persona="AA",
        confidence=0.8,
        offsystem_low=Decimal("1200000"),
    )
    set_figures(zeng, value=60.0, rank=3, tier=3, value_type="commission", total_assets=Decimal("300000"), persona="")
    set_figures(wang, value=60.0, rank=2, tier=3, value_type="product", total_assets=Decimal("-5.00"), persona="PP")
    return Book(cast, zhang, zeng, wang, newcomer, foreign)
