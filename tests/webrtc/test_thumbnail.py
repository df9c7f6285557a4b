from __future__ import annotations

import numpy as np
import pytest
import simplejpeg

from webrtc.thumbnail import Thumbnail


def noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)


@pytest.mark.parametrize(
    ("screen", "small"),
    [
        ((1280, 720), (320, 180)),
        ((1366, 768), (340, 192)),
        ((1920, 1080), (384, 216)),
        ((1024, 768), (256, 192)),
        ((3840, 2160), (384, 216)),
        ((300, 200), (300, 200)),
    ],
)
def test_the_picture_has_the_screens_shape_and_fits_a_tile(
    screen: tuple[int, int], small: tuple[int, int]
) -> None:
    thumbnail = Thumbnail(*screen)
    assert (thumbnail.width, thumbnail.height) == small


def test_each_pixel_is_the_mean_of_those_it_stands_for() -> None:
    image = noise(1280, 720)
    thumbnail = Thumbnail(1280, 720)
    thumbnail.update(image, None)
    mean = image.reshape(180, 4, 320, 4, 4).mean(axis=(1, 3))
    assert np.abs(mean - thumbnail.image).max() < 1


def test_a_partial_update_equals_a_whole_one() -> None:
    image = noise(1366, 768)
    partly, whole = Thumbnail(1366, 768), Thumbnail(1366, 768)
    partly.update(image, None)
    for area in ((0, 0, 1, 1), (1200, 700, 166, 68), (333, 222, 77, 55)):
        x, y, width, height = area
        image[y : y + height, x : x + width] = noise(width, height, x)
        partly.update(image, area)
    whole.update(image, None)
    assert np.array_equal(partly.image, whole.image)


def test_the_jpeg_has_the_size_and_the_colours() -> None:
    image = np.zeros((720, 1280, 4), np.uint8)
    image[:, :] = (200, 70, 40, 255)
    thumbnail = Thumbnail(1280, 720)
    thumbnail.update(image, None)
    decoded = simplejpeg.decode_jpeg(thumbnail.jpeg(), colorspace="BGR")
    assert decoded.shape == (180, 320, 3)
    assert np.abs(decoded.astype(int) - (200, 70, 40)).max() < 6
