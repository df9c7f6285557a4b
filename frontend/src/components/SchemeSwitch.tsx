import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { Icon, type IconName } from "./Icon";

const SCHEMES: readonly { value: MantineColorScheme; label: string; icon: IconName }[] = [
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
  { value: "auto", label: "As the system", icon: "auto" },
];

/** Light, dark, or as the system has it. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
      data={SCHEMES.map(({ value, label, icon }) => ({
        value,
        label: (
          <span className="icon-label" title={label}>
            <Icon name={icon} size={16} />
            <span className="visually-hidden">{label}</span>
          </span>
        ),
      }))}
    />
  );
}
