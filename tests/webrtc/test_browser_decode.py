"""What Chromium makes of the video: colours, sharpness and the change of rung."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from playwright.async_api import Page, async_playwright

from tests.webrtc.screens import PaintedDrivers
from tests.webrtc.test_host import running, viewer
from webrtc.media_port import MediaPort
from wire.messages import ViewerSignal

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",
]
COLOURS = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (220, 40, 30),
    "green": (30, 160, 60),
    "blue": (40, 70, 200),
    "skin": (225, 180, 150),
}
TOLERANCE = 9
"""Of 255: what 4:2:0, limited range and the quantiser cost."""
PATTERN = "110100111010001011110010"
STROKE = 4

PAGE = """
async () => {
  const peer = window.peer = new RTCPeerConnection();
  peer.addTransceiver("video", {direction: "recvonly"});
  peer.createDataChannel("moves", {ordered: false, maxRetransmits: 0});
  peer.createDataChannel("keys");
  const video = window.video = document.createElement("video");
  video.muted = video.autoplay = true;
  document.body.append(video);
  peer.ontrack = ({track}) => { video.srcObject = new MediaStream([track]); };
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise(done => {
    if (peer.iceGatheringState === "complete") done();
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
  });
  return peer.localDescription.sdp;
}
"""
ROW = """
async ([width, y]) => {
  for (;;) {
    const size = await new Promise(done => video.requestVideoFrameCallback(
      (_, metadata) => done(metadata.width)));
    if (size === width) break;
  }
  const canvas = new OffscreenCanvas(width, 1), context = canvas.getContext("2d");
  await new Promise(done => video.requestVideoFrameCallback(done));
  context.drawImage(video, 0, y, width, 1, 0, 0, width, 1);
  return [...context.getImageData(0, 0, width, 1).data];
}
"""


async def connect(page: Page, host: MediaPort, hub: object) -> None:
    from tests.webrtc.viewers import Hub

    assert isinstance(hub, Hub)
    offer = await page.evaluate(PAGE)
    host.signal(ViewerSignal("a", 1, "offer", sdp=offer))
    answer = await hub.signal("a", 1, "answer")
    await page.evaluate("sdp => peer.setRemoteDescription({type: 'answer', sdp})", answer.sdp)


async def read_row(page: Page, drivers: PaintedDrivers, width: int, y: int) -> Sequence[int]:
    """One row of the video as it is now; something else on the screen changes meanwhile."""
    screen = drivers.painted[0]
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(page.evaluate(ROW, [width, y]))
        shade = 0
        while not reading.done():
            shade = (shade + 40) % 200
            screen.paint(600, 300, 8, 8, (shade, shade, shade))
            await asyncio.sleep(0.1)
    row: Sequence[int] = reading.result()
    return row


def paint_scene(drivers: PaintedDrivers) -> None:
    screen = drivers.painted[0]
    for place, (red, green, blue) in enumerate(COLOURS.values()):
        screen.paint(place * 100, 0, 100, 100, (blue, green, red))
    for place, bit in enumerate(PATTERN):
        shade = (0, 0, 0) if bit == "1" else (255, 255, 255)
        screen.paint(40 + place * STROKE, 120, STROKE, 20, shade)


async def test_chromium_shows_the_right_colours_sharp_strokes_and_both_rungs() -> None:
    drivers = PaintedDrivers()
    paint_scene(drivers)
    async with (
        async_playwright() as playwright,
        running(drivers) as (host, hub),
    ):
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, headless=True
        )
        page = await browser.new_page()
        host.set_viewers((viewer("a", "view"),))
        await connect(page, host, hub)
        row = await read_row(page, drivers, 640, 50)
        for place, (name, colour) in enumerate(COLOURS.items()):
            at = (place * 100 + 50) * 4
            seen = tuple(row[at : at + 3])
            assert all(
                abs(one - other) <= TOLERANCE for one, other in zip(seen, colour, strict=True)
            ), f"{name} is {colour} and is shown as {seen}"
        row = await read_row(page, drivers, 640, 130)
        read = "".join(
            "1" if row[(40 + place * STROKE + STROKE // 2) * 4] < 128 else "0"
            for place in range(len(PATTERN))
        )
        assert read == PATTERN
        host.set_viewers((viewer("a", "wall"),))
        row = await read_row(page, drivers, 320, 25)
        red = row[(250 // 2) * 4 : (250 // 2) * 4 + 3]
        assert red[0] > 180 > 90 > red[1]
        assert await page.evaluate("peer.connectionState") == "connected"
        await browser.close()
