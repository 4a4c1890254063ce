"""Import runs of the counter extract, dataset by dataset, and the branch's own header mapping."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class ImportRun(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        RUNNING = "running", _("running")
        DONE = "done", _("all rows in")
        REJECTS = "rejects", _("finished with rejects")
        FAILED = "failed", _("failed, nothing changed")

    class Source(models.TextChoices):
        PAGE = "page", _("upload")
        COMMAND = "command", _("command")
        NIGHT = "night", _("night")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    #: Folder or ZIP on the server's disk; never shown to the browser.
    path = models.TextField()
    label = models.CharField(_("file"), max_length=200)
    fingerprint = models.CharField(max_length=64, blank=True)
    data_as_of = models.DateField(_("data as of"), null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.PROTECT, related_name="+")
    error = models.TextField(blank=True)
    #: Remarks on the whole extract: [code, params] of clients.services.import_extract.reasons.
    notes = models.JSONField(default=list)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["branch", "-id"], name="import_recent")]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportDatasetQuerySet(BranchOwnedQuerySet):
    branch_path = "run__branch_id"


class ImportDataset(models.Model):
    """read = added + changed + unchanged + rejected, always (the database holds it)."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="datasets")
    dataset = models.CharField(_("dataset"), max_length=20)
    file_name = models.CharField(_("file"), max_length=200)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    mapping = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    error = models.TextField(blank=True)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    added = models.PositiveBigIntegerField(_("added"), default=0)
    changed = models.PositiveBigIntegerField(_("changed"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0)
    reject_path = models.TextField(blank=True)
    #: How many rows for which reason: [[field, code, rows], ...], most frequent first.
    reject_summary = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)

    objects = ImportDatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported dataset")
        verbose_name_plural = _("imported datasets")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="import_file_once_a_run", fields=["run", "file_name"]),
            models.CheckConstraint(
                name="import_counts_add_up",
                condition=models.Q(
                    read=models.F("added") + models.F("changed") + models.F("unchanged") + models.F("rejected")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.file_name}"


class ColumnMapping(models.Model):
    """A header of this branch's counter system that the built-in synonyms do not know."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    dataset = models.CharField(_("dataset"), max_length=20)
    header = models.CharField(_("header"), max_length=60)
    field = models.CharField(_("field"), max_length=40)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [models.UniqueConstraint(name="mapping_once", fields=["branch", "dataset", "header"])]

    def __str__(self) -> str:
        return f"{self.header} -> {self.field}"
