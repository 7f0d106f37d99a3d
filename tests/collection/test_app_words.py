"""Every sentence that a module of the app says is told to it in the reader's language, and none that nobody says."""

import json
import re

from citygrid.collection.field import app_files, words

SAID = re.compile(r"""(?<![\w.])t\(\s*"((?:[^"\\]|\\.)+)\"""")
TITLE = re.compile(r'\btitle: "((?:[^"\\]|\\.)+)"')


def text_of_modules() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(app_files.OWN.rglob("*.js")))


def told(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(app_files.current().files[f"words/{language}.json"].plain)
    return found


def test_every_sentence_of_the_modules_is_known():
    said = {json.loads(f'"{one}"') for pattern in (SAID, TITLE) for one in pattern.findall(text_of_modules())}
    assert len(said) > 100
    assert sorted(said - set(words.all_words())) == []


def test_no_sentence_is_told_that_no_module_says():
    text = text_of_modules()
    assert [one for one in words.all_words() if json.dumps(one, ensure_ascii=False)[1:-1] not in text] == []


def test_a_chinese_reader_gets_chinese_with_the_same_values():
    chinese, english = told("zh-hans"), told("en")
    assert chinese["Offline"] == "离线" and english["Offline"] == "Offline"
    for sentence, one in chinese.items():
        assert set(re.findall(r"\{\w+\}", one)) == set(re.findall(r"\{\w+\}", sentence)), sentence


def test_nothing_is_left_in_english():
    latin = {one for one, said in told("zh-hans").items() if one == said and re.search(r"[A-Za-z]{2}", one)}
    assert latin <= {"GPS", "PDF"}
