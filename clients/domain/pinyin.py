"""How a Chinese name is read: surnames by their own table, given names by the commonest reading of each character."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, pinyin

#: Surnames read otherwise than the dictionary's first reading of the character.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "翟": "zhai",
    "覃": "qin", "召": "shao", "折": "she", "乐": "yue", "卜": "bu", "秘": "bi", "黑": "he", "种": "chong", "重": "chong",
    "繁": "po", "缪": "miao", "宓": "fu", "员": "yun", "洗": "xian", "祭": "zhai", "隗": "wei", "都": "du", "乜": "nie",
    "郇": "xun", "牟": "mu", "么": "yao", "薄": "bo", "角": "jue", "句": "gou", "阚": "kan", "贠": "yun", "蕃": "bo",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "欧阳": "ou yang", "司马": "si ma", "上官": "shang guan", "诸葛": "zhu ge", "尉迟": "yu chi", "万俟": "mo qi",
    "长孙": "zhang sun", "单于": "chan yu", "令狐": "ling hu", "澹台": "tan tai", "皇甫": "huang fu", "公孙": "gong sun",
    "慕容": "mu rong", "宇文": "yu wen", "夏侯": "xia hou", "东方": "dong fang", "司徒": "si tu", "司空": "si kong",
    "南宫": "nan gong", "西门": "xi men", "端木": "duan mu", "轩辕": "xuan yuan", "呼延": "hu yan", "赫连": "he lian",
    "独孤": "du gu", "百里": "bai li", "闻人": "wen ren", "钟离": "zhong li", "申屠": "shen tu", "濮阳": "pu yang",
    "宗政": "zong zheng", "太史": "tai shi", "鲜于": "xian yu", "闾丘": "lv qiu", "第五": "di wu", "拓跋": "tuo ba",
}  # fmt: skip
#: People are called by names, companies by anything: longer ones are not read with a surname.
PERSON_LETTERS = 4


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return (
        pinyin(character, style=Style.NORMAL, errors="ignore", v_to_u=False)[0][0]
        if "\u3400" <= character <= "\u9fff"
        else ""
    )


def _plain(text: str) -> list[str]:
    """Syllables of Chinese characters; runs of Latin letters and digits stay one syllable."""
    syllables: list[str] = []
    run = ""
    for character in text:
        if character.isascii() and character.isalnum():
            run += character.casefold()
            continue
        if run:
            syllables.append(run)
            run = ""
        if syllable := _syllable(character):
            syllables.append(syllable)
    return [*syllables, run] if run else syllables


def readings(name: str) -> list[str]:
    """Every way the name is looked for, the right one first; syllables separated by spaces.

    A surname with a reading of its own is listed with the dictionary's reading too: people type both.
    """
    by_dictionary = " ".join(_plain(name))
    if len(name) > PERSON_LETTERS:
        return [by_dictionary] if by_dictionary else []
    proper = by_dictionary
    if name[:2] in COMPOUND_SURNAMES:
        proper = " ".join([COMPOUND_SURNAMES[name[:2]], *_plain(name[2:])])
    elif name[:1] in SURNAMES:
        proper = " ".join([SURNAMES[name[:1]], *_plain(name[1:])])
    return [reading for reading in dict.fromkeys((proper, by_dictionary)) if reading]


def initials(reading: str) -> str:
    return "".join(syllable[0] for syllable in reading.split())
