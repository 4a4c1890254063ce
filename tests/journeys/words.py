"""Journeys name buttons by their English source text, so that a better Chinese word breaks no test."""

from django.utils import translation
from django.utils.translation import gettext, pgettext


def zh(text: str, *, context: str = "") -> str:
    with translation.override("zh-hans"):
        return pgettext(context, text) if context else gettext(text)
