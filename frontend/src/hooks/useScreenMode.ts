import { useCallback, useEffect, useState } from "react";
import { type Control, controlOf, GRANT_MS } from "../core/control";
import type { Mode } from "../wire/messages";
import { useDevice } from "./useDevice";
import { useLessonSession } from "./useLessonSession";
import { useStore } from "./useStore";
import { useViewer } from "./useViewer";

export interface ScreenMode {
  readonly mode: Mode;
  readonly control: Control;
  /** Why the mode that was asked for ended or was refused; empty: nothing to say. */
  readonly notice: string;
  readonly choose: (mode: Mode) => void;
}

/** How the opened screen is looked at; goes back to viewing when control is not granted. */
export function useScreenMode(id: string): ScreenMode {
  const session = useLessonSession();
  const device = useDevice(id);
  const viewer = useViewer();
  const refusal = useStore(session.refusal);
  const [mode, setMode] = useState<Mode>("view");
  const [notice, setNotice] = useState("");
  const [wasGranted, setWasGranted] = useState(false);
  const control = controlOf(mode, device, viewer, wasGranted);
  const controller = device?.controller ?? "";

  const choose = useCallback(
    (wanted: Mode) => {
      setNotice("");
      setWasGranted(false);
      session.refusal.set(null);
      setMode(wanted);
    },
    [session],
  );

  const giveUp = useCallback((reason: string) => {
    setMode("view");
    setWasGranted(false);
    setNotice(reason);
  }, []);

  useEffect(() => {
    session.screens.open(id, mode);
  }, [session, id, mode]);

  useEffect(() => () => session.screens.shut(id), [session, id]);

  useEffect(() => {
    if (control === "granted") setWasGranted(true);
    if (control === "lost") {
      giveUp(controller === "" ? "Control has ended." : `${controller} controls this screen now.`);
    }
    if (control !== "asking") return;
    const timer = setTimeout(() => {
      giveUp(
        controller === ""
          ? "Control was not granted. The device may not be able to give it now."
          : `${controller} controls this screen now.`,
      );
    }, GRANT_MS);
    return () => clearTimeout(timer);
  }, [control, controller, giveUp]);

  useEffect(() => {
    if (refusal !== null && control === "asking") giveUp(refusal.message);
  }, [refusal, control, giveUp]);

  return { mode, control, notice, choose };
}
