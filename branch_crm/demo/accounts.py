"""The people of the demo: one account per role in the first branch, and a director of the second."""

from dataclasses import dataclass

from django.db import transaction

from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.services.create_branch import create_branch

BRANCHES = (("6101", "西安高新路营业部"), ("6102", "咸阳人民路营业部"))


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    role: Role
    branch: str | None


PEOPLE = (
    Person("director", "陈岚", Role.DIRECTOR, "6101"),
    Person("assistant", "周敏", Role.ASSISTANT, "6101"),
    Person("advisor", "李文", Role.ADVISOR, "6101"),
    Person("counter", "孙丽", Role.COUNTER, "6101"),
    Person("manager", "赵强", Role.MANAGER, "6101"),
    Person("compliance", "吴越", Role.COMPLIANCE, "6101"),
    Person("admin", "郑宇", Role.ADMIN, None),
    Person("director2", "冯涛", Role.DIRECTOR, "6102"),
)


@transaction.atomic
def ensure_accounts(*, password: str) -> None:
    """Open the branches and the accounts, and set the accounts' password. Safe to run at every start."""
    branches: dict[str, Branch] = {code: create_branch(code=code, name=name)[0] for code, name in BRANCHES}
    for person in PEOPLE:
        staff, _ = Staff.objects.get_or_create(
            username=person.username,
            defaults={
                "name": person.name,
                "role": person.role,
                "branch": branches[person.branch] if person.branch else None,
                "is_staff": person.role == Role.ADMIN,
            },
        )
        if not staff.check_password(password):
            staff.set_password(password)
            staff.save()
