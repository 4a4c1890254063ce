"""Texts in parts and in both languages, as forms show them. A part's field is named `<language>-<part>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from retention.domain.scripts import LANGUAGES
from retention.models import Reason

LANGUAGE_LABELS = {"zh": _("Chinese"), "en": _("English")}


def offer_reasons(field: forms.ModelChoiceField, reasons: QuerySet[Reason]) -> None:
    """Those in use, each behind the one above it."""
    field.queryset = reasons.filter(is_active=True).select_related("parent")
    field.label_from_instance = lambda reason: f"{reason.parent} · {reason}" if reason.parent else str(reason)


def in_both_languages(
    parts: Sequence[str], labels: Mapping[str, Any], *, longest: int, rows: int = 3, required: bool = False
) -> dict[str, forms.CharField]:
    return {
        f"{language}-{part}": forms.CharField(
            label=f"{labels[part]} · {LANGUAGE_LABELS[language]}",
            max_length=longest,
            required=required,
            widget=forms.Textarea(attrs={"rows": rows, "lang": language}),
        )
        for language in LANGUAGES
        for part in parts
    }


def side_by_side(form: forms.Form, part: str) -> list[forms.BoundField]:
    return [form[f"{language}-{part}"] for language in LANGUAGES]


def texts_of(form: forms.Form, parts: Sequence[str]) -> dict[str, dict[str, str]]:
    """language -> part -> what was typed."""
    return {language: {part: form.cleaned_data[f"{language}-{part}"] for part in parts} for language in LANGUAGES}


def fields_of(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Initial values of the parts."""
    return {f"{language}-{part}": text for language, parts in texts.items() for part, text in parts.items()}
