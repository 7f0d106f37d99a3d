"""What a browser sent, as the kinds of things that pages ask for; whatever is none of them is nothing."""

from uuid import UUID


def uuid_of(text: object) -> UUID | None:
    """The id that a form or an address carries; None for anything else."""
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None
