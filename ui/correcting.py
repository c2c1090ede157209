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
from core.model import file
from core.model import store as core_shelf
from core.model.model import Model
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from server.loaded import loaded
from ui import errors, model_store, page, visit
from ui.answer import percent
from ui.looking import Looked, look
from ui.teaching.words import plain
from ui.texts import plural, t

GUESSES = 12  # labels as buttons, the likeliest first; where there are more, the others stand in a list

Ask = Callable[[Path], None]  # the same picture once more, of the model at that path


@dataclass(frozen=True)
class _Done:
    """What was just put right."""

    path: Path  # of the model, which may be a copy of one's own by now
    joined: tuple[int, ...]  # how many pictures had joined it then, step by step
    words: str
    ask: Ask | None = None  # has the picture answered again that stands there


def under(path: Path, key: str, looked: Looked, picture: tuple[str, bytes], ask: Ask) -> None:
    """The ways to put the answer `looked` of the model at `path` right; `picture` is its name and bytes, and `ask` has
    it answered again."""
    if not possible(path):
        page.note(t("correcting.cannot" if core_shelf.is_bundled(path) else "correcting.private"))
        return
    put_right = errors.guarded(_put_right)
    turn = st.session_state.get(f"{key}_corrected", 0)  # another one after each step, so that it is closed and empty
    with st.container(horizontal=True, gap="small", key=f"correct_{key}"):
        if looked.sure:
            st.button(
                t("correcting.right"),
                icon=":material/check:",
                key=f"{key}_right",
                on_click=put_right,
                args=(path, key, looked, picture, ask, looked.labels[0]),
            )
        words = t("correcting.wrong" if looked.sure else "correcting.is")
        with st.popover(words, icon=":material/edit:", key=f"{key}_wrong_{turn}"):
            others = looked.labels[1:] if looked.sure else looked.labels
            _labels(f"{key}_{turn}", others, lambda label: put_right(path, key, looked, picture, ask, label))
    page.note(t("correcting.note"))


def notice(key: str) -> None:
    """What was just put right, with its way back."""
    if st.session_state.pop(f"{key}_changed", False):
        st.rerun(scope="app")  # the whole page shows the model's labels, and the camera's part answers with them
    done: _Done | None = st.session_state.get(_done(key))
    if done is None or not _stands(done):
        return
    with page.notice(f"correct_{key}", done.words):
        back = errors.guarded(_take_back)
        st.button(t("correcting.undo"), icon=":material/undo:", key=f"{key}_undo", on_click=back, args=(key, done))
        st.button(
            t("correcting.close"),
            icon=":material/close:",
            type="tertiary",
            key=f"{key}_close",
            on_click=st.session_state.pop,
            args=(_done(key),),
        )


def possible(path: Path) -> bool:
    """Whether pictures can join the model, or a copy of it: Everyday things has no examples, others may have none."""
    return path.parent == core_shelf.SAMPLES or _can(str(path), path.stat().st_mtime_ns)


@st.cache_data(max_entries=64, show_spinner=False)  # every run of the page asks
def _can(path: str, changed: int) -> bool:
    return correct.can(Path(path))


def _stands(done: _Done) -> bool:
    """Whether what was put right is still the last step: of a later one, taken on another page or in another window,
    it is not ours to take it back."""
    with suppress(ModelError, FileNotFoundError):
        return _joined(str(done.path), done.path.stat().st_mtime_ns) == done.joined
    return False


@st.cache_data(max_entries=64, show_spinner=False)
def _joined(path: str, changed: int) -> tuple[int, ...]:
    return file.load(Path(path), tuned_weights=False).card.corrections


def since(added: int) -> str:
    """That so many pictures joined a model since its test, as HTML; "" where none did."""
    return f'<p class="tl-note">{escape(plural("correcting.since", added))}</p>' if added else ""


def _labels(key: str, labels: Sequence[str], choose: Callable[[str], None]) -> None:
    """Labels to choose from, and a place for a new one."""
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
    path: Path, key: str, pictures: Sequence[tuple[str, bytes]], label: str, words: str = "", ask: Ask | None = None
) -> tuple[Path, Model]:
    """Let pictures join the model at `path` and tell it in `words`, with the way back; of a sample, a copy of one's own
    is chosen from then on. Returns where the model lies, and the model. Raises as `correct.add` does."""
    own = path
    if core_shelf.is_bundled(path):
        own = core_shelf.copy_bundled(path, visit.area(keep=True))
        words += f" {t('correcting.copied')}"
    try:
        model = correct.add(own, pictures, label)
    except Exception:
        if own != path:
            own.unlink(missing_ok=True)
        raise
    model_store.choose_now(own)
    st.session_state[_done(key)] = _Done(own, model.card.corrections, words.strip(), ask)
    _changed(key)
    return own, model


def _put_right(path: Path, key: str, looked: Looked, picture: tuple[str, bytes], ask: Ask, label: str) -> None:
    own, model = join(path, key, [picture], label, ask=ask)
    now = look(loaded(own), *picture, large=False)
    words = _told(looked, now, canonical_label(label, model.labels))
    done: _Done = st.session_state[_done(key)]
    st.session_state[_done(key)] = replace(done, words=f"{words} {done.words}".strip())
    ask(own)


def _told(before: Looked, after: Looked, label: str) -> str:
    """What has become of the answer."""
    first, now = before.labels[0], after.labels[0]
    was, share = percent(before.probabilities[0]), percent(after.probabilities[0])
    if now != label:
        return t("correcting.not_yet", label=label, first=now, after=share)
    if label == first:
        return t("correcting.kept", label=label, before=was, after=share)
    return t("correcting.done", first=first, label=label, before=was, after=share)


def _take_back(key: str, done: _Done) -> None:
    if _stands(done):
        correct.undo(done.path)
        if done.ask:
            done.ask(done.path)
    st.session_state[_done(key)] = None
    _changed(key)


def _changed(key: str) -> None:
    st.session_state[f"{key}_changed"] = True
    st.session_state[f"{key}_corrected"] = st.session_state.get(f"{key}_corrected", 0) + 1


def _done(key: str) -> str:
    return f"{key}_put_right"
