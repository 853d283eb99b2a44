import type { Power } from '../powers.ts';
import { powerOfViolation, refusalOf, type Refusal, type Violation } from './refused-power.ts';

/** The number of violations that are kept. */
const MAX_VIOLATIONS = 50;

/** The powers whose refusal is no error: the widget goes on without what it wanted to show. */
const SILENT: ReadonlySet<Power> = new Set(['media', 'frames']);

/** The functions of a window that do nothing in a frame. */
const IDLE = {
  open: 'popups',
  alert: 'dialogs',
  confirm: 'dialogs',
  prompt: 'dialogs',
  print: 'dialogs',
} as const;

/** The refusals of a frame. */
export interface Refusals {
  /** Finds the refused power that a thrown value is about. */
  find(thrown: unknown): Promise<Refusal | undefined>;
}

/**
 * Follows what the frame refuses to the widget. It refuses nothing itself.
 *
 * @param onSilent Called once for each power whose refusal is no error.
 */
export function followRefusals(onSilent: (refusal: Refusal) => void): Refusals {
  const violations: Violation[] = [];
  const seen = new Set<Power>();
  function note(refusal: Refusal) {
    if (seen.has(refusal.power)) return;
    seen.add(refusal.power);
    onSilent(refusal);
  }

  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    const violation = { blockedURI, effectiveDirective };
    if (violations.length < MAX_VIOLATIONS) violations.push(violation);
    const power = powerOfViolation(violation);
    if (SILENT.has(power)) note({ power, address: blockedURI });
  });
  const functions = globalThis as unknown as Record<string, (...values: unknown[]) => unknown>;
  for (const [name, power] of Object.entries(IDLE)) {
    const own = functions[name];
    if (own)
      functions[name] = (...values) => {
        note({ power });
        return own.apply(globalThis, values);
      };
  }

  return {
    async find(thrown) {
      // The event may come after the error of the same request.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return refusalOf(thrown, violations);
    },
  };
}
