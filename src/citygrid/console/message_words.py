"""Why a message was not sent, in words."""

from django.utils.translation import gettext_lazy as _

WHY = {
    "nobody_there": _("Nobody holds the post that it is for."),
    "no_address": _("The recipient has no address on this channel."),
    "no_provider": _("This server has no provider for this channel."),
    "no_words": _("Its template or its event is gone."),
    "no_answer": _("The provider does not answer."),
    "answer_unreadable": _("The provider's answer cannot be read."),
    "provider_fault": _("The provider reports a fault."),
    "provider_refused": _("The provider refuses it."),
    "recipient_refused": _("The mail server refuses the address."),
    "server_refused": _("The mail server refuses it."),
    "address_wrong": _("The provider's address in the settings is wrong."),
    "channel_fault": _("The channel failed."),
    "push_gone": _("The browser takes no messages any more."),
    "push_keys": _("The browser's keys are of no use."),
    "push_host": _("The browser's push service is none that this server may reach."),
    "unsure": _("The server stopped while it was sent: nobody knows whether it went out."),
}


def why(code: str, detail: str) -> str:
    """The sentence, and what the provider said."""
    words = str(WHY.get(code, code))
    return f"{words} ({detail})" if detail else words
