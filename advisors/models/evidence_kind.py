"""What a result can come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    SIMULATED_TRADING = "simulated_trading", _("Simulated trading contest")
    ESSAY = "essay", _("Essay")
    SPEECH = "speech", _("Speech contest")
    LECTURER = "lecturer", _("Lecturer contest")
    QUIZ = "quiz", _("Quiz")
    OUTSIDE = "outside", _("Outside event")
    EXAM = "exam", _("Exam")
    ASSESSMENT = "director_assessment", _("Director's assessment")
    SELF = "self_nomination", _("Self-nomination")
