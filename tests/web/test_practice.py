"""Practice on the device: which files anybody may fetch, and that nothing changes without them."""

from dataclasses import replace

import brotli
import pytest

from lms.practice import LOCK, Practice


@pytest.fixture
def supply(site, lms, released):
    """Supplies a release to the site: its folder and the address of its files."""

    def supply():
        folder = released()
        practice = Practice(str(folder))
        site.extensions["lms"] = replace(lms, practice=practice)
        return folder, f"/practice/{practice.pyodide.digest}"

    return supply


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
