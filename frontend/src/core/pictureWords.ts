/** What a tile shows: moving video, single pictures, or nothing that is current. */
export type PictureKind = "live" | "pictures" | "none";

/** The same in words for the teacher; `picturesMs` is the gap between single pictures. */
export function pictureWords(picture: PictureKind, picturesMs: number): string {
  if (picture === "live") return "Live";
  if (picture === "pictures") return `Pictures every ${picturesMs / 1000} s`;
  return "No picture";
}
