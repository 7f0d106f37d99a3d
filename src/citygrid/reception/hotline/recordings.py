"""The sound of a call: a file that was sent in, attached once; heard by whoever had the call or may see its caller.

The recording is a caller's voice: it is opened with the right to see callers, and each hearing is in the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from citygrid.cases import reading
from citygrid.cases.callers import RIGHT as SEE_CALLERS
from citygrid.media import permission
from citygrid.media.models import File
from citygrid.messages import relay
from citygrid.organization.models import Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.visibility import scope_of
from citygrid.reception.call_models import Call
from citygrid.reception.hotline import telling
from citygrid.reception.hotline.telling import CallRefusedError
from citygrid.trust import audit


def attach(call_id: UUID, media: UUID, by: Signed, now: datetime) -> Call:
    """Attach a sound that the teller sent. Raises CallRefusedError: not a sound, no such file, another is there."""
    with transaction.atomic(), connection.cursor() as cursor:
        call = Call.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
        if call is None or not (may(by, telling.RIGHT) or call.person_id == by.person.pk):
            raise CallRefusedError("no_such_call")
        file = File.objects.filter(pk=media).first()
        if file is None or not permission.may_see(by.person, file):
            raise CallRefusedError("no_such_file")
        if file.kind != "audio":
            raise CallRefusedError("not_a_sound")
        if call.recording_id is not None and call.recording_id != file.pk:
            raise CallRefusedError("recorded_already")
        if call.recording_id is None:
            call.recording = file
            call.save(update_fields=["recording"])
            audit.record(now, "attach_recording", subject=("call", str(call.pk)), person=by.person.pk,
                         seat=by.seat.pk, post=by.post.pk)  # fmt: skip
            relay.announce(cursor, telling.heard_by(call))
    return call


def may_hear(signed: Signed, call: Call) -> bool:
    """Whoever had the call; else whoever may see callers, in the same centre or with the case in scope."""
    if call.person_id == signed.person.pk:
        return True
    if SEE_CALLERS not in signed.role.rights:
        return False
    if call.body_id == signed.body.pk:
        return True
    return call.case_id is not None and reading.case_for(signed.scope, call.case_id) is not None


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: on any post held now."""
    if not isinstance(person, Person):
        return False
    call = Call.objects.filter(recording=file_id).first()
    if call is None:
        return False
    if call.person_id == person.pk:
        return True
    now = timezone.now()
    for seat in seats_of(person, now):
        if SEE_CALLERS not in seat.post.role.rights:
            continue
        if call.body_id == seat.post.body_id:
            return True
        if call.case_id is not None and reading.case_for(scope_of(seat, now), call.case_id) is not None:
            return True
    return False
