"""Every sentence that the map's modules say is told to them in the reader's language."""

import json
import re
from pathlib import Path

from django.test import Client

from citygrid.maps.style_words import WORDS as STYLE_WORDS
from citygrid.web.map_words import WORDS

ROOT = Path(__file__).parent.parent.parent / "src" / "citygrid"
SAID = re.compile(r'(?<![\w.])t\("([^"]+)"')


def said(folder: Path) -> set[str]:
    return {words for path in folder.glob("*.js") for words in SAID.findall(path.read_text(encoding="utf-8"))}


def test_every_sentence_of_the_modules_is_known() -> None:
    mine = said(ROOT / "web" / "static" / "web" / "map")
    assert len(mine) > 30
    assert mine <= set(WORDS)
    assert said(ROOT / "maps" / "static" / "maps") <= set(WORDS) | set(STYLE_WORDS)


def test_no_sentence_is_told_that_no_module_says() -> None:
    folders = (ROOT / "web" / "static" / "web" / "map", ROOT / "maps" / "static" / "maps")
    text = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.js")).lower()
    assert [words for words in WORDS if f'"{words.lower()}"' not in text] == []


def test_a_chinese_reader_gets_chinese(db: None, client: Client) -> None:
    told = json.loads(client.get("/map/words.json", headers={"accept-language": "zh-hans"}).content)
    assert told["Layers"] == "图层"
    assert told["Fill"] == "填充", "words of the packages above are there too"
    assert json.loads(client.get("/map/words.json", headers={"accept-language": "en"}).content)["Layers"] == "Layers"
