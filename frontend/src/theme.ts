import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const form: MantineColorsTuple = [
  "#eaf6f8",
  "#d6ecf0",
  "#aed9e1",
  "#83c5d1",
  "#5fb3c2",
  "#3d9fb0",
  "#1d8799",
  "#127485",
  "#0b6373",
  "#074c59",
];

const dark: MantineColorsTuple = [
  "#e6ecef",
  "#bcc6cc",
  "#a1adb5",
  "#76848d",
  "#4a5860",
  "#36424a",
  "#2a343a",
  "#1d2428",
  "#14191c",
  "#0e1214",
];

export const theme = createTheme({
  colors: { form, dark },
  primaryColor: "form",
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.28,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: "650" },
});

/** The library's greys and reds are too faint for WCAG AA on our backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#4d5660",
    "--mantine-color-placeholder": "#5b646d",
    "--mantine-color-error": "#b42020",
    "--mantine-color-body": "#f6f8f9",
    "--formroom-card": "#ffffff",
    "--formroom-line": "#d5dce0",
    "--formroom-edge": "#7d8890",
    "--formroom-screen": "#1b2226",
    "--formroom-calm": "#e9edf0",
    "--formroom-calm-text": "#38424a",
    "--formroom-good": "#dff3e6",
    "--formroom-good-text": "#14532d",
    "--formroom-warn": "#fdf0cf",
    "--formroom-warn-text": "#6b4700",
    "--formroom-bad": "#fde4e1",
    "--formroom-bad-text": "#8c1d13",
    "--formroom-controlled": "#b45f06",
  },
  dark: {
    "--mantine-color-dimmed": "#b3bcc4",
    "--mantine-color-placeholder": "#a3adb5",
    "--mantine-color-error": "#ff9a9a",
    "--mantine-color-body": "#14191c",
    "--formroom-card": "#1d2428",
    "--formroom-line": "#36424a",
    "--formroom-edge": "#76848d",
    "--formroom-screen": "#0b0e10",
    "--formroom-calm": "#2b353b",
    "--formroom-calm-text": "#d3dbe1",
    "--formroom-good": "#173626",
    "--formroom-good-text": "#a9e5bf",
    "--formroom-warn": "#3d3113",
    "--formroom-warn-text": "#ffdf91",
    "--formroom-bad": "#46201d",
    "--formroom-bad-text": "#ffc1ba",
    "--formroom-controlled": "#ffb454",
  },
});
