/** Outlines on a 24 by 24 grid. */
const PATHS = {
  add: "M12 5v14M5 12h14",
  alert:
    "M12 9v4m0 4h.01M10.3 4.3 2.6 17.5A2 2 0 0 0 4.300 20.500h15.400a2 2 0 0 0 1.700-3L13.700 4.300a2 2 0 0 0-3.400 0Z",
  auto: "M12 3a9 9 0 1 0 0 18M12 3a9 9 0 0 1 0 18M12 3v18M15 7.500l3.500-1M15 12h6M15 16.500l3.500 1",
  away: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  back: "M19 12H5m6-6-6 6 6 6",
  check: "m5 12 5 5L20 7",
  close: "M6 6l12 12M18 6 6 18",
  control: "M5 3l14 8-6 2-2 6L5 3Z",
  down: "M12 5v14m-6-6 6 6 6-6",
  download: "M12 4v11m-5-4 5 5 5-5M5 20h14",
  device: "M4 5h16v11H4zM9 20h6m-3-4v4",
  edit: "M4 20h4L19 9l-4-4L4 16v4Zm9-13 4 4",
  end: "M5 5h14v14H5z",
  expand: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  eye: "M2 12s3.500-7 10-7 10 7 10 7-3.500 7-10 7-10-7-10-7Zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h10",
  live: "M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7.500 16.500a6 6 0 0 1 0-9M16.500 7.500a6 6 0 0 1 0 9M4.700 19.300a10 10 0 0 1 0-14.600M19.300 4.700a10 10 0 0 1 0 14.600",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  moon: "M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500Z",
  next: "m9 5 7 7-7 7",
  online: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-4-9 3 3 5-6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9a8 8 0 0 1 16 0",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  play: "M7 4v16l13-8L7 4Z",
  previous: "m15 5-7 7 7 7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 5 5",
  settings:
    "M4 7h10m4 0h2M4 17h2m4 0h10M16 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm-8 10a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.500 1.500m11 11L19 19M5 19l1.500-1.500m11-11L19 5",
  trash: "M4 7h16M9 7V4h6v3m-9 0 1 13h10l1-13",
  unlinked:
    "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.400M8.500 16a5 5 0 0 1 5.500-1M12 20h.01M13 8a13 13 0 0 1 8 3",
  unlock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.500-2",
  up: "M12 19V5m-6 6 6-6 6 6",
  unseen: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 12h8",
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
  readonly size?: number;
}

/** A small drawing beside words; never the only bearer of a meaning. */
export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
