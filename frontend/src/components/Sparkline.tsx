import { useId } from "react";
import classes from "./Sparkline.module.css";

const WIDTH = 112;
const HEIGHT = 28;

interface SparklineProps {
  readonly counts: readonly number[];
  /** What the line shows, in words: nobody has to see it. */
  readonly title: string;
}

/** A small line of daily counts; its scale is its own. */
export function Sparkline({ counts, title }: SparklineProps) {
  const id = useId();
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length - 1);
  const points = counts.map((count, index) => {
    const y = HEIGHT - 2 - (count / most) * (HEIGHT - 4);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      role="img"
      aria-labelledby={id}
      className={classes.line}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <title id={id}>{title}</title>
      <polyline points={points.join(" ")} />
    </svg>
  );
}
