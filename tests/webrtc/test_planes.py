from __future__ import annotations

import numpy as np

from tests.webrtc.test_thumbnail import noise
from webrtc.planes import Planes


def luma(planes: Planes) -> np.ndarray:
    plane = planes.frame().planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: planes.height, : planes.width]


def whole(planes: Planes) -> np.ndarray:
    return np.frombuffer(b"".join(bytes(plane) for plane in planes.frame().planes), np.uint8)


def test_brightness_is_exact_in_every_column() -> None:
    image = noise(1280, 720)
    planes = Planes(1280, 720)
    planes.update(image, None)
    blue, green, red = (image[:, :, channel].astype(float) for channel in range(3))
    expected = 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255
    assert np.abs(luma(planes) - expected).max() < 1.1


def test_a_partial_update_equals_a_whole_one() -> None:
    image = noise(640, 360)
    partly, at_once = Planes(640, 360), Planes(640, 360)
    partly.update(image, None)
    for area in ((0, 0, 1, 1), (211, 133, 189, 117), (600, 350, 40, 10)):
        x, y, width, height = area
        image[y : y + height, x : x + width] = noise(width, height, x)
        partly.update(image, area)
    at_once.update(image, None)
    difference = whole(partly).astype(int) - whole(at_once)
    assert np.abs(difference).max() <= 1  # rounding at the edges


def test_an_odd_screen_is_cut_and_a_large_one_scaled() -> None:
    odd = Planes(1366, 766)
    odd.update(noise(1367, 767), (1360, 760, 7, 7))
    large = Planes(1280, 720)
    image = np.full((1080, 1920, 4), 255, np.uint8)
    large.update(image, (0, 0, 10, 10))
    assert (luma(large) == 235).all()
