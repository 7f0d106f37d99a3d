"""Sentences of the patrol screen."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Active"),
    _("Daily log"),
    _("Finding the place …"),
    _("From then on this phone does not tell where you are."),
    _("Keep"),
    _("Keep the screen on"),
    _("Kept; it goes out by itself."),
    _(
        "No fixes from {from} to {to}: the phone had put the app to sleep, or there was no signal."
        " Keep the screen on while you walk."
    ),
    _("No place found"),
    _("No shift is planned for you now. A sign-in counts as off the roster."),
    _("Not on patrol"),
    _("On duty"),
    _("On patrol since {time}"),
    _("Outside"),
    _("Outside since {time}"),
    _("Patrol"),
    _("Patrol {time}"),
    _("Place to {metres}"),
    _("Sign in for the shift"),
    _("Sign in without a place"),
    _("Sign out"),
    _("Sign out of the shift"),
    _("Sign out of the shift?"),
    _("Sign-in"),
    _("Sign-out"),
    _("Signed in at {time}"),
    _("Signed out at {time}"),
    _("Standing still"),
    _("Still since {time}"),
    _("Text"),
    _("The outlines of your duty grid are not on this device yet."),
    _("The screen stays on"),
    _("The server has counted {n} min and {visited} of {all} unit grids."),
    _("The server has not confirmed these figures yet."),
    _("This browser cannot keep the screen on."),
    _("This browser may not know the place: allow it in its settings."),
    _("Unit grids visited"),
    _("Until {time}"),
    _("What was special today? It stands beside your patrol."),
    _(
        "Where you are is recorded from sign-in to sign-out only. A phone that sleeps or an app in"
        " the background may record nothing: the gap is shown."
    ),
    _("Without fixes"),
    _("You can sign in without a place. Your team lead sees that it is missing."),
    _("You are not signed in: no place was found."),
    _("You have been outside your duty grid since {time}."),
    _("You have stayed in one place since {time}."),
    _("Your shift is not on this device yet. You can sign in all the same."),
    _("not yet"),
    _("visited"),
    _("{n} fixes wait to be sent."),
    _("{n} min"),
    _("{n} of {all} unit grids visited"),
)
