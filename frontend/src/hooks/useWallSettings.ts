import { useLocalStorage } from "@mantine/hooks";
import type { TileOrder } from "../core/tiles";

export interface WallSettings {
  readonly order: TileOrder;
  /** Least width of a tile, in pixels. */
  readonly tileWidth: number;
  /** Gap between the pictures of a tile without video. */
  readonly picturesMs: number;
  readonly zoomOnHover: boolean;
}

const DEFAULTS: WallSettings = {
  order: "name",
  tileWidth: 200,
  picturesMs: 5_000,
  zoomOnHover: true,
};

/** How this person likes the wall; kept in this browser only. */
export function useWallSettings() {
  const [stored, store] = useLocalStorage<Partial<WallSettings>>({
    key: "formroom-wall",
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const settings: WallSettings = { ...DEFAULTS, ...stored };
  const change = (part: Partial<WallSettings>) => store({ ...settings, ...part });
  return [settings, change] as const;
}
