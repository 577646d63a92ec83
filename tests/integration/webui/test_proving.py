"""The page of the log, the daily check beside the server, and the verbs of heads."""

import json
import os
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from http import server
from pathlib import Path
from typing import Any
from urllib import parse

import pytest
from click.testing import CliRunner, Result

from engine.domain.organisation import Role
from engine.errors import SignerRefusedError
from engine.evidence import bundle, keeper, verifier
from tests.integration.webui import world
from tests.integration.webui.world import HERE, World
from webui import (
    bootstrap,
    cli,
    daily_check,
    i18n,
    proving,
    sequencing,
    signer,
    signer_state,
    stamping,
)

AUDITOR = world.login_of(Role.AUDITOR, "own-position")


def page(here: World, path: str = "/kiem-chung") -> str:
    return here.client(AUDITOR).get(path).text


def checking(here: World, data: Path) -> daily_check.DailyCheck:
    return daily_check.DailyCheck(here.application, data, share=1.0)


@pytest.mark.usefixtures("data")
def test_the_page_says_that_nothing_was_checked_yet(here: World) -> None:
    shown = page(here)
    assert "Chưa kiểm tra lần nào." in shown
    assert "Nhật ký chưa có gì." in shown


def test_a_key_that_others_may_read_is_named_on_the_page_until_it_is_mended(
    here: World, data: Path
) -> None:
    kept = keeper.Keeper(data / "signer")
    kept.make_key(sequencing.log_name(HERE), "khoa1")
    assert "Bên ký từ chối" not in page(here)
    (key,) = (data / "signer").rglob("*.pem")
    key.chmod(0o644)
    shown = page(here)
    assert "Bên ký từ chối: tệp khóa khoa1.pem cho người khác đọc được" in shown
    assert "chmod 600" in shown
    assert "khoa1.pem may be read by others" in signer_state.refusal(data, HERE)
    key.chmod(0o600)
    assert "Bên ký từ chối" not in page(here)
    assert not signer_state.refusal(data, HERE)


@pytest.mark.usefixtures("sequenced")
def test_a_check_fails_on_the_page_while_others_may_read_a_key(
    here: World, data: Path
) -> None:
    (key,) = (data / "signer").rglob(f"*{HERE.hex}/*.pem")
    key.chmod(0o644)
    checking(here, data).once()
    shown = page(here)
    assert "Hồ sơ lưu KHÔNG toàn vẹn" in shown
    assert shown.count("tệp khóa 1.pem cho người khác đọc được") == 3
    key.chmod(0o600)
    daily_check.Results(data).ask(HERE)
    checking(here, data).once()
    assert "KHÔNG toàn vẹn" not in page(here)


@pytest.mark.usefixtures("sequenced")
def test_the_daily_check_runs_once_a_day_and_its_result_is_shown(
    here: World, data: Path
) -> None:
    daily = checking(here, data)
    assert daily.once() == 2
    assert daily.once() == 0
    shown = page(here)
    assert "Hồ sơ lưu toàn vẹn" in shown
    assert "Không hồ sơ nào bị cắt phần cuối" in shown
    assert sequencing.log_name(HERE) in shown
    here.clock.move(days=1)
    assert daily.once() == 2


@pytest.mark.usefixtures("sequenced")
def test_what_is_wrong_is_named_to_the_auditor(here: World, data: Path) -> None:
    with here.application.database.engine.begin() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("DELETE FROM event WHERE kind = 'case' AND seq = 1")
    checking(here, data).once()
    shown = page(here)
    assert "Hồ sơ lưu KHÔNG toàn vẹn" in shown
    assert f"case:{here.case.hex} 1" in shown
    browser = here.client(AUDITOR)
    browser.post("/ngon-ngu", language="en")
    assert "the event is not there: it was deleted" in browser.get("/kiem-chung").text


@pytest.mark.usefixtures("data")
def test_an_event_that_waits_too_long_is_an_alarm_on_the_page(here: World) -> None:
    assert "Bộ xếp nhật ký của máy chủ không chạy" not in page(here)
    here.clock.move(minutes=2)
    assert "Bộ xếp nhật ký của máy chủ không chạy" in page(here)


def test_a_damaged_result_is_no_result(here: World, data: Path) -> None:
    folder = data / "evidence-check"
    folder.mkdir(parents=True)
    for content in ("", "[]", "{}", '{"at": "x"}'):
        (folder / f"{HERE.hex}.json").write_text(content)
        assert "Chưa kiểm tra lần nào." in page(here)


@pytest.mark.usefixtures("sequenced")
def test_the_signed_head_is_handed_out(here: World) -> None:
    answer = here.client(AUDITOR).get("/kiem-chung/dau-nhat-ky/2026")
    head = verifier.read_checkpoint(verifier.read_note(answer.data))
    assert head.origin == f"{sequencing.log_name(HERE)}/2026"
    assert here.client(AUDITOR).get("/kiem-chung/dau-nhat-ky/1999").status_code == 404


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_part_of_the_check_has_words(code: str) -> None:
    known = {one.id for path in i18n.files(code) for one in i18n.read(path)}
    results = {word for word, _ in proving.RESULTS.values()}
    assert {*proving.LAYERS.values(), *results} - known == set()


def test_a_pace_takes_no_more_than_its_share() -> None:
    pace = daily_check.Pace(share=0.2)
    begin, worked = time.monotonic(), time.thread_time()
    for _ in range(10):
        until = time.thread_time() + 0.005
        while time.thread_time() < until:
            pass
        pace()
    took = time.monotonic() - begin
    assert (time.thread_time() - worked) / took < 0.3


def test_a_server_that_stops_breaks_the_check_off(here: World, data: Path) -> None:
    daily = daily_check.DailyCheck(here.application, data, share=1e-9, interval=0.01)
    daily.start()
    time.sleep(0.2)
    daily.stop()
    assert daily_check.Results(data).read(HERE) is None


class Away:
    """A signer that does not answer."""

    def keys(self, log: str) -> tuple[str, ...]:
        """Refuse."""
        raise SignerRefusedError(log)

    def last(self, origin: str) -> bytes | None:
        """Refuse."""
        raise SignerRefusedError(origin)

    def sign(self, text: bytes, proof: Any) -> bytes:
        """Refuse."""
        raise SignerRefusedError(f"{text!r} {proof}")


def test_events_get_their_places_while_the_signer_is_away(here: World) -> None:
    with pytest.raises(SignerRefusedError):
        sequencing.Sequencing(here.application, Away()).once()
    assert here.application.log.lag(HERE).pending == 0


# The command line.


@pytest.fixture
def run(
    here: World, data: Path, sequenced: sequencing.Sequencing, monkeypatch: Any
) -> Any:
    """Give what runs a verb on a database with one tenant."""
    assert sequenced.once() == 0
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, here.application.url)
    monkeypatch.setenv("QUYTRINH_DATA", str(data))
    monkeypatch.setattr("webui.cli.common.tenant_of", lambda _: HERE)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli.cli, ["evidence", *words])

    return invoke


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


def test_check_says_so_when_everything_is_whole(run: Any) -> None:
    # Far from the clock of the test: only that nothing waits matters.
    told = run("check", "--json")
    assert told.exit_code == 0, told.output
    assert answer(told)["ok"] is True
    assert "The evidence is whole." in run("check").stdout


def test_status_and_check_name_a_key_that_others_may_read(run: Any, data: Path) -> None:
    ready = json.loads(run("status", "--json").stdout)
    assert (ready["signer"], ready["unsigned"]) == ("ready", 0)
    folder = parse.quote(ready["log"], safe="")
    (key,) = (data / "signer" / "keys" / folder).glob("*.pem")
    key.chmod(0o644)
    told = json.loads(run("status", "--json").stdout)
    assert f"{key.name} may be read by others" in told["signer"]
    checked = run("check")
    assert checked.exit_code == 1
    assert f"Sai đầu tiên: Bên ký từ chối: tệp khóa {key.name}" in checked.stdout
    assert f"others may read the key file {key.name}" in checked.stdout
    for more in ((), ("--fast",)):
        checked = run("check", "--json", *more)
        found = answer(checked)
        assert (checked.exit_code, found["ok"]) == (1, False)
        assert found["signer"] == told["signer"]
        assert [(one["layer"], one["code"]) for one in found["findings"]] == [
            ("signer", "key-loose")
        ]
    key.chmod(0o600)
    assert run("check", "--json").exit_code == 0


def test_a_signer_that_may_sign_all_the_same_is_no_failure(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Whoever asks is not who owns the keys.
    other = os.geteuid() + 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("os.geteuid", lambda: other)
        checked = run("check")
    assert checked.exit_code == 0
    assert "thuộc về người dùng khác" in checked.stderr
    assert "belongs to another user" in checked.stderr
    # No signer answers where one is said to be.
    monkeypatch.setenv(signer.SOCKET_VARIABLE, str(tmp_path / "nobody"))
    checked = run("check", "--json")
    assert (checked.exit_code, answer(checked)["ok"]) == (0, True)
    assert "does not answer" in answer(checked)["signer"]


def test_check_with_keys_from_outside_believes_no_others(
    run: Any, data: Path, tmp_path: Path
) -> None:
    log = sequencing.log_name(HERE)
    own, other = tmp_path / "own", tmp_path / "other"
    own.write_text("\n".join(keeper.Keeper(data / "signer").keys(log)))
    other.write_text(keeper.Keeper(tmp_path / "x").make_key(log, "1"))
    assert run("check", "--keys", str(own)).exit_code == 0
    told = run("check", "--keys", str(other), "--json")
    assert told.exit_code == 1
    assert answer(told)["first"]["code"] == "unsigned"
    other.write_text("nonsense")
    assert run("check", "--keys", str(other)).exit_code == 1


def test_a_kept_head_is_compared(
    run: Any, here: World, sequenced: sequencing.Sequencing, tmp_path: Path
) -> None:
    kept = tmp_path / "head"
    assert run("head", "-o", str(kept)).exit_code == 0
    sequencing.seal(here.application, HERE)
    sequenced.once()
    told = run("compare-head", str(kept), "--json")
    assert (told.exit_code, answer(told)["result"]) == (0, "consistent")
    kept.write_text(run("head").stdout)
    with here.application.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER log_index_guards_delete")
        connection.exec_driver_sql(
            "DELETE FROM log_index WHERE leaf_index >="
            " (SELECT MAX(leaf_index) FROM log_index WHERE tenant_id = ?)",
            (HERE.bytes,),
        )
    told = run("compare-head", str(kept), "--json")
    assert (told.exit_code, answer(told)["result"]) == (1, "rollback")
    found = answer(run("check", "--json"))["findings"]
    assert "log_index_guards_delete" in found[-1]["message_en"]
    assert "Rollback" in answer(told)["message_en"]
    kept.write_bytes(b"no note")
    assert run("compare-head", str(kept)).exit_code == 1


# Time stamps.

_CONFIG = """
[req]
distinguished_name = name
[name]
[tsa]
extendedKeyUsage = critical,timeStamping
[ca]
basicConstraints = critical,CA:true
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(*words: str | Path, given: bytes = b"") -> bytes:
    command = ["openssl", *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run a time-stamping authority of our own; give its address and root."""
    folder = tmp_path_factory.mktemp("tsa")
    config = folder / "openssl.cnf"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    for name in ("ca", "tsa"):
        openssl("genrsa", "-out", folder / f"{name}.key", "2048")
    common = ("-config", config, "-days", "3650")
    openssl(
        *("req", "-x509", "-new", "-key", folder / "ca.key", "-subj", "/CN=Root"),
        *("-extensions", "ca", "-out", folder / "ca.pem", *common),
    )
    openssl(
        *("req", "-new", "-key", folder / "tsa.key", "-subj", "/CN=TSA"),
        *("-config", config, "-out", folder / "tsa.csr"),
    )
    openssl(
        *("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem"),
        *("-CAkey", folder / "ca.key", "-set_serial", "2", "-days", "3650"),
        *("-extfile", config, "-extensions", "tsa", "-out", folder / "tsa.pem"),
    )

    class Handler(server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = folder / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            made = openssl(
                *("ts", "-reply", "-queryfile", asked, "-config", config),
                *("-section", "tsa_config"),
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(made if self.path == "/" else b"nonsense")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with server.HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/", folder / "ca.pem"
        listening.shutdown()


def test_a_head_is_stamped_and_its_stamp_is_checked(
    run: Any, here: World, authority: tuple[str, Path], tmp_path: Path
) -> None:
    url, root = authority
    told = run("stamp", "--url", url, "--tsa-root", str(root), "--json")
    assert told.exit_code == 0, told.output
    assert answer(told)["stamped"] is True
    # Twice is once.
    assert answer(run("stamp", "--url", url, "--json"))["stamped"] is False
    without = answer(run("check", "--json"))
    [layer] = [one for one in without["layers"] if one["layer"] == "stamps"]
    assert layer["result"] == "NOT CHECKED"
    assert run("check", "--tsa-root", str(root)).exit_code == 0
    # A foreign tool agrees.
    signed = here.application.log.newest(HERE, 2026)
    assert signed is not None
    assert signed.stamp is not None
    (tmp_path / "note").write_bytes(signed.note)
    (tmp_path / "token").write_bytes(signed.stamp)
    openssl(
        *("ts", "-verify", "-data", tmp_path / "note", "-in", tmp_path / "token"),
        *("-token_in", "-CAfile", root),
    )


def test_a_bundle_is_stamped_where_an_authority_is_named(
    run: Any,
    here: World,
    authority: tuple[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, root = authority
    monkeypatch.setenv(stamping.VARIABLE, url)
    place, keys = tmp_path / "case.asice", tmp_path / "keys"
    made = run("export", str(here.case), "-o", str(place), "--json")
    assert made.exit_code == 0, made.output
    keys.write_text(run("keys").output)
    asked = ("verify", str(place), "--keys", str(keys))
    assert answer(run(*asked, "--json"))["not_checked"][-1] == "timestamp"
    checked = run(*asked, "--tsa-root", str(root), "--json")
    assert checked.exit_code == 0
    assert answer(checked)["layers"][-1]["result"] == "PASS"
    # A foreign tool agrees.
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path / "open")
    folder = tmp_path / "open" / "META-INF"
    openssl(
        *("ts", "-verify", "-data", folder / "ASiCManifest.xml"),
        *("-in", folder / "manifest.tst", "-token_in", "-CAfile", root),
    )
    # The last byte of the signature in the token is another.
    token = (folder / "manifest.tst").read_bytes()
    with zipfile.ZipFile(place) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    del files["mimetype"]
    files[verifier.STAMP] = token[:-1] + bytes([token[-1] ^ 1])
    place.write_bytes(bundle._archive(files))
    forged = run(*asked, "--tsa-root", str(root), "--json")
    assert forged.exit_code == 1
    assert answer(forged)["layers"][-1]["result"] == "FAIL"


def test_an_authority_that_is_silent_holds_up_no_bundle(
    run: Any, here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stamping.VARIABLE, "http://127.0.0.1:9/")
    place = tmp_path / "case.asice"
    made = run("export", str(here.case), "-o", str(place), "--json")
    told = json.loads(made.stdout.splitlines()[-1])
    assert verifier.STAMP in told["missing"][0]
    with zipfile.ZipFile(place) as archive:
        assert verifier.STAMP not in archive.namelist()


def test_a_stamp_over_something_else_is_named(
    run: Any, here: World, authority: tuple[str, Path]
) -> None:
    url, root = authority
    assert run("stamp", "--url", url).exit_code == 0
    with here.application.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER checkpoint_guards_update")
        connection.exec_driver_sql(
            "UPDATE checkpoint SET stamp = substr(stamp, 1, 200)"
            " WHERE stamp IS NOT NULL"
        )
    told = run("check", "--tsa-root", str(root), "--json")
    assert told.exit_code == 1
    assert answer(told)["first"]["layer"] == "stamps"


@pytest.mark.parametrize("path", ["broken", ""])
def test_an_authority_that_gives_no_stamp_is_refused(
    run: Any, authority: tuple[str, Path], path: str
) -> None:
    url = f"{authority[0]}broken" if path else "http://127.0.0.1:9/"
    assert run("stamp", "--url", url).exit_code == 1
    assert run("stamp", "--url", f"file://{os.devnull}").exit_code == 1
