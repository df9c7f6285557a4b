import { type PointerEvent, useCallback, useEffect, useRef, useState } from "react";

const REST_MS = 700;
const LEAVE_MS = 120;

/**
 * Whether to zoom: a mouse that moved here has come to rest. A page that appears or scrolls under
 * a still pointer is no wish to zoom, nor is a finger.
 */
export function useHoverZoom(enabled: boolean) {
  const [isOpen, setIsOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = useCallback((open: boolean, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsOpen(open), ms);
  }, []);
  const close = useCallback(() => {
    clearTimeout(timer.current);
    setIsOpen(false);
  }, []);
  useEffect(() => close, [close]);
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isOpen, close]);

  const onPointerMove = (event: PointerEvent) => {
    const isMoved = event.movementX !== 0 || event.movementY !== 0;
    if (enabled && isMoved && event.pointerType === "mouse" && !isOpen) later(true, REST_MS);
  };
  const onPointerLeave = () => later(false, LEAVE_MS);
  const onPointerEnter = () => {
    if (isOpen) later(true, 0);
  };
  return {
    isOpen: isOpen && enabled,
    close,
    /** For the tile's picture. */
    target: { onPointerMove, onPointerLeave, onPointerDown: close },
    /** For the zoomed picture, which stays while the pointer is on it. */
    zoomed: { onPointerEnter, onPointerLeave },
  };
}
