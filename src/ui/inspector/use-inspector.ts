import { useState } from 'react';

/** The inspector's state. */
export interface InspectorData {
  isOpen: boolean;
  open(): void;
  close(): void;
}

/** Returns whether the inspector is open, and opens or closes it. */
export function useInspector(): InspectorData {
  const [isOpen, setOpen] = useState(false);
  return { isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}
