import { useCallback, useState } from "react";

/** The selected devices, how one is selected or let go, and how all are let go. */
export function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((device: string) => {
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(device)) after.add(device);
      return after;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Set()), []);
  return [selected, toggle, clear] as const;
}
