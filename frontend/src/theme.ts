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

export const theme = createTheme({
  colors: { form },
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
    "--formroom-screen": "#1b2226",
  },
  dark: {
    "--mantine-color-dimmed": "#b3bcc4",
    "--mantine-color-placeholder": "#a3adb5",
    "--mantine-color-error": "#ff9a9a",
    "--mantine-color-body": "#14191c",
    "--formroom-card": "#1d2428",
    "--formroom-line": "#36424a",
    "--formroom-screen": "#0b0e10",
  },
});
