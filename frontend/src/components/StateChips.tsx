import { PRESENCE_WORDS, type Presence, presenceOf } from "../core/device";
import { aboutSeconds } from "../core/duration";
import { incompleteWords } from "../core/incomplete";
import { LOCK_WORDS, type LockProgress, lockOf } from "../core/lock";
import type { DeviceState } from "../wire/messages";
import { Chip, type ChipTone } from "./Chip";
import type { IconName } from "./Icon";
import classes from "./StateChips.module.css";

const PRESENCE_LOOKS: Readonly<Record<Presence, [IconName, ChipTone]>> = {
  online: ["online", "good"],
  away: ["away", "calm"],
  lost: ["unlinked", "bad"],
  left: ["leave", "calm"],
  never: ["unseen", "calm"],
};

const LOCK_TONES: Readonly<Record<Exclude<LockProgress, "none">, ChipTone>> = {
  waiting: "warn",
  sent: "warn",
  applied: "good",
  refused: "bad",
  expired: "bad",
};

/** Everything that a teacher has to know of a device's state, in words. */
export function StateChips({ device }: { readonly device: DeviceState }) {
  const presence = presenceOf(device);
  const [icon, tone] = PRESENCE_LOOKS[presence];
  const lock = lockOf(device);
  const incomplete = incompleteWords(device.incomplete);
  return (
    <span className={classes.chips}>
      <Chip icon={icon} tone={tone} text={PRESENCE_WORDS[presence]} />
      {incomplete !== "" && (
        <Chip icon="alert" tone="warn" text="View incomplete" detail={incomplete} />
      )}
      {device.duplicate && (
        <Chip
          icon="alert"
          tone="bad"
          text="Two computers"
          detail="two computers use this device's enrolment and take turns; what is shown is of one of them"
        />
      )}
      {device.clock_skew_s !== 0 && (
        <Chip
          icon="alert"
          tone="warn"
          text="Clock wrong"
          detail={`the device's clock is ${aboutSeconds(Math.abs(device.clock_skew_s))} ${device.clock_skew_s > 0 ? "ahead" : "behind"}`}
        />
      )}
      {lock !== "none" && <Chip icon="lock" tone={LOCK_TONES[lock]} text={LOCK_WORDS[lock]} />}
      {device.controller !== "" && (
        <Chip icon="control" tone="warn" text={`Controlled by ${device.controller}`} />
      )}
    </span>
  );
}
