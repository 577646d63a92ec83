"""The pages of notices: the bell, one's own list and choices, what administers them."""

import html
import re
from typing import Final

import pytest

from engine.commands.tell_notices import TellNotices
from engine.domain import notices
from engine.domain.notices import Choice, Kind, Way
from engine.notices import Try
from tests.integration.webui.world import HERE, World, id_of

CLERK: Final = "clerk.own-position"
ADMINISTRATOR: Final = "administrator.own-agency"
LIST: Final = "/thong-bao"
CHOICES: Final = "/thong-bao/cai-dat"
POST: Final = "/he-thong/thong-bao"
HOOKS: Final = "/he-thong/thong-bao/he-thong-nhan"
TEXT: Final = "/he-thong/thong-bao/mau/sua"


def told(here: World, *ways: Way, mail: str = "") -> None:
    """Tell the clerk of the open work of the world's case."""
    chosen = notices.changed([("opened", "page"), ("opened", "mail")])
    account = id_of("account", CLERK)
    choice = Choice(account=account, mail=mail, ways=chosen)
    here.application.bell.choose(HERE, choice)
    here.application.log.integrate(HERE, 2026, 10_000)
    run = here.application.engine.run
    command = TellNotices(ways=frozenset(ways))
    while run(command, HERE)["looked"]:
        pass


def test_the_bell_counts_what_is_not_read_without_a_script(here: World) -> None:
    browser = here.client(CLERK)
    assert "chưa đọc" not in browser.get("/viec").text
    told(here)
    assert re.search(
        r"Thông báo \(<strong>1</strong> chưa đọc\)", browser.get("/viec").text
    )
    assert "chưa đọc" not in here.client("clerk.unrelated").get("/viec").text


def test_a_notice_leads_to_its_thing_and_counts_as_read(here: World) -> None:
    told(here)
    browser = here.client(CLERK)
    page = browser.get(LIST).text
    (path,) = re.findall(r'action="(/thong-bao/[^"]+/mo)"', page)
    assert "Có việc chờ nhận" in page
    assert "Thẩm tra hồ sơ" in page
    answer = browser.post(path)
    assert answer.status_code == 303
    assert answer.location == f"/viec/{here.case}/tham_tra/1"
    assert browser.get(answer.location).status_code == 200
    assert "chưa đọc" not in browser.get(LIST).text


def test_looking_at_the_list_changes_nothing(here: World) -> None:
    told(here)
    browser = here.client(CLERK)
    for _ in range(2):
        assert "chưa đọc" in browser.get(LIST).text
    assert browser.post("/thong-bao/da-doc").status_code == 303
    assert "chưa đọc" not in browser.get(LIST).text


def test_nobody_opens_the_notice_of_somebody_else(here: World) -> None:
    told(here)
    (one,) = here.application.bell.listed(HERE, id_of("account", CLERK), 10)
    other = here.client("clerk.unrelated")
    assert other.post(f"/thong-bao/{one.id}/mo").status_code == 404
    (same,) = here.application.bell.listed(HERE, id_of("account", CLERK), 10)
    assert same.read_at is None


def test_people_choose_what_they_are_told(here: World) -> None:
    browser = here.client(CLERK)
    way = ["assigned:mail", "digest:mail", "digest:page", "king:mail", "soon:hook"]
    sent = browser.post(CHOICES, mail="ba@example.gov.vn", way=way, hour="9")
    assert sent.status_code == 303
    chosen = here.application.bell.choice(HERE, id_of("account", CLERK))
    assert (chosen.mail, chosen.digest_hour) == ("ba@example.gov.vn", 9)
    assert {kind: ways for kind, ways in chosen.ways.items() if ways} == {
        Kind.ASSIGNED: {Way.MAIL},
        Kind.DIGEST: {Way.MAIL},
    }
    page = browser.get(CHOICES).text
    assert re.search(r'value="assigned:mail" checked', page)
    assert not re.search(r'value="assigned:page" checked', page)


@pytest.mark.parametrize(
    "mail", ["ba", "ba@", "ba@example.gov.vn\r\nBcc: tu@x.vn", "bà@example.gov.vn"]
)
def test_what_is_no_address_is_refused_and_stays_typed(here: World, mail: str) -> None:
    browser = here.client(CLERK)
    answer = browser.post(CHOICES, mail=mail, way=["soon:mail"], hour="7")
    assert answer.status_code == 422
    assert "Đây không phải địa chỉ thư điện tử" in answer.text
    assert html.escape(mail.split("\r", maxsplit=1)[0]) in answer.text
    assert re.search(r'value="soon:mail" checked', answer.text)
    assert here.application.bell.choice(HERE, id_of("account", CLERK)).mail == ""


def test_the_log_shows_every_attempt_and_tries_again(here: World) -> None:
    told(here, Way.MAIL, mail="ba@example.gov.vn")
    post, now = here.application.post, here.clock.now()
    (sent,) = post.deliveries(HERE, 10)
    tried = Try(number=1, at=now, to="b…@example.gov.vn", reason="mail-address")
    post.done(HERE, sent.id, tried)
    browser = here.client(ADMINISTRATOR)
    assert "Đã thôi gửi" in browser.get(POST).text
    page = browser.get(f"{POST}/{sent.id}").text
    assert "Máy chủ thư không biết địa chỉ này." in page
    assert "b…@example.gov.vn" in page
    assert "ba@example.gov.vn" not in page
    assert browser.post(f"{POST}/{sent.id}/gui-lai").status_code == 303
    (again,) = post.deliveries(HERE, 10)
    assert again.next_try == now
    arrived = Try(number=2, at=now, to="b…@example.gov.vn", reason="")
    post.done(HERE, sent.id, arrived)
    assert browser.post(f"{POST}/{sent.id}/gui-lai").status_code == 303
    (done,) = post.deliveries(HERE, 10)
    assert done.next_try is None
    assert "Mọi thứ" not in browser.get(POST).text
    assert sent.about.code in browser.get(f"{POST}?tat-ca=").text


def test_the_secret_of_a_system_is_shown_once_and_stands_nowhere(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    url = "https://example.gov.vn/nhan"
    answer = browser.post(HOOKS, url=url, kind=["opened", "overdue"], agency="")
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', answer.text)
    assert "whsec_" not in browser.get(HOOKS).text
    (hook,) = here.application.post.hooks(HERE)
    assert hook.kinds == {Kind.OPENED, Kind.OVERDUE}
    with here.application.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM notice_hook").all()
    assert secret not in repr(rows)
    other = browser.post(f"{HOOKS}/{hook.id}/khoa-moi").text
    assert re.findall(r'value="(whsec_[^"]+)"', other) != [secret]
    assert browser.post(f"{HOOKS}/{hook.id}/bo").status_code == 303
    assert here.application.post.hooks(HERE) == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.gov.vn/",
        "ftp://example.gov.vn/",
        "https:///nhan",
        "https://a:b@example.gov.vn/",
        "https://example.gov.vn:99999/",
        "https://example.gov.vn/#x",
        "không",
        "",
    ],
)
def test_what_cannot_be_told_is_refused(here: World, url: str) -> None:
    browser = here.client(ADMINISTRATOR)
    assert browser.post(HOOKS, url=url, kind=["opened"]).status_code == 422
    assert here.application.post.hooks(HERE) == ()


def test_a_text_is_checked_and_each_storing_is_a_version(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    path = f"{TEXT}?loai=overdue&ngon-ngu=vi&don-vi={id_of('agency', 'handling')}"
    wrong = browser.post(path, subject="Trễ {ma}", body="{")
    assert wrong.status_code == 422
    assert "Không có chỗ điền “ma”" in wrong.text
    assert here.application.post.texts(HERE) == ()
    for subject in ("Trễ {code}", "Quá hạn {code}"):
        good = browser.post(path, subject=subject, body="Xem {link}")
        assert good.status_code == 303
    (text,) = here.application.post.texts(HERE)
    assert (text.number, text.text.subject) == (2, "Quá hạn {code}")
    assert "Quá hạn {code}" in browser.get(path).text
    agency = id_of("agency", "handling")
    kept = here.application.post.versions(HERE, agency, Kind.OVERDUE, "vi")
    assert [one.number for one in kept] == [2, 1]
