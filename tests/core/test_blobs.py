"""Bytes under their own digest."""

import hashlib
import io

import pytest

from lms.core.blobs import BlobMissing, Blobs, digest_of


@pytest.fixture
def store(tmp_path):
    return Blobs(str(tmp_path / "store"))


def files(tmp_path):
    return [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_what_is_put_is_got_again_under_its_sha_256(store):
    digest = store.put(b"a notebook")

    assert digest == hashlib.sha256(b"a notebook").hexdigest()
    assert store.get(digest) == b"a notebook"


def test_nothing_at_all_can_be_kept_too(store):
    assert store.get(store.put(b"")) == b""


def test_keeping_the_same_twice_changes_nothing(store, tmp_path):
    first = store.put(b"a notebook")
    kept = files(tmp_path)
    when = kept[0].stat().st_mtime_ns

    second = store.put(b"a notebook")

    assert first == second
    assert files(tmp_path) == kept
    assert kept[0].stat().st_mtime_ns == when


def test_no_unfinished_file_remains(store, tmp_path):
    store.put(b"one")
    store.put(b"two")

    assert {path.read_bytes() for path in files(tmp_path)} == {b"one", b"two"}


def test_what_was_never_put_is_missing(store):
    with pytest.raises(BlobMissing) as caught:
        store.get(digest_of(b"never"))

    assert digest_of(b"never") in str(caught.value)


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(store, tmp_path):
    digest = store.put(b"a notebook")
    (path,) = files(tmp_path)
    path.write_bytes(b"another notebook")

    with pytest.raises(BlobMissing, match="missing or damaged"):
        store.get(digest)


def test_a_store_may_lie_elsewhere_than_in_a_folder():
    store = Blobs("memory://kept")

    assert store.get(store.put(b"far away")) == b"far away"


def test_what_is_put_piece_by_piece_is_the_same_and_read_from_any_place(store, tmp_path):
    content = bytes(range(256)) * 20_000

    assert not store.holds(digest_of(content))
    digest = store.put_from(io.BytesIO(content))

    assert store.holds(digest)
    assert digest == store.put(content) == store.put_from(io.BytesIO(content))
    assert len(files(tmp_path)) == 1
    file, size = store.opened(digest)
    with file:
        file.seek(1_000_000)
        assert (size, file.read(5)) == (len(content), content[1_000_000:1_000_005])
    with pytest.raises(BlobMissing):
        store.opened(digest_of(b"nothing"))
