import { type PictureKind, pictureWords } from "../core/pictureWords";
import type { ScreenStatus } from "../core/screen";
import { Icon, type IconName } from "./Icon";
import classes from "./PictureNote.module.css";

const ICONS: Readonly<Record<PictureKind, IconName>> = {
  live: "live",
  pictures: "picture",
  none: "unseen",
};

interface PictureNoteProps {
  readonly status: ScreenStatus;
  readonly picturesMs: number;
}

/** What is shown: live video, single pictures, or nothing current. */
export function PictureNote({ status, picturesMs }: PictureNoteProps) {
  return (
    <span className={classes.note} title={status.trouble || undefined}>
      <Icon name={ICONS[status.picture]} size={14} />
      {pictureWords(status.picture, picturesMs)}
    </span>
  );
}
