import { describe, expect, it } from "vitest";
import type { BetweenPeersMessage } from "../wire/messages";
import { InputSender } from "./inputSender";

function sending() {
  const sent: BetweenPeersMessage[] = [];
  const frames: (() => void)[] = [];
  const sender = new InputSender(
    (message) => {
      sent.push(message);
      return true;
    },
    (callback) => frames.push(callback),
  );
  const paint = () => {
    for (const frame of frames.splice(0)) frame();
  };
  return { sent, paint, sender };
}

describe("InputSender", () => {
  it("sends only the newest move of a frame", () => {
    const { sent, paint, sender } = sending();
    sender.moved({ x: 0.1, y: 0 });
    sender.moved({ x: 0.2, y: 0 });
    expect(sent).toEqual([]);
    paint();
    paint();
    expect(sent).toEqual([{ type: "pointer_moved", message: { x: 0.2, y: 0 } }]);
  });

  it("sends no older move behind a button", () => {
    const { sent, paint, sender } = sending();
    sender.moved({ x: 0.1, y: 0 });
    sender.button({ x: 0.3, y: 0 }, 1, true);
    paint();
    expect(sent.map(({ type }) => type)).toEqual(["pointer_button"]);
  });

  it("keeps keys and buttons in order", () => {
    const { sent, sender } = sending();
    sender.key("KeyA", "a", true);
    sender.button({ x: 0, y: 0 }, 1, true);
    sender.key("KeyA", "a", false);
    expect(sent.map(({ type }) => type)).toEqual(["key_changed", "pointer_button", "key_changed"]);
  });

  it("lets go of held keys once, and only if there may be some", () => {
    const { sent, sender } = sending();
    sender.release();
    expect(sent).toEqual([]);
    sender.key("KeyA", "a", true);
    sender.release();
    sender.release();
    expect(sent.map(({ type }) => type)).toEqual(["key_changed", "keys_released"]);
  });

  it("sends no empty turn of the wheel", () => {
    const { sent, sender } = sending();
    sender.wheel({ x: 0, y: 0 }, 0, 0);
    sender.wheel({ x: 0, y: 0 }, 0, -1);
    expect(sent).toEqual([{ type: "wheel_turned", message: { x: 0, y: 0, dx: 0, dy: -1 } }]);
  });
});
