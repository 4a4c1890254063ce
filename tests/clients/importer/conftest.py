from pathlib import Path

import pytest

from branch_crm.core.models import Branch


@pytest.fixture
def branch(db: None) -> Branch:
    return Branch.objects.create(code="6101", name="西安高新路营业部")


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
