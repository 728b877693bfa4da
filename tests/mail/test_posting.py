"""The way out: into a folder, or to a true SMTP server of the test's own."""

import email
import socket
import socketserver
import threading
from email.policy import default
from pathlib import Path

import pytest

from lms.mail.posting import FaultyAddress, FolderPost, NotNow, NotTaken, SmtpPost, message, post


class Server(socketserver.StreamRequestHandler):
    """Speaks enough SMTP to take a letter; answers to RCPT as it is told."""

    def handle(self):
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self.server.letters.append(self._letter())
                self._say("250 taken")
            elif word == "EHLO":
                self._say("250-here")
                self._say("250 8BITMIME")
            elif word == "QUIT":
                return self._say("221 bye")
            else:
                self._say(self.server.answer if word == "RCPT" else "250 fine")

    def _letter(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return email.message_from_bytes(b"".join(lines), policy=default)

    def _say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads, server.letters, server.answer = True, [], "250 fine"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


@pytest.fixture
def way(server):
    return SmtpPost("smtp+plain", "127.0.0.1", server.server_address[1])


@pytest.fixture
def letter():
    return message(
        to=("سلمى", "salma@fez.example"),
        sender="jazari@learn.example",
        subject="Des nouvelles",
        text="مرحبا",
        html="<p>مرحبا</p>",
    )


def test_a_server_takes_a_letter_whole(way, server, letter):
    assert way.reached() == "answers"

    way.send(letter, "one")

    (taken,) = server.letters
    assert (taken["Subject"], taken["To"]) == ("Des nouvelles", "سلمى <salma@fez.example>")
    assert taken.get_body(("plain",)).get_content().strip() == "مرحبا"
    assert taken.get_body(("html",)).get_content().strip() == "<p>مرحبا</p>"


@pytest.mark.parametrize(
    ("answer", "refusal"), [("451 come later", NotNow), ("550 nobody here", NotTaken)]
)
def test_a_refusal_is_for_now_or_for_good(way, server, letter, answer, refusal):
    server.answer = answer

    with pytest.raises(refusal, match=answer[4:]):
        way.send(letter, "one")

    assert server.letters == []


def test_a_server_that_is_away_is_asked_again_later(letter):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = SmtpPost("smtp+plain", "127.0.0.1", taken.getsockname()[1])

        with pytest.raises(NotNow):
            away.send(letter, "one")


def test_without_tls_on_offer_nothing_is_sent(server, letter):
    way = SmtpPost("smtp", "127.0.0.1", server.server_address[1])

    with pytest.raises(NotTaken, match="STARTTLS"):
        way.send(letter, "one")

    assert server.letters == []


def test_the_folder_keeps_each_letter_for_its_owner_s_eyes(tmp_path, letter):
    way = FolderPost(tmp_path / "mail")

    way.send(letter, "one"), way.send(letter, "two")

    files = sorted(way.folder.iterdir())
    assert [file.name for file in files] == ["one.eml", "two.eml"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert way.folder.stat().st_mode & 0o777 == 0o700
    kept = email.message_from_bytes(files[0].read_bytes(), policy=default)
    assert kept.get_body(("plain",)).get_content().strip() == "مرحبا"
    assert "2 letters" in way.reached()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", "folder /srv/mail"),
        ("smtp://jazari@mail.example", "SMTP server mail.example:587 as jazari, STARTTLS"),
        ("smtps://a%40b.example@mail.example:4650", "mail.example:4650 as a@b.example, TLS"),
        ("smtp+plain://localhost", "SMTP server localhost:25, no encryption"),
    ],
)
def test_an_address_names_the_way(address, found):
    way = post(address, "secret", Path("/srv/mail"))

    assert found in way.described
    assert "secret" not in repr(way) + way.described


@pytest.mark.parametrize(
    "address",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://host:port",
        "smtp://jazari:secret@mail.example",
        "smtp+plain://mail.example",
        "smtp+plain://jazari@localhost",
    ],
)
def test_an_address_that_would_not_do_is_refused_with_what_to_write(address):
    with pytest.raises(FaultyAddress, match="smtps://user@host"):
        post(address, "", Path("/srv/mail"))
