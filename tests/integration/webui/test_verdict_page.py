"""The verdicts on the evidence page of a case: told to those who may check it."""

import pytest

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

AUDITOR = world.login_of(Role.AUDITOR, "unrelated")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")


def page(here: World, login: str) -> str:
    answer = here.client(login).get(f"/ho-so/{here.case}/bang-chung")
    assert answer.status_code == 200
    return str(answer.text)


@pytest.mark.parametrize("login", [AUDITOR, SUPERVISOR])
def test_every_event_is_told_with_its_reasons(here: World, login: str) -> None:
    text = page(here, login)
    assert "Hồ sơ phù hợp quy trình." in text
    assert "Sáu kết luận cho từng sự kiện" in text
    assert "Quy trình cho phép đúng việc này." in text
    assert "Do người không soạn phiên bản công bố, và đang có hiệu lực." in text
    assert "sai-lech" not in text


def test_changed_bytes_are_told_where_they_stand(here: World) -> None:
    with here.application.database.write() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE event SET body = CAST(replace(body, 'open', 'opan') AS BLOB)"
            " WHERE seq = 1 AND kind = 'case'"
        )
    text = page(here, AUDITOR)
    assert "Hồ sơ không phù hợp quy trình." in text
    assert "Nội dung không còn như khi niêm phong." in text
