"""What is shown when something cannot go on: a sentence of ours, or an apology for a bug."""

from __future__ import annotations

import errno

import pytest
from streamlit.testing.v1 import AppTest


def failing(number: int) -> AppTest:
    """A page whose button's work ends with an OSError of this number."""

    def script(number: int) -> None:
        import streamlit as st

        from ui import errors

        @errors.guarded
        def work() -> None:
            raise OSError(number, "what the system says")

        st.button("go", key="go", on_click=work)

    return AppTest.from_function(script, args=(number,)).run()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_whatever_was_being_written(number: int) -> None:
    at = failing(number)
    at.button(key="go").click().run()
    assert any("The disk is full" in html.value for html in at.html)
    assert "start_again" not in {button.key for button in at.button}


def test_any_other_error_of_the_system_is_a_bug(caplog: pytest.LogCaptureFixture) -> None:
    at = failing(errno.EIO)
    at.button(key="go").click().run()
    assert "start_again" in {button.key for button in at.button}
    assert "what the system says" in caplog.text
