"""The words of the demo's cases: Chinese sentences by templates, kept as redactable rows like anybody's."""

import hashlib
from random import Random
from typing import Any
from uuid import UUID, uuid5

from citygrid.demo.planning import manner
from citygrid.demo.scene import Choice
from citygrid.trust.redactable import CALLER_NAME, CALLER_PHONE, FREE_TEXT, SALT, Draft, draft

KINDS = {"caller": CALLER_NAME, "phone": CALLER_PHONE}


class Texts:
    """Sentences of one problem's cases. `drafts` are to be stored with them."""

    def __init__(self, words: dict[str, Any], root: UUID) -> None:
        self.words, self.root = words, root
        self.drafts: list[Draft] = []

    def keep(self, text: str, kind: str = FREE_TEXT) -> dict[str, str]:
        """A reference to a new row; its id and salt follow from the problem, so that the same seed gives the same."""
        name = uuid5(self.root, f"text:{len(self.drafts)}")
        salt = hashlib.sha256(b"demo" + name.bytes).digest()[:SALT]
        one = draft(kind, text, name, salt)
        self.drafts.append(one)
        return {"id": str(one.ref.id), "digest": one.ref.digest.hex()}

    def say(self, what: str, chance: Random) -> dict[str, str]:
        """One of the sentences that people write on such an occasion."""
        return self.keep(chance.choice(self.words[what]))

    def problem(self, choice: Choice, condition: str, address: str, source: str, chance: Random) -> dict[str, str]:
        """What was seen or told."""
        templates = self.words["templates" if manner(source) == "collector" else manner(source)]
        text = next((text for no, text, _ in choice.conditions if no == condition), "")
        facts = {"address": address, "class_name": choice.name, "condition": text.rstrip("。；;")}
        return self.keep(chance.choice(templates).format(**facts))

    def caller(self, chance: Random) -> dict[str, dict[str, str]]:
        """Name and number of somebody who does not exist (no such prefix is in use for 0000 numbers)."""
        name = chance.choice(self.words["surnames"]) + chance.choice(("先生", "女士"))
        phone = f"1990000{chance.randrange(10_000):04d}"
        return {"caller": self.keep(name, CALLER_NAME), "phone": self.keep(phone, CALLER_PHONE)}
