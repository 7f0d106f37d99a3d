"""The knowledge base (知识库): articles found by words or initials, kept as versions, counted by use (S0-21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from citygrid.geocoding import texts
from citygrid.organization.models import Body
from citygrid.reception.call_models import Article, Call
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import ManagedClass
from citygrid.trust import audit
from citygrid.trust.bigrams import bigrams

RIGHT = "knowledge.edit"
MOST = 8
CANDIDATES = 300
LONGEST = {"code": 40, "question": 200, "answer": 8000, "keywords": 300, "class_id": 64}
MESSAGES = {
    "article_code": gettext_noop("A code has small letters, digits and hyphens, 40 at most."),
    "article_empty": gettext_noop("An article has a question and an answer."),
    "article_long": gettext_noop("%(name)s is too long: at most %(most)s signs."),
    "article_days": gettext_noop("The last day is before the first."),
    "article_class": gettext_noop("There is no class %(value)s."),
    "article_body": gettext_noop("There is no unit %(value)s."),
    "article_changed": gettext_noop("Somebody changed this article meanwhile: look at it again."),
    "article_exists": gettext_noop("There is an article with this code already."),
}


@dataclass(frozen=True, slots=True)
class Written:
    """An article as typed. `valid_to`: the first day on which it holds no longer."""

    code: str
    question: str
    answer: str
    keywords: str = ""
    class_id: str = ""
    body: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class NotKeptError(Exception):
    """Nothing was kept; `code` is one of MESSAGES, `field` where it is wrong, `params` fill the sentence."""

    def __init__(self, code: str, field: str = "", **params: str) -> None:
        super().__init__(code)
        self.code, self.field, self.params = code, field, params


def valid(on: date) -> QuerySet[Article]:
    """The articles in force on a day."""
    return Article.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), current=True, valid_from__lte=on)


def find(words: str, on: date, class_id: str = "", most: int = MOST) -> list[Article]:
    """Articles for what was typed: words in any order, or the initials of their sounds; best first.

    Without words those of the class. Nothing typed and no class finds nothing."""
    typed = words.strip()[:100]
    rows = valid(on).select_related("body")
    if not typed:
        return list(rows.filter(class_id=class_id).order_by("code")[:most]) if class_id else []
    wanted = bigrams(typed)
    letters = "".join(sign for sign in typed.lower() if sign.isascii() and sign.isalnum())
    match = Q(keys__overlap=wanted) if wanted else Q(pk=None)
    if letters and letters == typed.lower().replace(" ", ""):
        match |= Q(initials__contains=letters)
    ranked = [(_score(one, wanted, letters, class_id), one) for one in rows.filter(match).order_by("code")[:CANDIDATES]]
    best = sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].code))
    return [one for _, one in best[:most]]


def _score(one: Article, wanted: list[str], letters: str, class_id: str) -> float:
    """The share of what was typed that the article has; its question and keywords count double."""
    head = set(bigrams(f"{one.question} {one.keywords}"))
    known = set(one.keys)
    share = sum(2 if key in head else 1 for key in wanted if key in known) / (2 * len(wanted)) if wanted else 0.0
    sound = 0.9 if letters and letters in one.initials else 0.0
    found = max(share, sound)
    return found + (0.1 if found and class_id and one.class_id == class_id else 0.0)


def keep(written: Written, by: int | None, at: datetime, on: date, version: int | None = None) -> Article:
    """Keep an article, or a new version of it; the same content again changes nothing.

    `version`: the one that was looked at when it was changed (0: there was none; None: whatever there is).
    Raises NotKeptError."""
    with transaction.atomic():
        known = Article.objects.select_for_update().filter(code=written.code, current=True).first()
        facts = _checked(written, known.valid_from if known is not None else on)
        if version is not None and (known.version if known else 0) != version:
            raise NotKeptError("article_exists" if version == 0 else "article_changed", "code")
        if known is not None and all(getattr(known, name) == value for name, value in facts.items()):
            return known
        if known is not None:
            Article.objects.filter(pk=known.pk).update(current=False)
        made = Article.objects.create(
            code=written.code, version=known.version + 1 if known else 1, changed_at=at, changed_by_id=by, **facts
        )
        params = {"version": made.version}
        audit.record(at, "keep_article", subject=("article", made.code), params=params, person=by)
    return made


def _checked(written: Written, on: date) -> dict[str, object]:
    """The columns of an article; `on`: its first day when none was written."""
    code = written.code
    if not (code.isascii() and code.replace("-", "").isalnum() and code == code.lower() and 0 < len(code) <= 40):
        raise NotKeptError("article_code", "code")
    if not written.question.strip() or not written.answer.strip():
        raise NotKeptError("article_empty", "question" if not written.question.strip() else "answer")
    for field, most in LONGEST.items():
        if len(getattr(written, field)) > most or "\0" in getattr(written, field):
            raise NotKeptError("article_long", field, name=field, most=str(most))
    start = written.valid_from or on
    if written.valid_to is not None and written.valid_to <= start:
        raise NotKeptError("article_days", "valid_to")
    if written.class_id and not in_force(ManagedClass, start).filter(class_id=written.class_id).exists():
        raise NotKeptError("article_class", "class_id", value=written.class_id)
    body = Body.objects.filter(code=written.body).first() if written.body else None
    if written.body and body is None:
        raise NotKeptError("article_body", "body", value=written.body)
    question, answer, keywords = written.question.strip(), written.answer.strip(), written.keywords.strip()
    return {
        "question": question, "answer": answer, "keywords": keywords, "class_id": written.class_id,
        "body_id": body.pk if body else None, "valid_from": start, "valid_to": written.valid_to,
        "keys": bigrams(f"{question} {keywords} {answer}"), "initials": _initials([question, *keywords.split()]),
    }  # fmt: skip


def _initials(phrases: Iterable[str]) -> str:
    """First letters of the sounds of each phrase, parted by blanks."""
    sounds = (texts.syllables(texts.normal(phrase)) for phrase in phrases if phrase)
    return " ".join(texts.initials(one) for one in sounds if one)[:600]


def uses() -> dict[str, int]:
    """How many calls each article answered, by code, all versions together; trials are not counted."""
    rows = Call.objects.filter(article__isnull=False, simulated=False).values("article__code")
    return {row["article__code"]: row["number"] for row in rows.annotate(number=Count("pk"))}
