"""Grain, fibres, wood and cloth, made once and then cut from: making noise anew for each picture would take longest."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]  # (height, width) or (height, width, 3) RGB, mostly 0 to 1
SIDE = 640  # pixels, of every texture


def _noise(seed: int, sigma: float, channels: int = 1) -> Image:
    """Smooth noise with mean 0 and deviation 1."""
    shape = (SIDE, SIDE) if channels == 1 else (SIDE, SIDE, channels)
    raw = np.random.default_rng(seed).standard_normal(shape, np.float32)
    smooth = cv2.GaussianBlur(raw, (0, 0), sigma) if sigma else raw
    return np.asarray((smooth - smooth.mean()) / smooth.std(), np.float32)


@cache
def tooth() -> Image:
    """How high the paper stands, evenly from 0 to 1: wax and graphite stay on what is high."""
    bumps = _noise(1, 0.9) + 0.7 * _noise(2, 2.0)
    return np.asarray(0.5 + 0.5 * np.tanh(0.8 * bumps / bumps.std()), np.float32)


@cache
def fibre() -> Image:
    """The fine unevenness of paper, mean 0, deviation 1."""
    return np.asarray((_noise(3, 0.7) + 0.8 * _noise(4, 3.0)) / 1.3, np.float32)


@cache
def flecks() -> Image:
    """Short fibres of kraft paper: 0 where there are none, -1 or 1 on a fibre."""
    r = np.random.default_rng(5)
    drawn = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(1800):
        x, y, angle, length = r.uniform(0, SIDE), r.uniform(0, SIDE), r.uniform(0, 6.3), r.uniform(2, 9)
        end = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
        cv2.line(drawn, (int(x), int(y)), end, float(r.choice((-1.0, -0.6, 0.7))), 1, cv2.LINE_AA)
    return drawn


@cache
def sensor() -> Image:
    """A camera's noise, (height, width, 3): mean 0, deviation about 1; colour coarser than light."""
    light = _noise(6, 0.5)[..., None]
    return np.asarray(0.8 * light + 0.6 * _noise(7, 1.1, 3), np.float32)


@cache
def wood(which: int) -> Image:
    """Boards with their grain along x, (height, width) around mean 1: to be multiplied with a colour."""
    r = np.random.default_rng(20 + which)
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    slow = cv2.resize(r.standard_normal((14, 3)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    rings = np.sin(y / r.uniform(7, 13) + 6.0 * slow) + 0.4 * np.sin(y / r.uniform(3, 5) + 13.0 * slow)
    soft = _streaks(r, SIDE // 3, 8)
    fine = _streaks(r, SIDE, 36)
    grain = 1 + 0.035 * rings + 0.04 * soft + 0.03 * fine
    board = int(r.integers(120, 240))
    for edge in range(board // 2, SIDE, board):
        grain[edge : edge + 2] *= 0.7
        grain[edge + 2 :] *= r.uniform(0.93, 1.07)
    return np.asarray(grain, np.float32)


def _streaks(r: np.random.Generator, rows: int, columns: int) -> Image:
    """Noise drawn out along x, mean 0, deviation about 1."""
    coarse = r.standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


@cache
def cloth() -> Image:
    """A weave, (height, width) around mean 1."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    weave = np.sin(x * 1.9) * np.sin(y * 1.9)
    return np.asarray(1 + 0.05 * weave + 0.05 * _noise(9, 1.2), np.float32)


def cut(texture: Image, height: int, width: int, r: np.random.Generator, zoom: float = 1.0) -> Image:
    """A piece of a texture from anywhere, perhaps turned about; enlarged where it is too small or `zoom` says so."""
    zoom = max(zoom, max(height, width) / SIDE)
    h, w = min(SIDE, int(np.ceil(height / zoom))), min(SIDE, int(np.ceil(width / zoom)))
    top, left = int(r.integers(SIDE - h + 1)), int(r.integers(SIDE - w + 1))
    piece = texture[top : top + h, left : left + w]
    piece = piece[:: 1 if r.random() < 0.5 else -1, :: 1 if r.random() < 0.5 else -1]
    if (h, w) == (height, width):
        return piece
    enlarged = cv2.resize(np.ascontiguousarray(piece), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(enlarged, np.float32)
