"""Files by hash: photos, sound, video, documents. The bytes are in the store, what is known of them is here."""

import uuid

from django.db import models


class File(models.Model):
    """One content, kept once. `made_at`, `lon`, `lat` are what the camera wrote into a photo, if it did.

    `illustration` marks a picture drawn for a demonstration: it is no evidence of anything.
    `scan`: what the virus scanner said (`scanning`): clean, unscanned, infected; empty: there was no scanner.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    lon = models.CharField(max_length=12, null=True)
    lat = models.CharField(max_length=12, null=True)
    stored_at = models.DateTimeField()
    uploader = models.BigIntegerField(null=True)
    illustration = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    scan = models.CharField(max_length=10, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Upload(models.Model):
    """Who else sent the same bytes: they may see what they sent. `person` is the person's id."""

    file = models.ForeignKey("media.File", models.CASCADE, related_name="uploads")
    person = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "person"], name="upload_once")]
