"""The words for why a file cannot be read (FileProblem); the readers themselves give codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.tabular.problems import FileProblem

FILE_WORDS: dict[str, Promise] = {
    "empty": gettext_lazy("The file is empty."),
    "not_text": gettext_lazy("The file is neither text nor a workbook."),
    "endless_line": gettext_lazy("Row %(row)s does not end; this is no table."),
    "no_header": gettext_lazy("No header row found. It must name: %(columns)s."),
    "missing_columns": gettext_lazy(
        "Required columns are missing: %(columns)s. Headers not recognised: %(unknown)s. Rename or map them."
    ),
    "wrong_extension": gettext_lazy(
        "The content is not what the ending %(suffix)s promises. Save the file again in its true format."
    ),
    "encrypted": gettext_lazy("The file is protected by a password. Save it without one."),
    "macro": gettext_lazy("Workbooks with macros are not accepted. Save it as .xlsx or CSV."),
    "entities": gettext_lazy("The workbook declares entities, which real workbooks never do. Export it again."),
    "zip_bomb": gettext_lazy(
        "The file unpacks to %(ratio)s times its size and was not opened. Export it again or use CSV."
    ),
    "too_big_unpacked": gettext_lazy("The workbook is too large once unpacked. Export it as CSV."),
    "too_wide": gettext_lazy(
        "The sheet has %(columns)s columns; at most %(most)s are read. Delete what lies right of the data."
    ),
    "endless_blanks": gettext_lazy(
        "The sheet goes on after more than %(rows)s blank rows. Delete what lies below the data."
    ),
    "spreadsheet_xml": gettext_lazy("This is an XML spreadsheet. Save it as .xlsx or CSV."),
    "too_many_rows": gettext_lazy("The file has more than %(most)s rows. Divide it."),
    "too_slow": gettext_lazy("Reading the workbook took too long. Export it as CSV."),
    "unreadable_workbook": gettext_lazy("The workbook is damaged or not a workbook. Export it again, or as CSV."),
    "internal": gettext_lazy(
        "An error in the program stopped this file; nothing of it was loaded. The log has the details."
    ),
}


def file_in_words(problem: FileProblem) -> str:
    """The sentence for a file that cannot be read; lists in it are joined."""
    params = {
        name: _("、").join(map(str, value)) or "–" if isinstance(value, list) else value
        for name, value in problem.params.items()
    }
    return str(FILE_WORDS.get(problem.code, FILE_WORDS["internal"])) % params
