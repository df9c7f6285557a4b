import { type RefObject, useEffect } from "react";
import { useLessonSession } from "./useLessonSession";

/** Ask for a device's screen while this element is on the teacher's screen, and only then. */
export function useShown(device: string, element: RefObject<Element | null>): void {
  const { screens } = useLessonSession();
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    let hide: (() => void) | null = null;
    const observer = new IntersectionObserver(
      (entries) => {
        const isSeen = entries.at(-1)?.isIntersecting ?? false;
        if (isSeen) hide ??= screens.show(device);
        else {
          hide?.();
          hide = null;
        }
      },
      { rootMargin: "80px" },
    );
    observer.observe(observed);
    return () => {
      observer.disconnect();
      hide?.();
    };
  }, [device, element, screens]);
}
