import { type RefObject, useEffect } from "react";
import { InputSender } from "../core/inputSender";
import { isWayOut, keyChange } from "../core/keyboard";
import { buttonNumber, type Position, positionIn, WheelNotches } from "../core/pointer";
import { useLessonSession } from "./useLessonSession";

interface ScreenInput {
  readonly stage: RefObject<HTMLElement | null>;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly enabled: boolean;
  /** The teacher pressed Ctrl+Alt+Shift. */
  readonly onWayOut: () => void;
}

/** Send pointer and keyboard of the stage to the device while `enabled`. */
export function useScreenInput(device: string, input: ScreenInput): void {
  const { stage, video, enabled, onWayOut } = input;
  const screen = useLessonSession().screens.screen(device);
  useEffect(() => {
    const target = stage.current;
    if (!enabled || target === null) return;
    const sender = new InputSender((message) => screen.send(message));
    const notches = new WheelNotches();
    const listening = new AbortController();
    const options = { signal: listening.signal, passive: false };

    const place = (event: MouseEvent, clamp: boolean): Position | null => {
      const shown = video.current;
      if (shown === null) return null;
      const size = { width: shown.videoWidth, height: shown.videoHeight };
      const point = { x: event.clientX, y: event.clientY };
      return positionIn(shown.getBoundingClientRect(), size, point, clamp);
    };
    const onMove = (event: PointerEvent) => {
      const position = place(event, event.buttons !== 0);
      if (position !== null) sender.moved(position);
    };
    const onButton = (event: PointerEvent, down: boolean) => {
      const position = place(event, !down);
      const button = buttonNumber(event.button);
      if (position === null || button === null) return;
      event.preventDefault();
      if (down) {
        target.focus();
        target.setPointerCapture(event.pointerId);
      }
      sender.button(position, button, down);
    };
    const onWheel = (event: WheelEvent) => {
      const position = place(event, false);
      if (position === null) return;
      event.preventDefault();
      const { dx, dy } = notches.add(event);
      sender.wheel(position, dx, dy);
    };
    const onKey = (event: KeyboardEvent, down: boolean) => {
      event.preventDefault();
      event.stopPropagation();
      if (down && isWayOut(event)) return onWayOut();
      const change = keyChange(event, down);
      if (change !== null) sender.key(change.code, change.key, change.down);
    };
    const release = () => sender.release();

    target.addEventListener("pointermove", onMove, options);
    target.addEventListener("pointerdown", (event) => onButton(event, true), options);
    target.addEventListener("pointerup", (event) => onButton(event, false), options);
    target.addEventListener("pointercancel", release, options);
    target.addEventListener("contextmenu", (event) => event.preventDefault(), options);
    target.addEventListener("wheel", onWheel, options);
    target.addEventListener("keydown", (event) => onKey(event, true), options);
    target.addEventListener("keyup", (event) => onKey(event, false), options);
    target.addEventListener("blur", release, options);
    window.addEventListener("blur", release, options);
    target.focus();
    return () => {
      listening.abort();
      sender.release();
    };
  }, [screen, stage, video, enabled, onWayOut]);
}
