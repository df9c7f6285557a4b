import classes from "./Chip.module.css";
import { Icon, type IconName } from "./Icon";

export type ChipTone = "calm" | "good" | "warn" | "bad";

interface ChipProps {
  readonly icon: IconName;
  readonly tone: ChipTone;
  readonly text: string;
  /** More words, for those who stop at the chip. */
  readonly detail?: string;
}

/** A state in words with its icon; the colour only repeats what they say. */
export function Chip({ icon, tone, text, detail }: ChipProps) {
  return (
    <span className={classes.chip} data-tone={tone} title={detail}>
      <Icon name={icon} size={14} />
      {text}
      {detail !== undefined && <span className="visually-hidden">: {detail}</span>}
    </span>
  );
}
