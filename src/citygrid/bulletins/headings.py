"""The short words of a report: headings of sections and tables, the same in Word and in the PDF."""

from django.utils.translation import pgettext_lazy

_WORDS = {
    "{}:": pgettext_lazy("of a report", "{}:"),
    "The whole": pgettext_lazy("of a report", "The whole"),
    "Indicator": pgettext_lazy("of a report", "Indicator"),
    "This period": pgettext_lazy("of a report", "This period"),
    "Period before": pgettext_lazy("of a report", "Period before"),
    "Year before": pgettext_lazy("of a report", "Year before"),
    "Change": pgettext_lazy("of a report", "Change"),
    "Differences of rates are in percentage points.": pgettext_lazy(
        "of a report", "Differences of rates are in percentage points."
    ),
    "By month": pgettext_lazy("of a report", "By month"),
    "Month": pgettext_lazy("of a report", "Month"),
    "Cases filed": pgettext_lazy("of a report", "Cases filed"),
    "Cases closed": pgettext_lazy("of a report", "Cases closed"),
    "Handled on time": pgettext_lazy("of a report", "Handled on time"),
    "Closing rate": pgettext_lazy("of a report", "Closing rate"),
    "Scores of the months that were closed": pgettext_lazy("of a report", "Scores of the months that were closed"),
    "The ranking": pgettext_lazy("of a report", "The ranking"),
    "Rank": pgettext_lazy("of a report", "Rank"),
    "Name": pgettext_lazy("of a report", "Name"),
    "Score": pgettext_lazy("of a report", "Score"),
    "Grade": pgettext_lazy("of a report", "Grade"),
    "Before": pgettext_lazy("of a report", "Before"),
    "Where points were lost": pgettext_lazy("of a report", "Where points were lost"),
    "Nothing to tell.": pgettext_lazy("of a report", "Nothing to tell."),
    "Cases long open": pgettext_lazy("of a report", "Cases long open"),
    "Case": pgettext_lazy("of a report", "Case"),
    "Class": pgettext_lazy("of a report", "Class"),
    "Unit": pgettext_lazy("of a report", "Unit"),
    "Filed": pgettext_lazy("of a report", "Filed"),
    "Days": pgettext_lazy("of a report", "Days"),
    "Overdue": pgettext_lazy("of a report", "Overdue"),
    "Classes and sources": pgettext_lazy("of a report", "Classes and sources"),
    "Cases": pgettext_lazy("of a report", "Cases"),
    "Share": pgettext_lazy("of a report", "Share"),
    "Public safety": pgettext_lazy("of a report", "Public safety"),
    "Annex": pgettext_lazy("of a report", "Annex"),
    "Annex: points of every term": pgettext_lazy("of a report", "Annex: points of every term"),
    "Points of every term": pgettext_lazy("of a report", "Points of every term"),
    "Copies: {}": pgettext_lazy("of a report", "Copies: {}"),
    "Where the figures come from": pgettext_lazy("of a report", "Where the figures come from"),
}


def word(english: str) -> str:
    """One of the words in the active language. KeyError for one that is not kept here."""
    return str(_WORDS[english])
