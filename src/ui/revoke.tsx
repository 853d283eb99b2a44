import { useEffect, useId, useRef, useState } from 'react';
import { Button } from './parts.tsx';
import type { RevokeTexts } from './revoke-texts.ts';
import type { Decisions } from './use-decisions.ts';
import { useKeptFocus } from './use-kept-focus.ts';

interface RevokeProps {
  /** The display name of the plugin. */
  name: string;
  decisions: Decisions;
  text: RevokeTexts;
  /** The id of the element that names the plugin. */
  describedBy: string;
  /** Whether the meaning stands beside the button before it is pressed. */
  isExplained?: boolean;
}

/** Revokes trust, after a question in the place of the button. Escape and Cancel leave things as they are, and give the focus back. */
export function Revoke({ name, decisions, text, describedBy, isExplained = false }: RevokeProps) {
  const [isAsking, setAsking] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  /** Whether the focus is to follow the question. */
  const hasAsked = useRef(false);
  const id = useId();
  useKeptFocus(place);
  useEffect(() => {
    // Not on a button: the key that asked is often pressed twice.
    if (isAsking) place.current!.querySelector<HTMLElement>('[role=group]')!.focus();
    else if (hasAsked.current) place.current!.querySelector('button')!.focus();
    hasAsked.current = isAsking;
  }, [isAsking]);
  const isBusy = decisions.busy !== undefined;
  return (
    <div ref={place} className="nvz-ui-line">
      {isAsking ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its buttons are the interactive parts
        <div
          role="group"
          tabIndex={-1}
          aria-labelledby={`${id}-ask`}
          aria-describedby={`${id}-means`}
          className="nvz-ui-ask"
          onKeyDown={({ key }) => key === 'Escape' && setAsking(false)}
        >
          <strong id={`${id}-ask`}>{text.revokeAsk(name)}</strong>
          <span id={`${id}-means`}>{text.revokeMeans}</span>
          <span className="nvz-ui-row">
            <Button kind="danger" isBusy={isBusy} onPress={() => void decisions.revoke()}>
              {text.revokeNow}
            </Button>
            <Button onPress={() => setAsking(false)}>{text.cancel}</Button>
          </span>
        </div>
      ) : (
        <>
          <Button
            kind="danger"
            isBusy={isBusy}
            onPress={() => setAsking(true)}
            aria-describedby={isExplained ? `${describedBy} ${id}-means` : describedBy}
          >
            {text.revoke}
          </Button>
          {isExplained && (
            <span id={`${id}-means`} className="nvz-ui-note nvz-ui-grow">
              {text.revokeMeans}
            </span>
          )}
        </>
      )}
    </div>
  );
}
