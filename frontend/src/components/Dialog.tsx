import { Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A question over the page; Escape and the cross close it. */
export function Dialog({ title, onClose, testId, children }: DialogProps) {
  // The library's own header would be a second banner landmark of the page.
  return (
    <Modal opened onClose={onClose} withCloseButton={false} data-testid={testId}>
      <Group justify="space-between" align="start" wrap="nowrap" mb="sm">
        <Modal.Title fw={650} fz="lg">
          {title}
        </Modal.Title>
        <Modal.CloseButton aria-label="Close" size="md" />
      </Group>
      {children}
    </Modal>
  );
}
