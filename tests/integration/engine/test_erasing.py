"""A person is erased: nothing holds the values, and every proof still holds."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.commands.end_case import StopCase
from engine.commands.erase_personal import ErasePersonal, HoldCase
from engine.commands.send_signal import SendSignal
from engine.domain.events import EventType
from engine.domain.run import Status
from engine.erasure import Erasure, Remains, Value
from engine.errors import ConfigurationError, NotAllowedError, NotReadyError
from engine.evidence import retrace
from engine.judging.ruling import Question, Verdict
from storage import schema
from tests import bpmn, databases
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import ASKING, Office, lanes
from webui import bootstrap, delivering, erasures, judging

NAME = "Nguyễn Thị Bí Mật Vô Song"
BASIS = "Luật 91/2025/QH15, Điều 14"
ORDER = "Quyết định 12/QĐ-UBND ngày 20/11/2026"

HEARING = bpmn.definitions(
    '<signal id="bao" name="bao"/>',
    bpmn.process(
        "start s; catch nghe 'Nghe' <signalEventDefinition signalRef=\"bao\"/>\n"
        "task xong 'Xong'; end e",
        "s > nghe > xong > e",
        identity="nghe_bao",
        more=lanes(desk="xong"),
    ),
)


@pytest.fixture
def here(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give an office whose register of erasures is its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path / "data"))
    office.reopen()
    return office


def closed_case(here: Office, name: str = NAME) -> UUID:
    """A case that has ended, with the name in answers, a letter and a reply."""
    case = here.open("1.001", ten=name, phi=0)
    here.complete("motcua", case, "nhan", {"ghi_chu": name})
    here.complete("thamtra", case, "tham_tra", {"y_kien": f"Đã gặp {name}"})
    here.clock.move(days=4)
    here.wake(case)
    here.complete("lanhdao", case, "ky", {"phi": name})
    here.receive(case, "thue_tra_loi", nguoi_nop=name)
    assert here.case(case).closed_at is not None
    return case


def erase(here: Office, case: UUID, *names: str) -> int:
    command = ErasePersonal(case=case, basis=BASIS, order=ORDER, names=names)
    done = erasures.erase(here.app, command, here.actor("quantri"))
    return int(str(done["erased"]))


def everything(here: Office) -> str:
    """Every row of every table, as text."""
    with here.app.database.read() as connection:
        rows = [
            map(repr, connection.execute(sa.select(table)))
            for table in schema.metadata.sorted_tables
        ]
    return "\n".join(row for table in rows for row in table)


def steps(here: Office, case: UUID) -> tuple[retrace.Step, ...]:
    return retrace.opened(here.events(case))


def unaccounted(here: Office, folder: Path) -> set[Value]:
    """Values that the check of everything finds gone without an order."""
    kept = Kept(here, folder / "signer")
    kept.sequence()
    return {
        Value(
            int(one.event.rpartition(" ")[2]),
            one.message_en.split("“")[1].split("”")[0],
        )
        for one in kept.check().findings
        if one.code == "value-gone"
    }


def test_erasing_takes_every_value_and_leaves_every_proof(
    here: Office, tmp_path: Path
) -> None:
    case = closed_case(here)
    before = here.events(case)
    count = erase(here, case)
    after = here.events(case)
    assert count > 0
    assert [one.body for one in after[:-1]] == [one.body for one in before]
    assert [one.leaf for one in after[:-1]] == [one.leaf for one in before]
    told = steps(here, case)
    assert told[-1].type is EventType.PERSONAL_ERASED
    assert told[-1].body["facts"]["basis"] == BASIS
    assert told[-1].body["facts"]["order"] == ORDER
    assert not any(step.values for step in told)
    assert unaccounted(here, tmp_path) == set()
    assert here.rebuild(case) == []
    assert here.verify(case) == []
    assert here.case(case).applicant == ""


def test_what_a_case_heard_goes_from_the_letter_that_nobody_sent(
    here: Office, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    here.publish(nghe=HEARING)
    case = here.open("nghe_bao")
    here.do("lienthong", SendSignal(name="bao", payload={"ten": NAME, "muc": 1}))
    for _ in range(3):
        for due in delivering.due(here.app, here.tenant):
            delivering.perform(here.app, here.tenant, due)
    assert steps(here, case)[-1].values["ten"] == NAME
    here.complete("motcua", case, "xong")
    erase(here, case)
    bodies = here.sql("SELECT body FROM outbox")
    assert bodies == [("{}",)]
    assert NAME not in everything(here)
    assert unaccounted(here, tmp_path) == set()
    assert here.rebuild(case) == []
    bootstrap.purge(here.app)
    assert not _found(_pages(here, request), (NAME.encode(),))


def test_both_ways_of_following_judge_an_erased_case_alike(here: Office) -> None:
    case = here.open("1.001", ten=NAME, phi=0)
    here.complete("motcua", case, "nhan", {"ghi_chu": NAME})
    here.do(
        "giamsat",
        StopCase(case=case, reason=f"{NAME} xin dừng", basis=BASIS, document=ORDER),
    )
    erase(here, case)
    with judging.court(here.app, here.tenant) as (court, desk):
        record, head = desk.case(case)
        found = court.case(record, head)
        whole = court.case(record, head, whole=True)
    assert whole == found
    assert found.failures() == []
    told = [one.of(Question.DATA).code for one in found.events]
    assert told[:2] == ["erased-answers", "erased-answers"]
    # What reads nothing that was erased is still looked at.
    flows = [one.of(Question.CONTROL_FLOW).verdict for one in found.events]
    assert Verdict.UNKNOWN not in flows


def test_no_table_holds_the_name_afterwards(here: Office) -> None:
    case = closed_case(here)
    assert NAME in everything(here)
    erase(here, case)
    assert NAME not in everything(here)
    assert "bi mat vo song" not in everything(here).lower()


def test_a_value_that_is_gone_without_a_word_is_noticed(
    here: Office, tmp_path: Path
) -> None:
    closed_case(here)
    here.sql("UPDATE personal SET value = NULL, salt = NULL WHERE name = 'ten'")
    assert Value(1, "ten") in unaccounted(here, tmp_path)


def test_one_name_can_be_erased_while_the_case_goes_on(here: Office) -> None:
    case = here.open("1.001", ten=NAME)
    erase(here, case, "ten")
    assert here.case(case).applicant == ""
    assert here.rebuild(case) == []
    assert here.work(case)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"basis": BASIS, "order": ORDER}, "case-open"),
        ({"basis": "", "order": ORDER, "names": ("ten",)}, "no-basis"),
        ({"basis": BASIS, "order": " ", "names": ("ten",)}, "no-basis"),
        ({"basis": BASIS, "order": ORDER, "names": ("x",)}, "nothing-to-erase"),
    ],
)
def test_an_erasure_without_ground_is_refused_and_erases_nothing(
    here: Office, command: dict[str, str], code: str
) -> None:
    case = here.open("1.001", ten=NAME)
    with pytest.raises(NotReadyError) as refusal:
        here.do("quantri", ErasePersonal(case=case, **command))  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert steps(here, case)[0].values["ten"] == NAME
    assert list(here.app.engine.tools.erasures.all()) == []


@pytest.mark.parametrize("login", ["motcua", "giamsat", "kiemtoan"])
def test_nobody_else_erases_or_holds(here: Office, login: str) -> None:
    case = closed_case(here)
    for command in (
        ErasePersonal(case=case, basis=BASIS, order=ORDER),
        HoldCase(case=case, order=ORDER),
    ):
        with pytest.raises(NotAllowedError):
            here.do(login, command)


def test_a_held_case_is_not_erased_until_the_hold_is_lifted(here: Office) -> None:
    case = closed_case(here)
    assert here.do("quantri", HoldCase(case=case, order=ORDER))["held"] is True
    here.do("quantri", HoldCase(case=case, order=ORDER))
    with pytest.raises(NotReadyError) as refusal:
        erase(here, case)
    assert refusal.value.code == "held"
    here.do("quantri", HoldCase(case=case, order=ORDER, lift=True))
    with pytest.raises(NotReadyError) as refusal:
        here.do("quantri", HoldCase(case=case, order=ORDER, lift=True))
    assert refusal.value.code == "not-held"
    assert erase(here, case) > 0
    kinds = [step.type.value for step in steps(here, case)]
    assert kinds[-3:] == ["hold.placed", "hold.lifted", "personal.erased"]
    assert here.rebuild(case) == []


def test_a_file_is_removed_unless_another_case_has_it(here: Office) -> None:
    mine, other = closed_case(here), closed_case(here)
    files = here.app.attachments
    own = files.put(here.tenant, b"own")
    shared = files.put(here.tenant, b"shared")
    who = here.accounts["motcua"].id
    for case, names in ((mine, (own, shared)), (other, (shared,))):
        rows = dict.fromkeys(names, (f"{NAME}.pdf", "application/pdf", 3))
        place = (here.tenant, case, here.case(case).month)
        files.attach(place, who, here.clock.now(), rows)
    erase(here, mine)
    assert files.of_case(here.tenant, mine) == {}
    assert files.get(here.tenant, shared) == b"shared"
    with pytest.raises(Exception, match="no such record"):
        files.get(here.tenant, own)


def test_a_backup_from_before_does_not_bring_the_values_back(
    here: Office, tmp_path: Path
) -> None:
    if not here.url.startswith("sqlite"):
        pytest.skip("the copy of a file stands for any backup")
    case = closed_case(here)
    here.app.close()
    path = Path(here.url.removeprefix("sqlite:///"))
    copy = tmp_path / "backup.db"
    shutil.copy(path, copy)
    here.reopen()
    count = erase(here, case)
    here.app.close()
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    shutil.copy(copy, path)
    here.reopen()
    assert steps(here, case)[0].values["ten"] == NAME
    assert erasures.repeat(here.app) == count
    assert not any(step.values for step in steps(here, case))
    assert steps(here, case)[-1].type is EventType.PERSONAL_ERASED
    assert here.rebuild(case) == []
    assert erasures.repeat(here.app) == 0


def test_a_backup_older_than_the_case_starts_all_the_same(
    here: Office, tmp_path: Path
) -> None:
    never = Erasure(
        tenant=here.tenant,
        case=UUID(int=2),
        month=202611,
        values=(Value(1, "ten"),),
        files=("ab" * 32,),
        basis=BASIS,
        order=ORDER,
    )
    erasures.FileRegister(tmp_path / "data" / "erasures.jsonl").note(never)
    here.reopen()
    assert erasures.repeat(here.app) == 0


def test_the_pages_of_the_database_hold_nothing_after_purging(
    here: Office, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    case = closed_case(here)
    needles = (NAME.encode(), b"bi mat vo song")
    # The statistics of the planner hold values, too.
    here.sql("ANALYZE")
    assert _found(_pages(here, request), needles)
    erase(here, case)
    remains = bootstrap.purge(here.app)
    assert not _found(_pages(here, request), needles)
    # A role without rights over the cluster leaves the log of PostgreSQL, and says so.
    sqlite = here.url.startswith("sqlite")
    assert remains == (() if sqlite else (Remains.SWITCH, Remains.RECYCLED))
    register = tmp_path / "data" / "erasures.jsonl"
    assert NAME.encode() not in register.read_bytes()


def test_an_erased_answer_of_a_function_is_gone_and_not_empty(here: Office) -> None:
    here.publish(tra=ASKING)
    case = here.open("tra", ten=NAME)
    assert [*here.work(case)] == [("b", 1)]
    erase(here, case, "ten")
    assert NAME not in everything(here)
    # With a null in its place the other branch would be chosen.
    assert here.verify(case) == []
    assert here.rebuild(case) == []
    here.complete("thamtra", case, "b", {})
    assert here.case(case).status is Status.COMPLETED
    told = steps(here, case)
    assert "answer:tinh:1" not in told[0].values


#: A name that no other test writes into the files of the cluster.
ONCE = "Trần Thị Chỉ Một Lần Này"


@pytest.fixture
def granted(here: Office, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """Do what the manual tells an administrator of PostgreSQL; give a superuser."""
    if here.url.startswith("sqlite"):
        pytest.skip("a file has no log of its own for long")
    cluster: databases.Cluster = request.getfixturevalue("cluster")
    name = sa.make_url(here.url).database
    assert name is not None
    superuser = sa.create_engine(
        cluster.url(name, "postgres"), isolation_level="AUTOCOMMIT"
    )
    for statement in (
        "ALTER SYSTEM SET wal_recycle = off",
        "SELECT pg_reload_conf()",
        f"GRANT pg_checkpoint TO {databases.OWNER}",
        f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {databases.OWNER}",
    ):
        _do(superuser, statement)
    yield superuser
    for statement in (
        f"REVOKE pg_checkpoint FROM {databases.OWNER}",
        "ALTER SYSTEM RESET wal_recycle",
        "SELECT pg_reload_conf()",
    ):
        _do(superuser, statement)
    superuser.dispose()


def _do(superuser: sa.Engine, statement: str) -> None:
    with superuser.connect() as connection:
        connection.exec_driver_sql(statement)


def test_no_file_of_the_cluster_holds_the_name_after_a_purge_with_rights(
    here: Office, granted: sa.Engine, request: pytest.FixtureRequest
) -> None:
    cluster: databases.Cluster = request.getfixturevalue("cluster")
    case = closed_case(here, ONCE)
    here.sql("ANALYZE")
    needles = (ONCE.encode(), b"chi mot lan nay")

    def holding() -> set[str]:
        """The folders of the cluster in which some file holds the name."""
        return {
            path.relative_to(cluster.folder).parts[1]
            for path in cluster.folder.rglob("*")
            if path.is_file() and _found([path], needles)
        }

    _do(granted, "CHECKPOINT")
    assert holding() == {"base", "pg_wal"}
    erase(here, case)
    assert bootstrap.purge(here.app) == ()
    assert holding() == set()


def test_what_is_still_archived_or_replicated_is_told(
    here: Office, granted: sa.Engine
) -> None:
    _do(granted, "SELECT pg_create_physical_replication_slot('nguoi_doc', true)")
    remains = bootstrap.purge(here.app)
    _do(granted, "SELECT pg_drop_replication_slot('nguoi_doc')")
    assert remains == (Remains.REPLICATED,)


def _pages(here: Office, request: pytest.FixtureRequest) -> list[Path]:
    """The files of a database, after everything was written to them."""
    if here.url.startswith("sqlite"):
        path = Path(here.url.removeprefix("sqlite:///"))
        return [path, *path.parent.glob(f"{path.name}-*")]
    cluster: databases.Cluster = request.getfixturevalue("cluster")
    own = here.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
    superuser = sa.create_engine(
        cluster.url("postgres", "postgres"), isolation_level="AUTOCOMMIT"
    )
    with superuser.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
    superuser.dispose()
    folder = cluster.folder / "data" / "base" / str(own[0][0])
    return [path for path in folder.rglob("*") if path.is_file()]


def _found(files: list[Path], needles: tuple[bytes, ...]) -> bool:
    content = b"".join(file.read_bytes() for file in files)
    return any(needle in content for needle in needles)


def test_a_register_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    register = erasures.FileRegister(tmp_path / "register")
    assert list(register.all()) == []
    erasure = Erasure(
        tenant=UUID(int=1),
        case=UUID(int=2),
        month=202611,
        values=(Value(1, "ten"),),
        files=("ab",),
        basis=BASIS,
        order=ORDER,
    )
    register.note(erasure)
    with (tmp_path / "register").open("ab") as file:
        file.write(b'{"half":')
    assert list(register.all()) == [erasure]
    register.note(erasure)
    assert list(register.all()) == [erasure, erasure]
    with (tmp_path / "register").open("ab") as file:
        file.write(b'{"half":\n')
    with pytest.raises(ConfigurationError, match="line 3"):
        list(register.all())
