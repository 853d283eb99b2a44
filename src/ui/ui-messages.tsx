import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { english, mergeMessages, type Messages, type OwnMessages } from './messages.ts';

const MessagesContext = createContext<Messages>(english);

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

/** Returns the texts, with those of a component's own `messages` in place of the others. */
export function useMessages(own?: OwnMessages): Messages {
  const messages = useContext(MessagesContext);
  return useMemo(() => mergeMessages(messages, own), [messages, own]);
}

/** The props of every component. */
export interface UiProps {
  /** Texts in place of those of {@link UiMessages}, or of the English ones. */
  messages?: OwnMessages | undefined;
  /** The level of the component's heading. @default "h2" */
  heading?: 'h1' | 'h2' | 'h3' | 'h4' | undefined;
}
