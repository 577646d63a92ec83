"""Long work: asked for on a page, done beside it, found again under "Tác vụ"."""

import io
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import UUID

import pytest

from engine import jobs, limits
from engine.commands import access
from engine.commands.ask_job import AskJob
from engine.commands.change_organisation import CloseAccount
from engine.commands.claim_task import ClaimTask
from engine.commands.export_evidence import Through
from engine.commands.open_case import OpenCase
from engine.domain import iso8601, policy
from engine.domain.events import StreamKind
from engine.domain.organisation import Role
from engine.domain.run import Json
from engine.errors import BusyError, NotFoundError, StaleError
from engine.evidence import keeper, verifier
from tests import waiting
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import exporting, sequencing
from webui.jobs import registry, runner, upkeep
from webui.jobs.kind import Done, Kind, Work

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "unrelated")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
COLLEAGUE: Final = world.login_of(Role.CLERK, "own-agency")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
_MEDIA: Final = "application/vnd.etsi.asic-e+zip"


class Counting(Kind):
    """A kind of the tests: its steps are what `asked["steps"]` says."""

    name: ClassVar[str] = "counting"
    action: ClassVar[policy.Action] = policy.Action.CASE_LIST
    made: ClassVar[list[int]] = []

    def title(self, job: jobs.NewJob) -> str:
        """What is counted."""
        return f"Đếm {len(self._steps(job))}"

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """An item a step."""
        steps = self._steps(work.job)
        return [jobs.NewItem(subject=one, label=f"mục {one}") for one in steps]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """Do what the step is called."""
        self.made.append(item.number)
        if item.subject == "stale":
            raise StaleError
        if item.subject == "busy":
            raise BusyError
        if item.subject == "fault":
            raise ZeroDivisionError("dữ liệu của Nguyễn Văn Kín")
        if item.subject == "claim":
            case = UUID(str(work.job.asked["case"]))
            command = ClaimTask(case=case, element="tham_tra", occurrence=1)
            return Done(command=command)
        if item.subject == "long":
            while True:
                work.beat(1, 2)
                time.sleep(0.01)
        return Done(answer=item.number)

    @staticmethod
    def _steps(job: jobs.NewJob) -> list[str]:
        steps = job.asked["steps"]
        assert isinstance(steps, list)
        return [str(one) for one in steps]


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the registry know the kind of the tests."""
    Counting.made.clear()
    known = {**registry.KINDS, Counting.name: Counting()}
    monkeypatch.setattr(registry, "KINDS", known)
    return iter([None])


def ask(here: World, *steps: str, login: str = CLERK) -> UUID:
    """Ask for a job of these steps."""
    asked: dict[str, Json] = {"steps": [*steps], "case": here.case.hex}
    done = here.application.engine.execute(
        AskJob(kind=Counting.name, asked=asked), here.actor(login)
    )
    return UUID(str(done["job"]))


def job_of(here: World, job: UUID) -> jobs.Job:
    """A job as it stands."""
    found = here.application.jobs.job(world.HERE, job)
    assert found is not None
    return found


def page(here: World, job: UUID, login: str = CLERK) -> str:
    """The page of a job."""
    answer = here.client(login).get(f"/tac-vu/{job}")
    assert answer.status_code == 200
    return answer.text


def test_a_job_is_found_again_with_its_progress_and_its_end(here: World) -> None:
    job = ask(here, "a", "b", "c")
    before = page(here, job)
    assert "Chờ đến lượt" in before
    assert "http-equiv" in before
    assert 'hx-trigger="every' in before
    assert "Tác vụ (1" in here.client(CLERK).get("/viec").text
    world.work(here)
    after = page(here, job)
    assert "3 trên 3" in after
    assert "Đã làm xong 3 trên 3" in after
    assert "http-equiv" not in after
    assert "hx-trigger" not in after
    listed = here.client(CLERK).get("/tac-vu").text
    assert "Đếm 3" in listed
    assert "3 / 3" in listed
    assert "Tác vụ (1" not in listed


def test_the_same_form_sent_twice_asks_for_one_job(here: World) -> None:
    browser = here.client(AUDITOR)
    sent = [
        browser.post("/kiem-chung/xuat-nhieu", procedure="thu_tuc", key="một")
        for _ in range(2)
    ]
    assert sent[0].location == sent[1].location
    assert len(here.application.jobs.jobs(world.HERE, None, 9)) == 2


def test_what_failed_is_listed_with_its_reason_and_the_rest_is_done(
    here: World,
) -> None:
    job = ask(here, "a", "stale", "fault", "b")
    world.work(here)
    found = job_of(here, job)
    assert (found.state, found.done, found.failed) == (jobs.JobState.DONE, 2, 2)
    # The fault is tried again, after the others; the refusal is not.
    assert Counting.made == [1, 2, 3, 4, 3, 3]
    text = page(here, job)
    assert "mục stale" in text
    assert "Có người khác vừa sửa" in text or "đã thay đổi" in text
    assert "Lỗi của chương trình" in text
    assert "Kín" not in text


def test_what_passes_by_itself_rests_and_is_tried_again_with_a_bound(
    here: World,
) -> None:
    job = ask(here, "busy", "a")
    for _ in range(limits.JOB_ATTEMPTS):
        world.work(here)
        here.clock.move(minutes=2)
    world.work(here)
    found = job_of(here, job)
    assert (found.state, found.done, found.failed) == (jobs.JobState.DONE, 1, 1)
    assert Counting.made.count(1) == limits.JOB_ATTEMPTS


def test_a_command_is_done_by_whoever_asked_together_with_its_item(
    here: World,
) -> None:
    job = ask(here, "claim", "claim")
    world.work(here)
    found = job_of(here, job)
    assert (found.done, found.failed) == (1, 1)
    item = here.application.queries.task(here.actor(CLERK), here.case, "tham_tra", 1)
    assert item is not None
    assert item.assignee == here.actor(CLERK).account.id
    with here.application.store.read(world.HERE) as uow:
        case = uow.cases.get(here.case)
        last = json.loads(uow.history.read(case.id, case.month)[-1].body)
    assert last["type"] == "task.claimed"
    assert UUID(last["doer"]["account"]) == here.actor(CLERK).account.id


def test_an_item_that_was_moved_on_by_another_worker_is_not_done(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(here, "claim")
    original = Counting.step

    def slowly(self: Counting, work: Work, item: jobs.Item) -> Done:
        # Meanwhile the lease runs out, and somebody else takes the job.
        here.clock.move(minutes=5)
        now = here.clock.now()
        other = jobs.Lease(job=job, token=UUID(int=9), until=now + runner.LEASE)
        assert here.application.jobs.claim(world.HERE, now, other) is not None
        return original(self, work, item)

    monkeypatch.setattr(Counting, "step", slowly)
    cancel_first(here)
    runner.Runner(here.application).once()
    task = here.application.queries.task(here.actor(CLERK), here.case, "tham_tra", 1)
    assert task is not None
    assert task.assignee is None
    assert job_of(here, job).done == 0


def cancel_first(here: World) -> None:
    """End the job that the world brings along."""
    answer = here.client(ADMINISTRATOR).post(f"/tac-vu/{here.job}/huy", key="w")
    assert answer.status_code == 303


def test_rights_are_asked_for_again_before_each_step(here: World) -> None:
    job = ask(here, "a", "b", login=COLLEAGUE)
    made = runner.Runner(here.application, slice=0)
    cancel_first(here)
    while job_of(here, job).done < 1:
        made.once()
        here.clock.move(seconds=1)
    account = here.actor(COLLEAGUE).account.id
    here.application.engine.execute(
        CloseAccount(account=account), here.actor(ADMINISTRATOR)
    )
    world.work(here)
    found = job_of(here, job)
    assert (found.done, found.failed) == (1, 1)
    assert Counting.made == [1]


def test_a_cancelled_job_ends_after_the_step_on_its_way(here: World) -> None:
    job = ask(here, "a", "long", "b")
    cancel_first(here)
    made = runner.Runner(here.application, renew=0.05)
    made.interval = 0.01
    made.start()
    deadline = time.monotonic() + waiting.LONGEST
    while job_of(here, job).within != (1, 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "trong mục này 1 trên 2" in page(here, job)
    here.client(CLERK).post(f"/tac-vu/{job}/huy", key="k")
    while not job_of(here, job).over and time.monotonic() < deadline:
        time.sleep(0.01)
    made.stop()
    found = job_of(here, job)
    assert (found.state, found.done) == (jobs.JobState.CANCELLED, 1)
    assert Counting.made == [1, 2]
    assert "Đã hủy" in page(here, job)


def test_a_server_that_stops_gives_the_job_back_at_once(here: World) -> None:
    job = ask(here, "long")
    cancel_first(here)
    made = runner.Runner(here.application, interval=0.01, renew=0.02)
    made.start()
    deadline = time.monotonic() + waiting.LONGEST
    while job_of(here, job).within != (1, 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    made.stop()
    assert not job_of(here, job).over
    lease = jobs.Lease(
        job=job, token=UUID(int=7), until=here.clock.now() + runner.LEASE
    )
    assert here.application.jobs.claim(world.HERE, here.clock.now(), lease) is not None
    item = here.application.jobs.items(world.HERE, job)[0]
    assert (item.state, item.attempts) == (jobs.ItemState.WAITING, 0)


def test_jobs_take_turns(here: World) -> None:
    long, short = ask(here, *"abcdefgh"), ask(here, "x")
    cancel_first(here)
    made = runner.Runner(here.application, slice=0)
    while not job_of(here, short).over:
        made.once()
        here.clock.move(seconds=1)
    assert not job_of(here, long).over
    world.work(here)
    assert job_of(here, long).done == 8


def test_an_account_has_only_so_many_jobs_at_once(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOBS_OPEN", 1)
    browser = here.client(AUDITOR)
    first = browser.post("/kiem-chung/xuat-nhieu", procedure="thu_tuc", key="a")
    second = browser.post("/kiem-chung/xuat-nhieu", procedure="thu_tuc", key="b")
    assert (first.status_code, second.status_code) == (303, 413)
    assert "quá nhiều tác vụ" in second.text


def test_an_administrator_sees_everybody_s_jobs_and_takes_no_result(
    here: World,
) -> None:
    job = ask(here, "a")
    listed = here.client(ADMINISTRATOR).get("/tac-vu").text
    assert str(job) in listed
    assert "Người yêu cầu" in listed
    assert str(job) not in here.client(COLLEAGUE).get("/tac-vu").text
    assert here.client(COLLEAGUE).get(f"/tac-vu/{job}").status_code == 404


def test_old_jobs_go_with_their_files_and_young_ones_stay(here: World) -> None:
    old = ask(here, "a")
    world.work(here)
    sha = here.application.results.put(world.HERE, old, b"old")
    here.clock.move(days=limits.JOB_DAYS, minutes=1)
    young = ask(here, "a")
    world.work(here)
    made = upkeep.clear(here.application, world.HERE)
    assert here.application.jobs.job(world.HERE, old) is None
    with pytest.raises(NotFoundError):
        here.application.results.get(world.HERE, old, sha)
    assert job_of(here, young).over
    # The one that the world brings along was done with the first.
    assert made == 2


# Evidence of several cases.


@pytest.fixture
def signing(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> sequencing.Sequencing:
    """A signer of this test; who waits for the log lets the sequencer pass."""
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    made = sequencing.Sequencing(here.application, signer)
    monkeypatch.setattr(time, "sleep", lambda _: made.once())
    return made


def exports(here: World) -> list[dict[str, Any]]:
    """What the register of exports holds today."""
    stream = access.stream_of(world.HERE, iso8601.day(here.clock.now()))
    with here.application.store.read(world.HERE) as uow:
        head = uow.history.known(StreamKind.ACCESS, stream)
        assert head is not None
        bodies = [json.loads(one.body) for one in uow.history.read(stream, head.month)]
    return [one for one in bodies if one["type"] == "evidence.exported"]


def bundled(here: World, login: str = AUDITOR, **asked: str) -> UUID:
    """Ask for a bundle and let it be made."""
    asked = {"procedure": "thu_tuc", "key": "k", **asked}
    answer = here.client(login).post("/kiem-chung/xuat-nhieu", **asked)
    assert answer.status_code == 303
    world.work(here)
    return UUID(answer.location.rpartition("/")[2])


def test_a_bundle_of_a_procedure_is_made_recorded_and_taken_by_who_asked(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    job = bundled(here, year="2026")
    found = job_of(here, job)
    assert (found.state, found.failed) == (jobs.JobState.DONE, 0)
    text = page(here, job, AUDITOR)
    assert "Tải tệp" in text
    (file,) = json.loads(json.dumps(dict(found.result)))["files"]
    address = f"/tac-vu/{job}/tep/{file['sha256']}"
    taken = here.client(AUDITOR).get(address)
    assert (taken.status_code, taken.content_type) == (200, _MEDIA)
    lines = signing.signer.keys(sequencing.log_name(world.HERE))
    report = verifier.verify(
        io.BytesIO(taken.data), [verifier.read_key(line) for line in lines]
    )
    assert report.exit_code == 0, report.failed
    (told,) = exports(here)
    assert UUID(told["doer"]["account"]) == here.actor(AUDITOR).account.id
    assert told["facts"]["through"] == "page"
    # Whoever administers sees the job, and not what is in it.
    assert "Tải tệp" not in page(here, job, ADMINISTRATOR)
    assert here.client(ADMINISTRATOR).get(address).status_code == 404


def test_a_bundle_holds_only_cases_that_its_reader_may_see(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    stranger = world.login_of(Role.SUPERVISOR, "unrelated")
    job = bundled(here, stranger)
    assert job_of(here, job).state is jobs.JobState.FAILED
    assert "Không có hồ sơ" in page(here, job, stranger)
    assert job_of(here, bundled(here, SUPERVISOR, key="s")).done == 1


def test_more_cases_than_a_bundle_takes_become_several(
    here: World, signing: sequencing.Sequencing, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.application.engine.execute(
        OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies()),
        here.actor(world.login_of(Role.CLERK, "other-agency")),
    )
    signing.once()
    monkeypatch.setattr(limits, "BUNDLE_CASES", 1)
    job = bundled(here)
    found = job_of(here, job)
    assert (found.total, found.done) == (2, 2)
    assert page(here, job, AUDITOR).count("Tải tệp") == 2
    assert len(exports(here)) == 2


def test_an_erasure_takes_the_bundles_of_its_case_away(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    job = bundled(here)
    (file,) = json.loads(json.dumps(dict(job_of(here, job).result)))["files"]
    here.client(CLERK).post(
        f"/viec/{here.case}/tham_tra/1", key="c", **{"f.comment": "Ông Kín"}
    )
    here.client(world.login_of(Role.INTEGRATOR, "unrelated")).post(
        f"/trao-doi/{here.case}/cho_thue/1", key="m"
    )
    erased = here.client(ADMINISTRATOR).post(
        f"/he-thong/du-lieu-ca-nhan/{here.case}/xoa",
        **{"f.basis": "Luật 91/2025/QH15", "f.order": "QĐ 1", "key": "e" * 32},
    )
    assert erased.status_code == 303, erased.text
    taken = here.client(AUDITOR).get(f"/tac-vu/{job}/tep/{file['sha256']}")
    assert taken.status_code == 404


def test_a_bundle_from_the_command_line_says_so(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    made = exporting.Export(
        app=here.application,
        actor=here.actor(AUDITOR),
        operator=True,
        through=Through.COMMAND_LINE,
    )
    item = here.application.queries.case(here.actor(AUDITOR), here.case.hex)
    assert item is not None
    made.make([item])
    (told,) = exports(here)
    assert told["doer"] is None or not told["doer"].get("account")
    assert told["facts"]["through"] == "command-line"
