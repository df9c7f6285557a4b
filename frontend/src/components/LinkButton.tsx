import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type AnchorButtonProps = ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>;

/** A link to another page of the console that looks like a button. */
export const LinkButton = createLink((props: AnchorButtonProps) => (
  <Button component="a" {...props} />
));
