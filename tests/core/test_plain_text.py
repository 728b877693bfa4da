"""Words that people wrote, as HTML in which nothing of theirs acts."""

import pytest

from lms.core.plain_text import paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("one", '<p dir="auto">one</p>'),
        ("one\r\n\r\n\r\n two\nlines", '<p dir="auto">one</p>\n<p dir="auto">two<br>\nlines</p>'),
        ("<script>a & b</script>", '<p dir="auto">&lt;script&gt;a &amp; b&lt;/script&gt;</p>'),
    ],
)
def test_text_is_paragraphs_and_lines(text, expected):
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://a.example/b?c=1&d=2.", "https://a.example/b?c=1&amp;d=2"),
        ("(http://a.example)", "http://a.example"),
        ("انظروا https://a.example/ب،", "https://a.example/ب"),
        ('https://a.example/" onclick="alert(1)', "https://a.example/"),
    ],
)
def test_addresses_become_links(text, address):
    written = paragraphs(text)

    assert f'<a href="{address}" rel="nofollow noopener noreferrer">' in written
    assert 'onclick="' not in written


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,a", "//a.example", "http:"]
)
def test_nothing_else_does(text):
    assert "<a" not in paragraphs(text)


def test_a_long_text_is_read_in_time():
    assert len(paragraphs("https://" * 1250 + "\n \n" * 1000)) > 0
