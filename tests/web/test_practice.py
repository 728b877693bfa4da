"""Practice on the device: which files anybody may fetch, and that nothing changes without them."""

import re

import brotli
import pytest

from lms.practice import LOCK


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pyodide.mjs", "text/javascript"),
        ("pyodide.asm.wasm", "application/wasm"),
        ("python_stdlib.zip", "application/octet-stream"),
        ("numpy-2.wasm32.whl", "application/octet-stream"),
    ],
)
def test_a_checked_file_is_had_by_anybody_and_kept_for_good(visit, supply, name, media_type):
    folder, home = supply()

    answer = visit().get(f"{home}/{name}")

    assert answer.data == (folder / name).read_bytes()
    assert answer.mimetype == media_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


def test_the_core_travels_packed(visit, supply):
    folder, home = supply()

    answer = visit().get(f"{home}/pyodide.asm.wasm", headers={"Accept-Encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == (folder / "pyodide.asm.wasm").read_bytes()


def test_the_lock_and_the_contents_name_what_is_there(visit, supply):
    _, home = supply()

    lock, contents = (visit().get(f"{home}/{name}").json for name in (LOCK, "contents.json"))

    assert "torch" not in lock["packages"]
    assert set(contents["packages"]) == set(lock["packages"])


def test_nothing_else_is_had_whatever_it_is_called(visit, supply):
    folder, home = supply()
    (folder / "README.md").write_text("not of the release")
    (folder / "pyodide.mjs").write_text("changed after the check")
    assert visit().get(f"{home}/pyodide.asm.mjs").status_code == 200

    for address in (
        f"{home}/README.md",
        f"{home}/pyodide.mjs",
        f"{home}/torch-9.whl",
        f"{home}/../session.key",
        f"{home}/..%2f..%2fsession.key",
        f"{home}/%2e%2e/session.key",
        "/practice/0123456789abcdef/pyodide.asm.mjs",
    ):
        assert visit().get(address).status_code == 404, address


def test_without_a_release_there_is_no_such_address(visit, supply, site, lms):
    _, home = supply()
    site.extensions["lms"] = lms

    assert visit().get(f"{home}/pyodide.mjs").status_code == 404


def policy_of(answer):
    """What a policy allows, word by word."""
    words = (each.split() for each in answer.headers["Content-Security-Policy"].split("; "))
    return {name: allowed for name, *allowed in words}


def test_what_runs_on_a_device_is_nobodys_and_reaches_nothing(visit, supply):
    supply()

    answer = visit().get("/practice/frame")

    policy = policy_of(answer)
    assert policy.pop("sandbox") == ["allow-scripts"]
    assert policy.pop("default-src") == ["'none'"]
    assert policy.pop("worker-src") == ["data:"]
    digest, *others = policy.pop("script-src")
    assert (digest[:8], others) == ("'sha256-", ["blob:", "data:", "'wasm-unsafe-eval'"])
    assert set(policy) == {"form-action", "base-uri", "frame-ancestors"}
    assert "Set-Cookie" not in answer.headers


def test_a_lesson_offers_practice_where_there_is_a_release_and_is_as_ever_without(
    visit, salma, place, supply, site, lms
):
    lesson = f"/learn/{place.public_id}/lessons/counting"
    _, home = supply()
    offered = visit(salma).get(lesson)
    site.extensions["lms"] = lms

    plain = visit(salma).get(lesson)

    assert 'data-do="here"' in offered.text
    assert f'"home": "{home}/"' in offered.text
    frames = policy_of(offered)["frame-src"]
    assert [re.sub("http://[^/]+", "", each) for each in frames] == [
        "/outputs/frame",
        "/practice/frame",
    ]
    assert "here" not in re.findall('data-do="([^"]+)"', plain.text)
    assert "/practice/" not in plain.text
    assert policy_of(plain)["frame-src"] == frames[:1]
    assert policy_of(plain)["script-src"] == policy_of(offered)["script-src"] == ["'self'"]
    assert visit().get("/practice/frame").status_code == 404
