"""A course folder that was made to deceive is refused, and nothing outside it is read."""

import io
import json
import os
import struct
import zipfile

import pytest

from lms.catalogue import assignment_files, course_files
from lms.catalogue.manifest import FaultyCourse, read_course

PICTURE = "assets/boxes.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(FaultyCourse) as caught:
        read_course(tmp_path / "nowhere")

    assert "There is no such folder." in str(caught.value.faults[0])


def test_an_empty_folder_lacks_its_course_toml(tmp_path):
    (tmp_path / "empty").mkdir()

    with pytest.raises(FaultyCourse) as caught:
        read_course(tmp_path / "empty")

    assert [str(fault) for fault in caught.value.faults] == [
        "course.toml: The file course.toml is missing."
    ]


def test_a_folder_name_that_is_no_slug_is_a_fault(course):
    course.place = course.place.rename(course.place.with_name("Tensors 2"))

    (fault,) = course.faults()

    assert fault.startswith("course.toml: The folder of a course is named with lower-case")


def test_the_course_folder_itself_may_be_reached_through_a_link(course, tmp_path):
    link = tmp_path / "another-name"
    link.symlink_to(course.place)

    assert read_course(link).slug == "tensors"


@pytest.mark.parametrize("inside", [False, True], ids=["out of the folder", "within the folder"])
def test_a_link_is_never_followed(course, tmp_path, inside):
    secret = (course.place if inside else tmp_path) / "secret.svg"
    secret.write_bytes((course.place / PICTURE).read_bytes())
    course.remove(PICTURE)
    (course.place / PICTURE).symlink_to(secret)

    told = "This is a link to another place. Put the file itself into the course."
    assert f"{PICTURE}: {told}" in course.faults()


def test_a_linked_folder_is_never_entered(course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.svg").write_text("<svg/>")
    (course.place / "more").symlink_to(tmp_path / "elsewhere")

    faults = course.faults()

    assert [fault.split(": ")[0] for fault in faults] == ["more"]


def test_a_pipe_is_refused_without_waiting_for_it(course):
    os.mkfifo(course.place / "assets/pipe.svg")

    assert course.faults() == ["assets/pipe.svg: This is neither a file nor a folder."]


@pytest.mark.parametrize("name", ["a b.svg", "é.svg", "a\nb.svg", "a\u202eb.svg"])
def test_a_name_that_does_not_travel_is_a_fault(course, name):
    course.write(f"assets/{name}", "<svg/>")

    (fault,) = course.faults()

    assert "in the name of a file or folder" in fault
    assert fault.isprintable()


def test_hidden_files_are_no_part_of_a_course(course):
    before = course.read()

    course.write(".DS_Store", "x")
    course.write("modules/01-arrays/.ipynb_checkpoints/sums-checkpoint.ipynb", "x")

    assert course.read() == before


TOO_LARGE = {
    "course.toml": (257, "larger than 256 KB"),
    "modules/01-arrays/shapes.fr.md": (201, "larger than 200 KB"),
    "modules/01-arrays/sums.ipynb": (5 * 1024 + 1, "larger than 5120 KB"),
    PICTURE: (2049, "larger than 2048 KB"),
}


@pytest.mark.parametrize(("path", "size"), [(path, size) for path, size in TOO_LARGE.items()])
def test_a_file_that_is_too_large_is_told_once(course, path, size):
    course.write(path, b" " * (size[0] * 1024))

    about = [fault for fault in course.faults() if fault.startswith(f"{path}: ")]

    assert len(about) == 1
    assert size[1] in about[0]


def test_folders_nested_without_end_are_refused(course):
    course.write("assets/" + "a/" * 40 + "b.svg", "<svg/>")

    (fault,) = course.faults()

    assert "nested too deeply" in fault


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0"


def test_the_size_of_a_png_is_read_from_its_head(course):
    for slug in ("shapes", "axes"):
        for locale in ("fr", "en"):
            course.change(f"modules/01-arrays/{slug}.{locale}.md", "boxes.svg", "boxes.png")
    course.remove(PICTURE)
    course.write("assets/boxes.png", png(640, 480))

    picture = course.read().pictures["assets/boxes.png"]

    assert (picture.media_type, picture.width, picture.height) == ("image/png", 640, 480)

    course.write("assets/boxes.png", png(0, 480))
    assert "A figure may be at most" in course.faults()[0]

    course.write("assets/boxes.png", b"GIF89a")
    assert course.faults() == ["assets/boxes.png: This is not a PNG picture."]


SIZES = {
    "in pixels": ('width="20" height="10px"', (20, 10)),
    "in points": ('width="72pt" height="36pt"', (96, 48)),
    "from the view box": ('width="100%" viewBox="0,0 30.4 15"', (30, 15)),
}


@pytest.mark.parametrize(("written", "size"), SIZES.values(), ids=SIZES.keys())
def test_the_size_of_an_svg_is_read_from_its_root(course, written, size):
    course.write(PICTURE, f"{SVG} {written}/>")

    picture = course.read().pictures[PICTURE]

    assert (picture.width, picture.height) == size


def test_an_svg_as_drawing_programs_save_it_is_taken(course):
    course.write(
        PICTURE,
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/svg11.dtd">\n'
        f'{SVG} viewBox="0 0 9 9"><defs><style>*{{fill:none;clip-path:url(#a)}}</style></defs>'
        '<use x:href="#b"/><image href="data:image/png;base64,AA=="/></svg>',
    )

    assert course.read()


HOSTILE_SVG = {
    "a script": ("<script>alert(1)</script>", "<script>"),
    "a script in another prefix": (
        '<s:script xmlns:s="http://www.w3.org/2000/svg"/>',
        "<s:script>",
    ),
    "an event handler": ('<path onload="alert(1)"/>', "scripts: onload"),
    "HTML inside": ("<foreignObject/>", "<foreignObject>"),
    "a link to a script": ('<a x:href="javascript:alert(1)"/>', "outside itself: x:href"),
    "a picture from elsewhere": ('<image href="https://e.org/a.png"/>', "outside itself: href"),
    "an SVG within": ('<image href="data:image/svg+xml;base64,AA=="/>', "outside itself: href"),
    "a fill from elsewhere": ('<path fill="url(https://e.org/#a)"/>', "outside itself: fill"),
    "a style sheet from elsewhere": (
        "<style>@import 'https://e.org/a.css';</style>",
        "itself: style",
    ),
    "a link that changes": ('<set attributeName="href" to="javascript:0"/>', "animate a link"),
    "a processing instruction": ('<?xml-stylesheet href="a.css"?>', "<?xml-stylesheet?>"),
    "tags that do not close": ("<g>", "does not parse: mismatched tag"),
}


@pytest.mark.parametrize(("inside", "told"), HOSTILE_SVG.values(), ids=HOSTILE_SVG.keys())
def test_an_active_svg_is_refused_with_its_line(course, inside, told):
    course.write(PICTURE, f'{SVG} width="9" height="9">\n<g/>\n{inside}</svg>')

    (fault,) = course.faults()

    assert fault.startswith(f"{PICTURE}:3: ")
    assert told in fault


def test_an_svg_that_declares_entities_is_refused(course):
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    course.write(PICTURE, f'{bomb}\n{SVG} width="9" height="9">&b;</svg>')

    assert course.faults() == [f"{PICTURE}:1: An SVG may not declare entities of its own."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("<html/>", "This is not an SVG picture.", id="not an SVG"),
        pytest.param(f"{SVG}/>", "does not give its size", id="no size"),
        pytest.param(f'{SVG} width="-3" height="9"/>', "does not give its size", id="less than 0"),
    ],
)
def test_a_figure_without_a_size_is_refused(course, content, told):
    course.write(PICTURE, content)

    (fault,) = course.faults()

    assert fault.startswith(f"{PICTURE}:1: ")
    assert told in fault


@pytest.fixture
def with_data(course):
    """A course whose assignment is a folder: a notebook, and data beside it."""
    content = (course.place / "modules/01-arrays/sums.ipynb").read_bytes()
    course.remove("modules/01-arrays/sums.ipynb")
    course.write("modules/01-arrays/sums/work.ipynb", content)
    course.write("modules/01-arrays/sums/marks.csv", "name,mark\nRim,17\n")
    course.write("modules/01-arrays/sums/more/old.txt", "old")
    return course


def test_an_assignment_may_be_a_folder_with_data_beside_its_notebook(with_data):
    (assignment,) = with_data.read().assignments

    (notebook,) = assignment.notebooks
    assert (notebook.name, notebook.path) == ("", "modules/01-arrays/sums/work.ipynb")
    assert assignment.max_score == 2
    assert assignment.data == {"marks.csv": b"name,mark\nRim,17\n", "more/old.txt": b"old"}


def test_an_assignment_is_not_both_a_notebook_and_a_folder(with_data, source_notebook):
    with_data.write("modules/01-arrays/sums.ipynb", source_notebook())

    (fault,) = with_data.faults()

    assert fault.startswith("course.toml:")
    assert "Move modules/01-arrays/sums.ipynb into the folder." in fault


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"work.ipynb": None}, "holds no notebook"),
        ({f"n{number}.ipynb": b"{}" for number in range(20)}, "holds 21 notebooks; at most 20"),
        ({"more/work.ipynb": b"{}"}, "lies in an inner folder"),
        ({"WORK.ipynb": b"{}"}, "differ only in capitals"),
        ({f"{'n' * 81}.ipynb": b"{}"}, "at most 80 of them"),
        ({"work.ipynb": None, "more/work.ipynb": b"{}"}, "lies in an inner folder"),
    ],
)
def test_the_folder_of_an_assignment_holds_notebooks_that_can_be_told_apart(
    with_data, changed, told
):
    for name, content in changed.items():
        path = f"modules/01-arrays/sums/{name}"
        if content is None:
            with_data.remove(path)
        else:
            with_data.write(path, content)

    assert any(fault.startswith("course.toml:") and told in fault for fault in with_data.faults())


def second(course, name="second", **changed):
    """Lays a second notebook into the folder of the assignment."""
    told = json.loads((course.place / "modules/01-arrays/sums/work.ipynb").read_bytes())
    course.write(f"modules/01-arrays/sums/{name}.ipynb", json.dumps(told | changed))


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", ["second", "work"]),
        ('notebooks = ["work", "second"]', ["work", "second"]),
    ],
    ids=["by name", "as course.toml says"],
)
def test_the_notebooks_of_an_assignment_stand_in_order_and_their_points_together(
    with_data, order, found
):
    second(with_data)
    with_data.change("course.toml", "attempts = 5", f"attempts = 5\n{order}")

    (assignment,) = with_data.read().assignments

    assert [each.name for each in assignment.notebooks] == found
    assert [each.max_score for each in assignment.notebooks] == [2, 2]
    assert assignment.max_score == 4
    assert assignment.data.keys() == {"marks.csv", "more/old.txt"}


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ('["work"]', "leaves out: second."),
        ('["work", "second", "third"]', "There is no notebook third.ipynb"),
        ('["work", "second", "work"]', "names 'work' more than once"),
        ('"work"', "must be a list of texts"),
    ],
)
def test_a_list_of_notebooks_names_each_of_them_once(with_data, order, told):
    second(with_data)
    with_data.change("course.toml", "attempts = 5", f"attempts = 5\nnotebooks = {order}")

    assert any(fault.startswith("course.toml:") and told in fault for fault in with_data.faults())


def test_a_fault_in_one_of_several_notebooks_names_it(with_data):
    second(with_data, nbformat=2)

    (fault,) = with_data.faults()

    assert fault.startswith("modules/01-arrays/sums/second.ipynb:")


def test_one_of_several_notebooks_may_give_no_points_but_not_all_of_them(with_data):
    second(with_data, cells=[])
    assert with_data.read().assignments[0].max_score == 2
    second(with_data, "work", cells=[])

    assert any("gives no points" in fault for fault in with_data.faults())


def test_files_beside_a_notebook_are_bounded_in_number_and_size(with_data, monkeypatch):
    monkeypatch.setattr(assignment_files, "MOST_FILES", 1)
    monkeypatch.setattr(assignment_files, "MOST_BYTES", 10)

    told = " ".join(with_data.faults())

    assert "This assignment has 2 files beside its notebook; at most 1 are taken." in told
    assert "have more than 0 MB together" in told


def test_one_file_of_data_may_be_larger_than_a_figure(with_data, monkeypatch):
    monkeypatch.setattr(course_files, "LARGEST_OTHER_FILE", 1024)
    monkeypatch.setattr(course_files, "LARGEST_DATA_FILE", 2048)
    with_data.write("modules/01-arrays/sums/large.bin", bytes(2000))
    assert with_data.read()

    with_data.write("modules/01-arrays/sums/large.bin", bytes(3000))

    (fault,) = with_data.faults()
    assert fault == "modules/01-arrays/sums/large.bin: This file is larger than 2 KB."


def test_a_download_is_the_same_bytes_for_the_same_contents():
    packed = assignment_files.packed({"sums/b.txt": b"b", "sums/a/c.txt": b"c"})

    assert packed == assignment_files.packed({"sums/a/c.txt": b"c", "sums/b.txt": b"b"})
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["sums/a/c.txt", "sums/b.txt"]
        assert archive.read("sums/b.txt") == b"b"
        assert {told.date_time[0] for told in archive.infolist()} == {1980}
