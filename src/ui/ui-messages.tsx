import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { mergeMessages, type PartOf } from './merge-messages.ts';
import { english, type General, type Messages, type OwnMessages } from './messages.ts';

/** The texts of {@link UiMessages}: those that replace others. */
const MessagesContext = createContext<OwnMessages>({});

/** The props of {@link UiMessages}. */
export interface UiMessagesProps {
  /** The texts that replace the English ones; the others stay. */
  value: OwnMessages;
  children?: ReactNode;
}

/** Replaces texts of the operators' components below it. */
export function UiMessages({ value, children }: UiMessagesProps) {
  const outer = useContext(MessagesContext);
  const messages = useMemo(() => mergeMessages(outer, value), [outer, value]);
  return <MessagesContext.Provider value={messages}>{children}</MessagesContext.Provider>;
}

/** Returns a component's texts. @param own Those of its prop `messages`, in place of the others. */
export function useTexts<Texts extends General>(texts: Texts, own?: OwnMessages): Texts {
  const replaced = useContext(MessagesContext);
  return useMemo(
    () => [replaced, own].reduce<Texts>((all, some) => mergeMessages(all, some as PartOf<Texts>), texts),
    [texts, replaced, own],
  );
}

/** Returns all texts. @param own Those in place of the others. */
export const useMessages = (own?: OwnMessages): Messages => useTexts(english, own);

/** The props of every component. */
export interface UiProps {
  /** Texts in place of those of {@link UiMessages}, or of the English ones. */
  messages?: OwnMessages | undefined;
  /** The level of the component's heading. @default "h2" */
  heading?: 'h1' | 'h2' | 'h3' | 'h4' | undefined;
}
