"""Clients: personal data is sealed before it leaves this process, and only where it changed; names become searchable."""

from __future__ import annotations

from dataclasses import dataclass

from branch_crm.core.models import Branch
from branch_crm.core.sealing import blind, seal
from clients.domain import pinyin
from clients.domain.extract.cleaning import Clean
from clients.domain.extract.words import INSTITUTION_PAPERS, PROFESSIONAL
from clients.domain.names import search_tokens
from clients.domain.phones import masked_phone, plain_phone
from clients.models import Client

CONTACTS = ("id_no", "phone", "email", "address")
PINYIN_LETTERS, INITIAL_LETTERS = 240, 60


@dataclass(frozen=True)
class Known:
    """What the table says of a client, as far as it decides what must be sealed or spelled out again."""

    name: str
    fund_accounts: tuple[str, ...]
    phone_tail: str
    contact_digest: str


class ClientShaper:
    """Turns clean columns into the columns of the client table."""

    def __init__(self, branch: Branch, fields: set[str]) -> None:
        self.fields = fields
        rows = Client.objects.filter(branch=branch).values_list(
            "client_no", "name", "fund_accounts", "phone_masked", "contact_digest"
        )
        self.known = {
            number: Known(name, tuple(accounts), masked[-4:], digest)
            for number, name, accounts, masked, digest in rows.iterator(chunk_size=10_000)
        }

    def columns(self) -> list[str]:
        sealed = {
            "id_no": ["id_sealed", "id_blind", "id_tail"],
            "phone": ["phone_sealed", "phone_blind", "phone_masked"],
            "email": ["email_sealed"],
            "address": ["address_sealed"],
        }
        plain = [name for name in sorted(self.fields) if name not in sealed]
        hidden = [column for name in CONTACTS if name in self.fields for column in sealed[name]]
        return [*plain, *hidden, *(["contact_digest"] if hidden else []), *self._derived()]

    def _derived(self) -> list[str]:
        return [
            *(["is_institution"] if "id_kind" in self.fields else []),
            "name_pinyin",
            "name_initials",
            "search_tokens",
        ]

    def shape(self, clean: Clean) -> None:
        columns = clean.columns
        size = len(clean.row_nos)
        if "id_kind" in columns:
            columns["is_institution"] = [
                "t" if kind.startswith(INSTITUTION_PAPERS) else "f" for kind in columns["id_kind"]
            ]
        if "investor_class" in columns:
            bodies = columns.get("is_institution", ["f"] * size)
            columns["investor_class"] = [
                ("pro_b" if body == "t" else "pro_c") if word == PROFESSIONAL else word
                for word, body in zip(columns["investor_class"], bodies)
            ]
        self._contacts(columns)
        self._names(columns, size)
        if "fund_accounts" in columns:
            columns["fund_accounts"] = ["{" + accounts + "}" for accounts in columns["fund_accounts"]]

    def _contacts(self, columns: dict[str, list[str]]) -> None:
        present = [name for name in CONTACTS if name in columns]
        if not present:
            return
        plain = {name: columns.pop(name) for name in present}
        if "phone" in plain:
            plain["phone"] = [plain_phone(phone) for phone in plain["phone"]]
        digests = [blind("|".join(contact)) if any(contact) else "" for contact in zip(*plain.values())]
        known = self.known
        fresh = [
            number not in known or known[number].contact_digest != digest
            for number, digest in zip(columns["client_no"], digests)
        ]
        columns["contact_digest"] = digests
        for name, sealed in (
            ("id_no", "id_sealed"),
            ("phone", "phone_sealed"),
            ("email", "email_sealed"),
            ("address", "address_sealed"),
        ):
            if name in plain:
                columns[sealed] = [seal(value) if new else "" for value, new in zip(plain[name], fresh)]
        if "id_no" in plain:
            columns["id_blind"] = [blind(number.upper()) for number in plain["id_no"]]
            columns["id_tail"] = [number[-4:] for number in plain["id_no"]]
        if "phone" in plain:
            columns["phone_blind"] = list(map(blind, plain["phone"]))
            columns["phone_masked"] = list(map(masked_phone, plain["phone"]))

    def _names(self, columns: dict[str, list[str]], size: int) -> None:
        accounts = columns.get("fund_accounts")
        masks = columns.get("phone_masked")
        spelled, initials, tokens = [""] * size, [""] * size, [""] * size
        for at, (number, name) in enumerate(zip(columns["client_no"], columns["name"])):
            known = self.known.get(number)
            own = tuple(filter(None, accounts[at].split(","))) if accounts else known.fund_accounts if known else ()
            tail = masks[at][-4:] if masks else known.phone_tail if known else ""
            if known and (known.name, known.fund_accounts, known.phone_tail) == (name, own, tail):
                continue
            readings = pinyin.readings(name)
            first = readings[0] if readings else ""
            letters = pinyin.initials(first)
            spelled[at] = first.replace(" ", "")[:PINYIN_LETTERS]
            initials[at] = letters[:INITIAL_LETTERS]
            found = search_tokens(
                name=name, readings=readings, initials=letters, client_no=number, fund_accounts=own, phone_tail=tail
            )
            tokens[at] = "{" + ",".join(map(_quoted, found)) + "}"
        columns["name_pinyin"], columns["name_initials"], columns["search_tokens"] = spelled, initials, tokens


def _quoted(text: str) -> str:
    return text if text.isalnum() and text != "null" else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
