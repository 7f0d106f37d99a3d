"""Why something of a survey is refused, as sentences."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from citygrid.process.refusal import Refusal, Refused

MESSAGES: dict[str, str] = {
    "survey_right": gettext_noop("Your post may not do this with surveys."),
    "survey_unknown": gettext_noop("There is no such survey."),
    "survey_not_draft": gettext_noop("Only a draft can be changed or published."),
    "survey_not_open": gettext_noop("This survey is not open: it takes no answers now."),
    "survey_days": gettext_noop("The last day is before the first."),
    "survey_past": gettext_noop("The last day of this survey is past."),
    "survey_title": gettext_noop("Give it a title."),
    "survey_nothing": gettext_noop("There is nothing to be looked at: no place fits class, area and list."),
    "survey_many": gettext_noop("%(count)s places are too many for one survey: at most %(most)s."),
    "survey_points": gettext_noop("Line %(line)s of the list cannot be read: name, longitude, latitude."),
    "survey_outside": gettext_noop("%(name)s lies outside your area."),
    "survey_area": gettext_noop("There is no area %(code)s in your ground."),
    "survey_form": gettext_noop("The form cannot be taken: %(survey_why)s %(name)s"),
    "survey_answer": gettext_noop("This answer cannot be taken: %(survey_why)s %(name)s"),
    "survey_no_task": gettext_noop("There is no such task for you in this survey."),
    "survey_photos": gettext_noop("At least %(least)s photo(s) are needed."),
    "survey_place": gettext_noop("The answer needs the place where it was given."),
    "spot_right": gettext_noop("Your post may not give out spot checks."),
    "spot_twice": gettext_noop("This draw is given out already."),
    "spot_nobody": gettext_noop("Nobody who may do it works there: every collector there had to do with the cases."),
    "border_malformed": gettext_noop("This answer at a border cannot be read: %(field)s."),
    "border_right": gettext_noop("Your post may not withdraw answers at a border."),
    "border_reason": gettext_noop("Say why it is withdrawn."),
    "border_case": gettext_noop("The report that it belongs to is not here."),
    "change_malformed": gettext_noop("This change of a component cannot be read: %(field)s."),
}

WHY: dict[str, str] = {
    "no_fields": gettext_noop("it has no question."),
    "many_fields": gettext_noop("it has too many questions."),
    "field_name": gettext_noop("a name is missing or there twice:"),
    "field_label": gettext_noop("a question has no words:"),
    "field_kind": gettext_noop("unknown kind of answer:"),
    "field_choices": gettext_noop("two choices or more are needed, each its own:"),
    "not_values": gettext_noop("the values are missing."),
    "unknown_field": gettext_noop("the form has no such question:"),
    "required": gettext_noop("an answer is needed:"),
    "choice": gettext_noop("not one of the choices:"),
    "number": gettext_noop("not a number:"),
    "text": gettext_noop("not a text, or too long:"),
    "yes_no": gettext_noop("neither yes nor no:"),
}


def words(why: str) -> str:
    """What is wrong with a form or an answer, in the reader's language."""
    return _(WHY[why])


def refused(code: str, /, **params: Any) -> Refused:
    """The refusal to raise; nothing is changed then."""
    return Refused(Refusal(code, MESSAGES[code], params))
