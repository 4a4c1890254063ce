import pytest

from clients.domain.pinyin import initials, readings


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("曾伟", "zeng wei"), ("单雄信", "shan xiong xin"), ("解晓东", "xie xiao dong"), ("仇和", "qiu he"),
        ("查良镛", "zha liang yong"), ("区志军", "ou zhi jun"), ("朴树", "piao shu"), ("盖叫天", "ge jiao tian"),
        ("翟天", "zhai tian"), ("覃辉", "qin hui"), ("召平", "shao ping"), ("任强", "ren qiang"), ("万方", "wan fang"),
        ("乐嘉", "yue jia"), ("繁星", "po xing"), ("缪昌文", "miao chang wen"), ("都敏", "du min"), ("冼星海", "xian xing hai"),
        ("欧阳锋", "ou yang feng"), ("尉迟恭", "yu chi gong"), ("万俟卨", "mo qi xie"), ("长孙无忌", "zhang sun wu ji"),
        ("单于", "chan yu"), ("澹台明", "tan tai ming"), ("令狐冲", "ling hu chong"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name, reading):
    assert readings(name)[0] == reading


def test_people_who_type_the_dictionary_reading_find_the_name_too():
    assert readings("曾伟") == ["zeng wei", "ceng wei"]
    assert readings("张伟") == ["zhang wei"]


def test_companies_are_read_without_a_surname():
    assert readings("单县农商行股份有限公司")[0].startswith("dan xian")


def test_latin_letters_stay():
    assert readings("Tom李") == ["tom li"]
    assert initials("tom li") == "tl"


def test_a_name_without_letters_has_no_reading():
    assert readings("···") == []
