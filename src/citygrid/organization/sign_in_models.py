"""How people sign in: second factors, recovery codes, sessions, bound devices, identities at other providers."""

from django.db import models
from django.db.models import Q


class SecondFactor(models.Model):
    """A person's authenticator app (TOTP, RFC 6238). The secret is sealed with a key outside the database; `last_step`
    is the time step of the last code taken, so that no code is taken twice. Not in use before `confirmed_at`."""

    person = models.OneToOneField("organization.Person", models.PROTECT, related_name="second_factor")
    key_name = models.CharField(max_length=8)
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code for one sign-in without the app; only its keyed hash is kept."""

    factor = models.ForeignKey("organization.SecondFactor", models.CASCADE, related_name="codes")
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]


class SignIn(models.Model):
    """One session of a person, from the sign-in on; its row in the session store ends it by time (`sessions.py`).
    `way`: password, or oidc:<provider>. `ended_why`: see `sign_ins.WHY`."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=60, default="password")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="sign_in_open", condition=Q(ended_at__isnull=True))]


class Device(models.Model):
    """The one device from which a person of a role with `one_device` signs in; known by the hash of its cookie."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=60, blank=True)
    bound_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(released_at__isnull=True), name="device_bound_once"
            ),
        ]


class Identity(models.Model):
    """A person's account at a provider of single sign-on, known by the provider's own name for it (`sub`)."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="identities")
    provider = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(fields=["provider", "person"], name="identity_person_once"),
        ]
