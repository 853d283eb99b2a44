import { isRecord } from '../contract/index.ts';
import type { Check, ConfigFault, Path } from './context.ts';
import { resolveRef, type ConfigSchema } from './schema.ts';
import { quoteValue, valueWords, wantedBy } from './wanted.ts';

/** A form that a value may have, and why it does not have it. */
interface Form {
  schema: unknown;
  value: unknown;
  faults: ConfigFault[];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The properties of a form, which may be a definition elsewhere in the schema. */
function propertiesOf(form: unknown, root: ConfigSchema): Record<string, unknown> {
  const found = isRecord(form) && typeof form.$ref === 'string' ? resolveRef(root, form.$ref) : form;
  return isRecord(found) && isRecord(found.properties) ? found.properties : {};
}

/** The key whose value says which form is meant: every form lists its own values of `type`, `kind` or the like. */
function kindKeyOf(forms: readonly Form[], root: ConfigSchema): string | undefined {
  const all = forms.map(({ schema }) => propertiesOf(schema, root));
  const lists = (property: unknown) => isRecord(property) && ('const' in property || 'enum' in property);
  return Object.keys(all[0]!).find((key) => all.every((properties) => lists(properties[key])));
}

const depthOf = ({ faults }: Form) => Math.max(...faults.map(({ path }) => path.length));

/** Says of several forms, of which a value has none, what is nearest to it. */
function nearest(value: unknown, path: Path, forms: readonly Form[], root: ConfigSchema): ConfigFault[] {
  const kindKey = isRecord(value) ? kindKeyOf(forms, root) : undefined;
  const kindOf = ({ faults }: Form) =>
    faults.find((fault) => fault.path.length === path.length + 1 && fault.path.at(-1) === kindKey);
  const meant = kindKey === undefined ? forms : forms.filter((form) => !kindOf(form));
  if (meant.length === 0) {
    const kinds = forms.map((form) => kindOf(form)!);
    const options = forms.flatMap(({ schema }) => {
      const kind = propertiesOf(schema, root)[kindKey!] as Record<string, unknown>;
      return 'const' in kind ? [kind.const] : (kind.enum as unknown[]);
    });
    const given = (value as Record<string, unknown>)[kindKey!];
    const fact =
      given === undefined
        ? `is missing; it must be ${valueWords(options)}`
        : `is ${quoteValue(given)}, but must be ${valueWords(options)}`;
    return [{ ...kinds[0]!, fact, hint: kinds.find(({ hint }) => hint)?.hint ?? '' }];
  }
  const [best] = meant.toSorted((a, b) => depthOf(b) - depthOf(a) || a.faults.length - b.faults.length);
  if (depthOf(best!) > path.length) return best!.faults;
  const words = wantedBy({ anyOf: forms.map(({ schema }) => schema) });
  const [first] = best!.faults;
  const hint = forms.map(({ faults }) => faults[0]!.hint).find(Boolean) ?? '';
  return [{ path, fact: words ? `is ${quoteValue(value)}, but must be ${words}` : first!.fact, hint }];
}

/** Checks `allOf`, `anyOf`, `oneOf` and `not`, and returns the value with the defaults of the form that it has. */
export function checkForms(
  schema: ConfigSchema,
  value: unknown,
  path: Path,
  faults: ConfigFault[],
  { root, visit, spend }: Check,
): unknown {
  let made = value;
  for (const one of listOf(schema.allOf)) made = visit(one, made, path, faults);
  const tryForm = (form: unknown): Form => {
    const found: ConfigFault[] = [];
    return { schema: form, value: visit(form, made, path, found), faults: found };
  };
  for (const keyword of ['anyOf', 'oneOf']) {
    const forms = listOf(schema[keyword]);
    if (forms.length === 0) continue;
    spend(forms.length);
    const tried = forms.map(tryForm);
    const fitting = tried.filter((form) => form.faults.length === 0);
    if (fitting.length === 0) faults.push(...nearest(made, path, tried, root));
    else if (keyword === 'oneOf' && fitting.length > 1)
      faults.push({ path, fact: 'fits several of the forms that exclude each other', hint: '' });
    else made = fitting[0]!.value;
  }
  const { not } = schema;
  if (not !== undefined && tryForm(not).faults.length === 0)
    faults.push({ path, fact: `is ${quoteValue(made)}, which is not allowed`, hint: '' });
  return made;
}
