"""A small cast of named staff, one per role, that every test uses.

Branch 6101 is home; branch 6102 is where the strangers are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from advisors.models import Advisor, Licence, Position
from branch_crm.core.models import Branch, Role, Staff

PASSWORD = "a-long-test-password"


@dataclass(frozen=True)
class Cast:
    home: Branch
    away: Branch
    director: Staff
    assistant: Staff
    advisor: Staff  # 李文, holds a book
    colleague: Staff  # 王芳, another advisor of the same branch
    counter: Staff
    manager: Staff
    compliance: Staff
    admin: Staff
    stranger: Staff  # director of the other branch
    advisor_profile: Advisor
    colleague_profile: Advisor
    stranger_profile: Advisor

    NAMES: ClassVar = (
        "director",
        "assistant",
        "advisor",
        "colleague",
        "counter",
        "manager",
        "compliance",
        "admin",
        "stranger",
    )

    @property
    def staff(self) -> dict[str, Staff]:
        return {name: getattr(self, name) for name in self.NAMES}


def account(username: str, *, name: str, role: Role, branch: Branch | None, staff_no: str = "") -> Staff:
    return Staff.objects.create_user(
        username=username, password=PASSWORD, name=name, role=role, branch=branch, staff_no=staff_no
    )


def profile(branch: Branch, staff_no: str, name: str, account: Staff | None = None) -> Advisor:
    return Advisor.objects.create(
        branch=branch,
        staff_no=staff_no,
        name=name,
        position=Position.INVESTMENT_ADVISER,
        licence=Licence.ADVISER,
        licence_no=f"S{staff_no}",
        account=account,
    )


def make_cast() -> Cast:
    home = Branch.objects.create(code="6101", name="西安高新路营业部")
    away = Branch.objects.create(code="6102", name="咸阳人民路营业部")
    advisor = account("advisor", name="李文", role=Role.ADVISOR, branch=home, staff_no="A001")
    colleague = account("colleague", name="王芳", role=Role.ADVISOR, branch=home, staff_no="A002")
    return Cast(
        home=home,
        away=away,
        director=account("director", name="陈岚", role=Role.DIRECTOR, branch=home, staff_no="D001"),
        assistant=account("assistant", name="周敏", role=Role.ASSISTANT, branch=home, staff_no="D002"),
        advisor=advisor,
        colleague=colleague,
        counter=account("counter", name="孙丽", role=Role.COUNTER, branch=home, staff_no="C001"),
        manager=account("manager", name="赵强", role=Role.MANAGER, branch=home, staff_no="M001"),
        compliance=account("compliance", name="吴越", role=Role.COMPLIANCE, branch=home, staff_no="K001"),
        admin=account("admin", name="郑宇", role=Role.ADMIN, branch=None),
        stranger=account("stranger", name="冯涛", role=Role.DIRECTOR, branch=away, staff_no="D001"),
        advisor_profile=profile(home, "A001", "李文", advisor),
        colleague_profile=profile(home, "A002", "王芳", colleague),
        stranger_profile=profile(away, "A001", "褚明"),
    )
