import { formatList } from './format.ts';
import { safeModeTexts } from './messages.ts';
import { useTexts, type UiProps } from './ui-messages.tsx';
import { useSafeMode } from './use-safe-mode.ts';

/** The props of {@link SafeModeBar}. */
export interface SafeModeBarProps extends Pick<UiProps, 'messages'> {
  /** Whether it offers to open the page without plugins while they are on. @default false */
  isOffered?: boolean | undefined;
}

/** Says which plugins are switched off on this page, with a link that switches them on. Nothing while all are on. */
export function SafeModeBar({ messages: own, isOffered = false }: SafeModeBarProps) {
  const messages = useTexts(safeModeTexts, own);
  const { isActive, names, onUrl, offUrl } = useSafeMode();
  if (!isActive && !isOffered) return null;
  const text = messages.safeMode;
  return (
    <aside
      className="nvz-ui nvz-ui-safe-mode"
      aria-label={text.label}
      lang={messages.locale}
      dir={messages.direction}
    >
      {isActive && (
        <p className="nvz-ui-text">
          <strong>{text.title}</strong> {names.length > 0 && text.names(formatList(messages, names))}
        </p>
      )}
      {isActive ? (
        onUrl && (
          <a className="nvz-ui-link" href={onUrl}>
            {text.on}
          </a>
        )
      ) : (
        <div className="nvz-ui-stack">
          <a className="nvz-ui-link" href={offUrl}>
            {text.off}
          </a>
          <p className="nvz-ui-note">{text.offNote}</p>
        </div>
      )}
    </aside>
  );
}
