"""What a wait does has words, in both languages, whatever its policy."""

import pytest

from webui import i18n, wait_words


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_text_about_a_wait_is_translated(code: str) -> None:
    known = {one.id for path in i18n.files(code) for one in i18n.read(path)}
    told = set(wait_words.messages())
    assert len(told) == 6
    assert told - known == set()
