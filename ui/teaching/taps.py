"""HTML of ours whose buttons can be tapped: a button says by `data-cell` what it stands for."""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.tl-taps');
  if (root.dataset.drawn !== data.html) {
    const box = root.querySelector('.tl-matrix-box');
    const scrolled = box ? [box.scrollLeft, box.scrollTop] : null;
    root.innerHTML = data.html;
    root.dataset.drawn = data.html;
    if (scrolled) root.querySelector('.tl-matrix-box')?.scrollTo(...scrolled);
  }
  root.onclick = (event) => {
    const cell = event.target.closest('button[data-cell]');
    if (!cell) return;
    setTriggerValue('cell', cell.dataset.cell);
    // What was asked for may stand below the window, on a phone above all.
    const bring = () => document.querySelector(data.answer)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    setTimeout(bring, 500);
  };
}
"""

_taps = st.components.v2.component(
    "teachlens_taps", html='<div class="tl-taps"></div>', js=_SCRIPT, isolate_styles=False
)


def taps(html: str, key: str, answer: str) -> str | None:
    """Show `html`; the `data-cell` of the button that was just tapped, or None. `answer` is the CSS selector of what
    shows the answer: it is brought into view."""
    result = _taps(data={"html": html, "answer": answer}, key=key, on_cell_change=lambda: None)
    tapped = getattr(result, "cell", None)
    return str(tapped) if tapped else None
