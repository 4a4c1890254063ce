"""What the search box finds a client by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.domain.names import query_tokens, search_tokens

ZENG_WEI = {
    "name": "曾伟",
    "readings": ["zeng wei", "ceng wei"],
    "initials": "zw",
    "client_no": "610100012345",
    "fund_accounts": ["88001234", "A7700999"],
    "phone_tail": "5678",
}


def finds(query: str) -> bool:
    tokens = query_tokens(query)
    return bool(tokens) and set(tokens) <= set(search_tokens(**ZENG_WEI))


@pytest.mark.parametrize(
    "query",
    [
        "曾伟",
        "曾",
        "伟",
        "zeng",
        "zengwei",
        "zeng wei",
        "cengw",
        "wei",
        "zw",
        "ZW",
        "ｚｗ",
        "610100012345",
        "6101",
        "12345",
        "88001234",
        "a7700",
        "5678",
        "曾 5678",
        "zw 2345",
    ],
)
def test_found_by(query: str) -> None:
    assert finds(query)


@pytest.mark.parametrize("query", ["", "  ", "张伟", "伟曾", "eng", "zx", "888777", "5679", "曾 1111", "zengweix"])
def test_not_found_by(query: str) -> None:
    assert not finds(query)


def test_long_company_names_stay_small() -> None:
    tokens = search_tokens(
        name="西安高新技术产业开发区某某信息科技股份有限公司", readings=["xi an gao xin ji shu chan ye " * 3]
    )
    assert len(tokens) < 180


@given(st.text(max_size=60))
def test_any_query_is_answered(query: str) -> None:
    assert query_tokens(query) == sorted(set(query_tokens(query)))


@given(st.text(alphabet="张伟王芳李娜秀英ab1 ", min_size=1, max_size=12))
def test_a_client_is_found_by_any_piece_of_the_name(name: str) -> None:
    tokens = set(search_tokens(name=name))
    letters = name.replace(" ", "")
    chinese = "".join(c for c in letters if ord(c) > 255)
    if chinese and chinese in letters:
        assert set(query_tokens(chinese)) <= tokens
