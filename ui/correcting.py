"""Under an answer: "right", or "no, it is …"; the model learns it at once, and each step can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import streamlit as st

from core.errors import ModelError
from core.learning import correct
from core.messages import percent
from core.model import file, store
from core.model.answer import Answer
from core.model.model import Model
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from server.loaded import loaded
from ui import errors, model_store, page, visit
from ui.teaching.words import plain
from ui.texts import plural, t

GUESSES = 12  # labels as buttons, the likeliest first; where there are more, the others stand in a list

AnswerAgain = Callable[[Path], None]  # has the same picture answered by the model at that path


@dataclass(frozen=True)
class _Correction:
    """The last correction of a panel, to be taken back."""

    path: Path  # of the model, which may be a copy that belongs to the visitor by now
    corrections: tuple[int, ...]  # of the model's card after it
    message: str
    answer_again: AnswerAgain | None = None


def under(path: Path, key: str, answer: Answer, picture: tuple[str, bytes], answer_again: AnswerAgain) -> None:
    """The ways to correct an answer of the model at `path`; `picture` is its name and bytes, and `answer_again` has it
    answered by the corrected model."""
    if not possible(path):
        made_by_others = store.is_bundled(path) or loaded(path).model.layer_graph is not None
        page.note(t("correcting.cannot") if made_by_others else t("correcting.private"))
        return
    correct_answer = errors.guarded(_correct)
    revision = st.session_state.get(
        f"{key}_corrected", 0
    )  # a new popover after each correction: closed, its form empty
    with st.container(horizontal=True, gap="small", key=f"correct_{key}"):
        if answer.kind == "sure":
            st.button(
                t("correcting.right"),
                icon=":material/check:",
                key=f"{key}_right",
                on_click=correct_answer,
                args=(path, key, answer, picture, answer_again, answer.labels[0]),
            )
        words = t("correcting.wrong" if answer.kind == "sure" else "correcting.is")
        with st.popover(words, icon=":material/edit:", key=f"{key}_wrong_{revision}"):
            _labels(
                f"{key}_{revision}",
                answer.labels[1:] if answer.kind == "sure" else answer.labels,
                lambda label: correct_answer(path, key, answer, picture, answer_again, label),
            )
    page.note(t("correcting.note"))


def notice(key: str) -> None:
    """What was just corrected, with the button that takes it back."""
    if st.session_state.pop(f"{key}_changed", False):
        st.rerun(scope="app")  # the whole page shows the model's labels, and the camera answers with them
    correction: _Correction | None = st.session_state.get(_state(key))
    if correction is None or not _is_last(correction):
        return
    with page.notice(f"correct_{key}", correction.message):
        undo = errors.guarded(_undo)
        st.button(
            t("correcting.undo"), icon=":material/undo:", key=f"{key}_undo", on_click=undo, args=(key, correction)
        )
        st.button(
            t("correcting.close"),
            icon=":material/close:",
            type="tertiary",
            key=f"{key}_close",
            on_click=st.session_state.pop,
            args=(_state(key),),
        )


def possible(path: Path) -> bool:
    """Whether pictures can join the model, or a copy of it: Everyday things has no examples, others may have none."""
    return path.parent == store.SAMPLES or _can(str(path), path.stat().st_mtime_ns)


@st.cache_data(max_entries=64, show_spinner=False)  # every run of the page asks
def _can(path: str, changed: int) -> bool:
    return correct.can(Path(path))


def _is_last(correction: _Correction) -> bool:
    """Whether nothing was corrected since, on another page or in another window: only the last one can be undone."""
    with suppress(ModelError, FileNotFoundError):
        path = correction.path
        return _corrections(str(path), path.stat().st_mtime_ns) == correction.corrections
    return False


@st.cache_data(max_entries=64, show_spinner=False)
def _corrections(path: str, changed: int) -> tuple[int, ...]:
    return file.load(Path(path), tuned_weights=False).card.corrections


def since(added: int) -> str:
    """That so many pictures joined a model since its test, as HTML; "" where none did."""
    return f'<p class="tl-note">{escape(plural("correcting.since", added))}</p>' if added else ""


def _labels(key: str, labels: Sequence[str], choose: Callable[[str], None]) -> None:
    """Labels to choose from, and a field for a new one."""
    with st.container(horizontal=True, gap="small", key=f"labels_{key}"):
        for number, label in enumerate(labels[:GUESSES]):
            st.button(plain(label), key=f"{key}_is_{number}", on_click=choose, args=(label,))
    if rest := sorted(labels[GUESSES:]):
        st.selectbox(
            t("correcting.others"),
            rest,
            index=None,
            placeholder=t("correcting.choose"),
            key=f"{key}_other",
            on_change=lambda: _chosen(f"{key}_other", choose),
        )
    with st.form(f"{key}_new", border=False):
        st.text_input(t("correcting.new"), max_chars=MAX_LABEL_LENGTH, key=f"{key}_name")
        st.form_submit_button(
            t("correcting.teach"), key=f"{key}_named", on_click=lambda: _chosen(f"{key}_name", choose)
        )


def _chosen(widget: str, choose: Callable[[str], None]) -> None:
    choose(st.session_state.pop(widget) or "")


def join(
    path: Path,
    key: str,
    pictures: Sequence[tuple[str, bytes]],
    label: str,
    message: str = "",
    answer_again: AnswerAgain | None = None,
) -> tuple[Path, Model]:
    """Add pictures to the model at `path` and say so in `message`, with a button that takes it back; of a sample, a
    copy is corrected, which is chosen from then on. Returns where the model lies, and the model. Raises as
    `correct.add` does."""
    target = path
    if store.is_bundled(path):
        target = store.copy_bundled(path, visit.area(keep=True))
        message += f" {t('correcting.copied')}"
    try:
        model = correct.add(target, pictures, label)
    except Exception:
        if target != path:
            target.unlink(missing_ok=True)
        raise
    model_store.choose_now(target)
    st.session_state[_state(key)] = _Correction(target, model.card.corrections, message.strip(), answer_again)
    _mark_changed(key)
    return target, model


def _correct(
    path: Path, key: str, before: Answer, picture: tuple[str, bytes], answer_again: AnswerAgain, label: str
) -> None:
    target, model = join(path, key, [picture], label, answer_again=answer_again)
    after = loaded(target).answer(picture[1])
    message = _message(before, after, canonical_label(label, model.labels))
    correction: _Correction = st.session_state[_state(key)]
    st.session_state[_state(key)] = replace(correction, message=f"{message} {correction.message}".strip())
    answer_again(target)


def _message(before: Answer, after: Answer, label: str) -> str:
    """What has become of the answer."""
    first, now = before.labels[0], after.labels[0]
    was, share = percent(before.probabilities[0]), percent(after.probabilities[0])
    if now != label:
        return t("correcting.not_yet", label=label, first=now, after=share)
    if label == first:
        return t("correcting.kept", label=label, before=was, after=share)
    return t("correcting.done", first=first, label=label, before=was, after=share)


def _undo(key: str, correction: _Correction) -> None:
    if _is_last(correction):
        correct.undo(correction.path)
        if correction.answer_again:
            correction.answer_again(correction.path)
    st.session_state[_state(key)] = None
    _mark_changed(key)


def _mark_changed(key: str) -> None:
    st.session_state[f"{key}_changed"] = True
    st.session_state[f"{key}_corrected"] = st.session_state.get(f"{key}_corrected", 0) + 1


def _state(key: str) -> str:
    return f"{key}_put_right"
