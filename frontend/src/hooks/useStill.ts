import { type RefObject, useEffect } from "react";
import { useLessonSession } from "./useLessonSession";

/** Draw the newest still picture of a screen into a canvas. */
export function useStill(device: string, canvas: RefObject<HTMLCanvasElement | null>): void {
  const { still } = useLessonSession().screens.screen(device);
  useEffect(() => {
    const draw = () => {
      const target = canvas.current;
      if (target === null) return;
      const bitmap = still.get();
      target.width = bitmap?.width ?? 1;
      target.height = bitmap?.height ?? 1;
      if (bitmap !== null) target.getContext("2d")?.drawImage(bitmap, 0, 0);
    };
    draw();
    return still.subscribe(draw);
  }, [still, canvas]);
}
