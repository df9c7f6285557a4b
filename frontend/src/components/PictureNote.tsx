import type { ScreenStatus } from "../core/screen";
import { Icon, type IconName } from "./Icon";
import classes from "./PictureNote.module.css";

interface PictureNoteProps {
  readonly status: ScreenStatus;
  readonly picturesMs: number;
}

/** What is shown: live video, single pictures, or nothing current. */
export function PictureNote({ status, picturesMs }: PictureNoteProps) {
  const [icon, words] = noteOf(status, picturesMs);
  return (
    <span className={classes.note} title={status.trouble || undefined}>
      <Icon name={icon} size={14} />
      {words}
    </span>
  );
}

function noteOf({ picture }: ScreenStatus, picturesMs: number): [IconName, string] {
  if (picture === "live") return ["live", "Live"];
  if (picture === "pictures") return ["picture", `Pictures every ${picturesMs / 1000} s`];
  return ["unseen", "No picture"];
}
