"""Staff: few rows, so that the present ones are simply read and compared."""

from __future__ import annotations

from datetime import date

from advisors.models import Advisor
from branch_crm.core.models import Branch
from branch_crm.core.sealing import seal, unseal
from clients.domain import pinyin
from clients.domain.extract.cleaning import Clean
from clients.domain.extract.words import GONE
from clients.domain.phones import plain_phone


class StaffShaper:
    """`as_of` stands in for the day of leaving where the file only says that somebody left."""

    def __init__(self, branch: Branch, fields: set[str], as_of: date) -> None:
        self.fields = fields
        self.as_of = as_of
        self._fresh: dict[tuple[str, str], str] = {}
        self.known = {advisor.staff_no: advisor for advisor in Advisor.objects.filter(branch=branch)}

    def columns(self) -> list[str]:
        plain = sorted(self.fields - {"phone", "state", "left"})
        left = ["left"] if {"left", "state"} & self.fields else []
        return [*plain, *left, *(["phone_sealed"] if "phone" in self.fields else []), "name_pinyin"]

    def shape(self, clean: Clean) -> None:
        columns = clean.columns
        numbers = columns["staff_no"]
        states = columns.pop("state", None)
        if states is not None:
            given = columns.get("left") or [""] * len(numbers)
            columns["left"] = [
                day or (self._left(number) if state.startswith(GONE) else "")
                for number, state, day in zip(numbers, states, given)
            ]
        if "phone" in columns:
            phones = map(plain_phone, columns.pop("phone"))
            columns["phone_sealed"] = [self._sealed(number, phone) for number, phone in zip(numbers, phones)]
        columns["name_pinyin"] = ["".join((pinyin.readings(name) or [""])[0].split())[:120] for name in columns["name"]]

    def _left(self, number: str) -> str:
        known = self.known.get(number)
        return (known.left if known and known.left else self.as_of).isoformat()

    def _sealed(self, number: str, phone: str) -> str:
        """Nothing where the sealed number is the same: sealing again would look like a change."""
        known = self.known.get(number)
        if not phone or (known is not None and unseal(known.phone_sealed) == phone):
            return known.phone_sealed if known else ""
        if (number, phone) not in self._fresh:
            self._fresh[number, phone] = seal(phone)
        return self._fresh[number, phone]
