from __future__ import annotations

import av
import numpy as np

from tests.webrtc.test_thumbnail import noise
from webrtc.rung_video import RungVideo, VideoFrame
from webrtc.rungs import FULL, SMALL


def encoded(
    video: RungVideo, frames: int, keyframe: bool = False, start: int = 0
) -> list[VideoFrame]:
    return [
        video.encode(noise(640, 360, start + n), None, (start + n) / 15, keyframe)
        for n in range(frames)
    ]


def test_only_the_first_frame_and_those_asked_for_are_keyframes() -> None:
    video = RungVideo(640, 360, FULL, None)
    assert [frame.is_keyframe for frame in encoded(video, 3)] == [True, False, False]
    assert encoded(video, 1, keyframe=True, start=3)[0].is_keyframe
    assert not encoded(video, 1, start=4)[0].is_keyframe


def test_the_stream_is_constrained_baseline_and_every_frame_decodes_at_once() -> None:
    video = RungVideo(640, 360, FULL, None)
    decoder = av.CodecContext.create("h264", "r")
    frames = encoded(video, 5)
    decoded = [picture for frame in frames for picture in decoder.decode(av.Packet(frame.data))]
    assert len(decoded) >= 4  # the decoder keeps the last one until it is told of the end
    assert decoder.profile in ("Constrained Baseline", "Baseline")
    assert (decoder.width, decoder.height) == (640, 360)


def test_the_bit_rate_moves_without_a_keyframe() -> None:
    video = RungVideo(640, 360, FULL, None)
    before = sum(len(frame.data) for frame in encoded(video, 60)[30:])
    video.steer(FULL.least_bitrate)
    frames = encoded(video, 90, start=60)
    after = sum(len(frame.data) for frame in frames[60:])
    assert after < before / 2
    assert not any(frame.is_keyframe for frame in frames)


def test_a_still_picture_costs_next_to_nothing() -> None:
    video = RungVideo(320, 180, SMALL, None)
    image = noise(320, 180)
    sizes = [
        len(video.encode(image, None if n == 0 else (0, 0, 0, 0), n / 5, False).data)
        for n in range(30)
    ]
    assert np.mean(sizes[20:]) < 1000
