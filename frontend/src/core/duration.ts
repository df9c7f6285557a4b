/** Minutes and seconds as a clock shows them: `4:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const [minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${Number(minutes)}:${rest}`;
}

/** A time of day, in the form that a British school reads. */
export function timeOfDay(ms: number): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** Day and time to the second, in the form that a British school reads. */
export function dayAndTime(ms: number): string {
  // A device's clock may name a moment that no calendar has.
  if (!(Math.abs(ms) <= 8.64e15)) return "unknown";
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" }).format(ms);
}

/** `3 s`, `4 min`, `2 h`, `5 days`: about how long. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
