"""`quytrinh procedure upload` and `publish`."""

import shutil
from pathlib import Path

import pytest

from tests import bpmn
from tests.integration.webui.cli.commanding import CODE, PACKAGE, Run, do


@pytest.mark.usefixtures("database")
def test_publishing_takes_two_people_and_retires_the_version_before(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    shutil.copytree(PACKAGE, folder)
    process = folder / "process.bpmn"
    process.write_bytes(process.read_bytes() + b"\n")
    told = do(run, "procedure", "publish", folder)
    assert (told["procedure"], told["number"], told["status"]) == (CODE, 2, "published")
    again = run("procedure", "publish", folder)
    assert again.refusal["code"] == "not-ready"
    both = run("procedure", "publish", folder, "--author", "pheduyet")
    assert both.refusal["code"] == "not-allowed"


@pytest.mark.usefixtures("database")
def test_an_upload_is_a_draft_that_somebody_else_publishes(
    run: Run, model: Path, opening: Path
) -> None:
    told = do(run, "procedure", "upload", model)
    assert (told["procedure"], told["number"], told["status"]) == ("P", 1, "draft")
    assert do(run, "procedure", "upload", model) == told
    opened = run("case", "open", "P", "--data", opening, "--as", "motcua")
    assert opened.refusal["code"] == "not-in-force"
    assert run("procedure", "upload", model, "--as", "pheduyet").refusal["code"] == (
        "not-allowed"
    )


@pytest.mark.usefixtures("database")
def test_what_does_not_run_is_uploaded_as_a_document(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "giay.bpmn"
    path.write_bytes(bpmn.diagram("start s; scriptTask a; end e", "s > a > e"))
    assert run("procedure", "upload", path).refusal["code"] == "model-invalid"
    told = do(run, "procedure", "upload", path, "--document")
    assert (told["status"], told["number"]) == ("draft", 1)
    path.write_bytes(b"BPMN")
    refused = run("procedure", "upload", path, "--document").refusal
    assert refused["code"] == "model-invalid"
