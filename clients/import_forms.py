"""Forms of the import pages: shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Branch, Staff
from clients.domain.extract.bundle import SUFFIXES
from clients.domain.extract.datasets import BY_CODE, DATASETS
from clients.services.receive_upload import MOST_BYTES

ACCEPTED = sorted({*SUFFIXES, ".zip"})


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, at least one."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = (data if isinstance(data, (list, tuple)) else [data]) or [None]
        return [super(FilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)
    files = FilesField(
        label=_("Files of the extract"),
        help_text=_("One ZIP, or the files themselves: CSV, XLSX, XLS or DBF, named after their dataset."),
        widget=ManyFiles(attrs={"accept": ",".join(ACCEPTED)}),
    )

    def __init__(self, *args: Any, user: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.branch_id is not None:
            del self.fields["branch"]
        else:
            self.fields["branch"].queryset = Branch.objects.visible_to(user).filter(is_active=True)

    def clean_files(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["files"]
        if sum(file.size or 0 for file in files) > MOST_BYTES:
            raise forms.ValidationError(
                _("Together the files are larger than %(size)s MB. Put them into the drop folder instead.")
                % {"size": MOST_BYTES >> 20}
            )
        for file in files:
            suffix = "." + (file.name or "").rpartition(".")[2].casefold()
            if suffix not in ACCEPTED:
                raise forms.ValidationError(_("%(name)s is of a kind that is not read.") % {"name": file.name})
            if suffix == ".zip" and len(files) > 1:
                raise forms.ValidationError(_("Choose one ZIP, or the files themselves, not both."))
        return files

    @property
    def chosen_branch(self) -> Branch:
        branch: Branch = self.user.branch or self.cleaned_data["branch"]
        return branch


def fields_by_dataset() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (dataset.title, [(f"{dataset.code}:{column.field}", column.title) for column in dataset.columns])
        for dataset in DATASETS
    ]


class MappingForm(forms.Form):
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)
    header = forms.CharField(label=_("Header in the file"), max_length=60)
    target = forms.ChoiceField(label=_("Is read as"), choices=fields_by_dataset)

    def __init__(self, *args: Any, user: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.branch_id is not None:
            del self.fields["branch"]
        else:
            self.fields["branch"].queryset = Branch.objects.visible_to(user)

    @property
    def chosen_branch(self) -> Branch:
        branch: Branch = self.user.branch or self.cleaned_data["branch"]
        return branch

    @property
    def dataset_and_field(self) -> tuple[str, str]:
        dataset, _colon, name = self.cleaned_data["target"].partition(":")
        return BY_CODE[dataset].code, name
