"""Pages that change a scheme: as a file, in a form of weights and grades, and one change with what it does, for the
second person (S2-13)."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.evaluation import catalogue, scheme_changing, scheme_editing
from citygrid.evaluation.scheme_changing import CONFIRM, EDIT, Wanted
from citygrid.evaluation.scheme_difference import differences
from citygrid.evaluation.scheme_editing import LayoutError, edited
from citygrid.evaluation.scheme_effects import effects
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.evaluation.scheme_pages import today_of
from citygrid.evaluation.scheme_words import change_name, told
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.standards.reports import Problem
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

MOST_BYTES = 512 << 10
FIELDS = ("code", "day", "reason", "text")


@cache
def examples() -> dict[str, str]:
    """Code -> text of the cities' published schemes that the package brings to start from."""
    folder = files("citygrid.evaluation") / "examples"
    found = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return {path.name.removesuffix(".toml"): path.read_text(encoding="utf-8") for path in found}


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A file as it is to be: looked at (what it changes and does), then proposed. With a fault nothing is kept, and
    what was typed stays."""
    now = timezone.now()
    words, refusal = _sent(request, today_of(now))
    faults: list[dict[str, Any]] = []
    looked: dict[str, Any] = {}
    if request.method == "POST" and not refusal:
        wanted, refusal = _wanted(words)
        if wanted is not None:
            faults = _faults(scheme_changing.checked(wanted).problems, wanted.text)
            answer = None if faults else _proposed(request, signed, wanted, now)
            if isinstance(answer, SchemeChange):
                return _sent_off(request, answer)
            refusal = answer or ""
            looked = {} if faults else _looked(wanted, catalogue.text_at(wanted.code, wanted.day), signed, now)
    context = {
        "words": words, "uid": uuid_of(request.POST.get("uid")) or uuid4(), "refusal": refusal, "faults": faults,
        "examples": [(code, _title(text)) for code, text in examples().items()], **looked,
    }  # fmt: skip
    return render(request, "evaluation/scheme_form.html", context, status=422 if refusal or faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT)
def edit(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Weights of terms and bounds of grades in a form; it makes another version of the file the same way."""
    now = timezone.now()
    today = today_of(now)
    scheme = catalogue.catalogue(today).schemes.get(code)
    if scheme is None:
        raise Http404
    words, refusal = {name: request.POST.get(name, "") for name in FIELDS}, ""
    words |= {"code": code, "day": words["day"] or today.isoformat()}
    base = catalogue.text_at(code, _day(words["day"]) or today)
    rows, wrong = _rows(base, request)
    faults: list[dict[str, Any]] = []
    looked: dict[str, Any] = {}
    if request.method == "POST" and not wrong:
        try:
            wanted, refusal = _wanted(words | {"text": edited(base, *_numbers(rows))})
        except LayoutError:
            wanted, refusal = None, _("This file is written in a way that the form cannot change: change it as a file.")
        if wanted is not None:
            faults = _faults(scheme_changing.checked(wanted).problems, wanted.text)
            answer = None if faults else _proposed(request, signed, wanted, now)
            if isinstance(answer, SchemeChange):
                return _sent_off(request, answer)
            refusal = answer or ""
            looked = {} if faults else _looked(wanted, base, signed, now)
    context = {
        "words": words, "uid": uuid_of(request.POST.get("uid")) or uuid4(), "refusal": refusal, "faults": faults,
        "code": code, "name": say(scheme.names), "rows": rows, "wrong": wrong, **looked,
    }  # fmt: skip
    return render(request, "evaluation/scheme_edit.html", context, status=422 if refusal or faults or wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT, CONFIRM)
def change(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One change: what it says differently, what it would do to last month; confirm, refuse or withdraw it (POST)."""
    row = get_object_or_404(SchemeChange.objects.select_related("made_by", "decided_by", "withdrawn_by"), pk=pk)
    now = timezone.now()
    words, refusal = request.POST.get("words", ""), None
    if request.method == "POST":
        try:
            _act(request, signed, row, words)
        except Refused as error:
            refusal = tell(error.refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("evaluation:scheme_change", pk)
    open_ = row.state == SchemeChange.State.PROPOSED
    ahead = scheme_changing.may_withdraw(row, today_of(now))
    context = {
        "row": row, "words": words, "refusal": refusal, "open": open_, "name": change_name(row),
        "may_confirm": open_ and may(signed, CONFIRM) and row.made_by_id != signed.person.pk,
        "own": open_ and row.made_by_id == signed.person.pk,
        "may_withdraw": ahead and may(signed, EDIT), "ahead": ahead,
        **_looked(Wanted(row.code, row.text, row.day), row.before, signed, now, live=ahead),
    }  # fmt: skip
    return render(request, "evaluation/scheme_change.html", context, status=422 if refusal else 200)


def _act(request: HttpRequest, signed: Signed, row: SchemeChange, words: str) -> None:
    now, act = timezone.now(), request.POST.get("act")
    if act in ("confirm", "refuse") and may(signed, CONFIRM):
        (scheme_changing.confirm if act == "confirm" else scheme_changing.refuse)(row.pk, words, signed, now)
    elif act == "withdraw" and may(signed, EDIT):
        scheme_changing.withdraw(row.pk, signed, now)
    else:
        raise PermissionDenied


def _proposed(request: HttpRequest, signed: Signed, wanted: Wanted, now: Any) -> SchemeChange | str | None:
    """The change that is kept, or the sentence why not; None where it is only looked at."""
    if request.POST.get("act") != "propose":
        return None
    uid = uuid_of(request.POST.get("uid"))
    if uid is None:
        raise Http404
    try:
        return scheme_changing.propose(uid, wanted, signed, now)
    except Refused as error:
        return tell(error.refusal).sentence


def _sent_off(request: HttpRequest, row: SchemeChange) -> HttpResponse:
    messages.success(request, _("Proposed. Somebody else confirms it."))
    return redirect("evaluation:scheme_change", row.pk)


def _looked(wanted: Wanted, before: str, signed: Signed, now: Any, *, live: bool = True) -> dict[str, Any]:
    """What the change says differently and, while it lies ahead, what it would do to last month. A file that has become
    wrong since, because others changed, shows its faults in place of effects."""
    found: dict[str, Any] = {"looked": True, "differences": told(differences(before, wanted.text)), "fresh": not before}
    if not live:
        return found
    day = max(wanted.day, today_of(now))
    faults = _faults(catalogue.faults(wanted.code, wanted.text, day), wanted.text)
    if faults:
        return found | {"faults": faults}
    ones, more = effects(replace(wanted, day=day), now, signed.scope)
    shown = [{"effect": one, "name": say(one.names), "rows": [(row, say(row.group)) for row in one.rows]}
             for one in ones]  # fmt: skip
    return found | {"effects": shown, "more": more, "counted": True}


def _sent(request: HttpRequest, today: date) -> tuple[dict[str, str], str]:
    """What was typed, with the text of the file that was chosen; or why that cannot be read."""
    if request.method != "POST":
        code, example = request.GET.get("code", "")[:60], request.GET.get("example", "")
        text = examples().get(example) or (catalogue.text_at(code, today) if code else "")
        return {"code": code or (example if text else ""), "day": today.isoformat(), "reason": "", "text": text}, ""
    words = {name: request.POST.get(name, "") for name in FIELDS}
    words["text"] = words["text"].replace("\r\n", "\n")
    upload = request.FILES.get("file")
    if upload is None:
        return words, ""
    if (upload.size or 0) > MOST_BYTES:
        return words, _("A file has at most %(most)s KB.") % {"most": MOST_BYTES >> 10}
    try:
        words["text"] = upload.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return words, _("The file is not UTF-8.")
    words["code"] = words["code"] or PurePath((upload.name or "").replace("\\", "/")).name.removesuffix(".toml")[:60]
    return words, ""


def _wanted(words: dict[str, str]) -> tuple[Wanted | None, str]:
    day = _day(words["day"])
    if day is None:
        return None, _("That is not a day; write it like 2026-03-21.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", words["code"]):
        return None, _(catalogue.MESSAGES["no_code"])
    if not words["text"].strip() or len(words["text"].encode()) > MOST_BYTES:
        return None, _("Choose a file, or write its text.")
    return Wanted(words["code"], words["text"], day, words["reason"]), ""


def _faults(problems: list[Problem], text: str) -> list[dict[str, Any]]:
    """Each with its line, the line's text, the key, and the sentence."""
    lines = text.split("\n")
    return [
        {"file": one.file, "line": one.line, "field": one.field, "sentence": _(one.message) % dict(one.params),
         "text": lines[one.line - 1].strip()[:120] if 0 < one.line <= len(lines) else ""}
        for one in problems
    ]  # fmt: skip


def _rows(text: str, request: HttpRequest) -> tuple[dict[str, Any], list[str]]:
    """Groups with their weights, grades with their bounds, as they are or as they were typed; and what is no number."""
    table = tomllib.loads(text, parse_float=Decimal)
    names = {row["key"]: say((row["zh"], row["en"])) for row in table.get("term", ())}
    wrong: list[str] = []

    def cell(name: str, label: str, old: Any) -> dict[str, Any]:
        typed = request.POST.get(name, str(old))
        value = scheme_editing.number(typed)
        if value is None:
            wrong.append(_("%(field)s: “%(typed)s” is no number.") % {"field": label, "typed": typed})
        return {"name": name, "label": label, "typed": typed, "value": value, "wrong": value is None}

    groups = [
        {"name": say((row["zh"], row["en"])), "total": table["scheme"].get("total", 100),
         "cells": [(key, cell(f"w.{n}.{key}", names.get(key, key), old)) for key, old in row["weights"].items()]}
        for n, row in enumerate(table.get("group", ()))
    ]  # fmt: skip
    grades = [cell(f"g.{n}", say((row["zh"], row["en"])), row["least"]) for n, row in enumerate(table.get("grade", ()))]
    return {"groups": groups, "grades": grades}, wrong


def _numbers(rows: dict[str, Any]) -> tuple[dict[int, dict[str, Decimal]], dict[int, Decimal]]:
    weights = {n: {key: cell["value"] for key, cell in row["cells"]} for n, row in enumerate(rows["groups"])}
    return weights, {n: cell["value"] for n, cell in enumerate(rows["grades"])}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _title(text: str) -> str:
    head = tomllib.loads(text)["scheme"]
    return say((head["zh"], head["en"]))
