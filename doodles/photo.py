"""The photograph: paper on a desk or held up to a camera, in some light, through some lens."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Picture
from doodles.parts import Chance, choose, maybe
from doodles.textures import Image, cut, sensor

Mask = NDArray[np.uint8]


def lay(paper: Image, size: int, corners: NDArray[np.float32]) -> tuple[Image, Mask]:
    """Paper with its corners (4, 2) at these pixels, clockwise from the top left, seen in a picture of a size; and
    where in it there is paper, (size, size) uint8."""
    height, width = paper.shape[:2]
    flat = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    slant = cv2.getPerspectiveTransform(flat, corners)
    warped = cv2.warpPerspective(paper, slant, (size, size), borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(warped, np.float32), mask


def above(ground: Image, warped: Image, mask: Mask, r: Chance) -> Image:
    """What `lay` gives, above a ground on which the paper's shadow falls."""
    size = ground.shape[0]
    far, deep = size * r.uniform(0.006, 0.03), r.uniform(0.25, 0.55)
    angle = r.uniform(0, 2 * np.pi)
    cover = mask.astype(np.float32) / 255
    move = np.array(((1, 0, far * np.cos(angle)), (0, 1, far * np.sin(angle))))
    moved = cv2.warpAffine(cover, move, (size, size), borderMode=cv2.BORDER_REPLICATE)
    below = ground * (1 - deep * cv2.GaussianBlur(moved, (0, 0), max(1.0, far * 0.8)))[..., None]
    return np.asarray(below + cover[..., None] * (warped - below), np.float32)


def light(scene: Image, r: Chance) -> Image:
    """Light that falls from somewhere, warm or cool, with the shadow of a hand or a phone now and then."""
    size = scene.shape[0]
    y, x = np.mgrid[-1:1:48j, -1:1:48j].astype(np.float32)
    angle, slope = r.uniform(0, 2 * np.pi), r.uniform(0.03, 0.2)
    field = 1 + slope * (x * np.cos(angle) + y * np.sin(angle))
    if maybe(r, 0.35):  # a lamp
        px, py = r.uniform(-0.9, 0.9, 2)
        field += r.uniform(0.08, 0.25) * np.exp(-((x - px) ** 2 + (y - py) ** 2) / r.uniform(0.5, 1.5))
    if maybe(r, 0.35):  # a hand or a phone between light and paper
        shadow = np.zeros((48, 48), np.float32)
        side = r.uniform(0, 2 * np.pi)
        cx, cy = 24 + 30 * np.cos(side), 24 + 30 * np.sin(side)
        box = ((float(cx), float(cy)), (float(r.uniform(14, 40)), float(r.uniform(20, 46))), float(r.uniform(0, 180)))
        cv2.fillConvexPoly(shadow, cv2.boxPoints(box).astype(np.int32), 1.0)
        field *= 1 - r.uniform(0.12, 0.36) * cv2.GaussianBlur(shadow, (0, 0), r.uniform(1.2, 4.5))
    elif maybe(r, 0.1):  # a window's bars
        bars = 0.5 + 0.5 * np.tanh(
            6 * np.sin((x * np.cos(angle) + y * np.sin(angle)) * r.uniform(3, 5) + r.uniform(0, 6))
        )
        field *= 1 - 0.16 * bars
    field *= 1 - r.uniform(0.0, 0.16) * (x**2 + y**2) / 2
    warm = r.uniform(-0.05, 0.07)
    tint = np.array((1 + warm, 1 + r.uniform(-0.015, 0.015), 1 - 1.3 * warm), np.float32)
    small = (field / field.mean() * r.uniform(0.82, 1.05))[..., None] * tint
    return np.asarray(
        scene * cv2.resize(small.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR), np.float32
    )


def expose(scene: Image, r: Chance) -> Picture:
    """Through the lens on to the sensor: (size, size, 3) RGB uint8."""
    size = scene.shape[0]
    sharp = _through_lens(scene, size / 320, r)
    noise = cut(sensor(), size, size, r, size / 320) * np.float32(255 * (0.003 + 0.014 * r.random() ** 2))
    exact = np.clip(sharp * np.float32(255) + noise + np.float32(0.5), 0, 255).astype(np.uint8)
    bend = r.uniform(0.0, 0.6)  # contrast: how far towards a smooth S
    level = np.linspace(0, 1, 256)
    table = np.round(255 * ((1 - bend) * level + bend * level * level * (3 - 2 * level))).astype(np.uint8)
    return np.asarray(cv2.LUT(exact, table), np.uint8)


def _through_lens(scene: Image, scale: float, r: Chance) -> Image:
    """More or less sharp; `scale` is the picture's size in 320ths."""
    how = r.random()
    if how < 0.1:  # moved
        length = max(3, int(r.uniform(3, 6) * scale))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(kernel, (0, 0), choose(r, ((length - 1, 0), (length - 1, length - 1), (0, length - 1))), 1.0, 1)
        return np.asarray(cv2.filter2D(scene, -1, kernel / kernel.sum()), np.float32)
    if how > 0.65:
        return scene
    blur = r.uniform(0.9, 1.5) if how < 0.22 else r.uniform(0.35, 0.8)
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), float(blur) * scale), np.float32)
