"""`lms import-otter`: a master notebook of otter becomes an assignment."""

from pathlib import Path

from lms.catalogue.notebooks import graded_cells, read

MARKET = Path(__file__).parents[1] / "otter" / "market.ipynb"


def test_the_assignment_is_written_and_what_is_left_out_is_told(run, tmp_path):
    out = tmp_path / "market.ipynb"

    done = run("import-otter", str(MARKET), str(out))

    assert done.exit_code == 0
    assert len(graded_cells(read(out.read_bytes()))) == 4
    assert done.stderr == (
        "Cell 1: files of the assignment is not carried over. Put these files beside the "
        "notebook.\n"
    )
    assert f"lms grade {out} {out}" in done.stdout


def test_a_file_that_is_there_is_not_written_over(run, tmp_path):
    out = tmp_path / "market.ipynb"
    out.write_text("mine")

    done = run("import-otter", str(MARKET), str(out))

    assert done.exit_code == 1
    assert "cannot be written: File exists." in done.stderr
    assert out.read_text() == "mine"


def test_another_notebook_is_refused_with_a_sentence(run, tmp_path):
    other = tmp_path / "other.ipynb"
    other.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}')

    done = run("import-otter", str(other), str(tmp_path / "out.ipynb"))

    assert done.exit_code == 1
    assert "holds no raw cell that begins with # BEGIN QUESTION" in done.stderr
    assert not (tmp_path / "out.ipynb").exists()
