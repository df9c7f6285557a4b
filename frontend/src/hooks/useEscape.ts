import { useEffect } from "react";

/** Call back when Escape is pressed and nothing nearer (a dialog, a list) has taken it. */
export function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTaken =
        event.defaultPrevented ||
        (event.target instanceof Element &&
          event.target.closest("select, [role=dialog], [role=menu], input[type=search]") !== null);
      if (event.key === "Escape" && !isTaken) onEscape();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onEscape]);
}
