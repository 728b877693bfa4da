"""How sign-in slows a guesser down, and what names may be written of."""

from datetime import timedelta

import pytest

from lms.institutes.rules import (
    FREE_STRIKES,
    LONGEST_PAUSE,
    Script,
    is_written_in,
    pause_after,
)


@pytest.mark.parametrize(
    ("strikes", "seconds"),
    [
        pytest.param(0, 0, id="nobody has guessed"),
        pytest.param(1, 0, id="a slip"),
        pytest.param(4, 0, id="the last free one"),
        pytest.param(5, 30, id="the fifth"),
        pytest.param(6, 60, id="doubled"),
        pytest.param(7, 120, id="doubled again"),
        pytest.param(9, 480, id="eight minutes"),
        pytest.param(10, 900, id="the longest"),
        pytest.param(11, 900, id="no longer than that"),
        pytest.param(10**9, 900, id="a thousand million"),
    ],
)
def test_sign_in_pauses_from_the_fifth_strike_on(strikes, seconds):
    assert pause_after(strikes) == timedelta(seconds=seconds)


def test_a_pause_never_shrinks_with_another_strike():
    pauses = [pause_after(strikes) for strikes in range(FREE_STRIKES + 20)]

    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Salma El Alaoui", Script.LATIN),
        ("Jean-François O'Brien", Script.LATIN),
        ("Ḥasan ʿAmmār", Script.LATIN),
        ("José Núñez", Script.LATIN),
        ("M. Tazi", Script.LATIN),
        ("سلمى العلوي", Script.ARABIC),
        ("مُحَمَّد", Script.ARABIC),
        ("عبد الـرحمن", Script.ARABIC),
        ("گيلان", Script.ARABIC),
        ("سلمى Alaoui", None),
        ("ⵙⴰⵍⵎⴰ", None),
        ("Salma 2", None),
        ("سلمى ٢", None),
        ("<b>Salma</b>", None),
        ("Sаlma", None),  # Its second letter is Cyrillic.
        ("Ｓａｌｍａ", None),
        ("Salma\u202eiouala", None),
        ("Salma 🎓", None),
        ("a" + "\u0301" * 3, None),
        ("-. '", None),
        ("", None),
    ],
)
def test_a_name_is_of_one_script_and_of_nothing_but_letters(name, script):
    assert [each for each in Script if is_written_in(each, name)] == ([script] if script else [])
