// Apart from the other tests of types, which check the declarations of libraries too: those of ArkType need Node's.
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(is: Same<A, B>) => is;

/** The settings of each schema below. */
interface Settings {
  title: string;
  limit?: number | undefined;
  chart: { type: 'line' | 'bar' };
}

const ofZod = z.object({
  title: z.string().default('Sales'),
  limit: z.number().optional(),
  chart: z.object({ type: z.enum(['line', 'bar']) }),
});
const ofValibot = v.object({
  title: v.optional(v.string(), 'Sales'),
  limit: v.optional(v.number()),
  chart: v.object({ type: v.picklist(['line', 'bar']) }),
});
const ofArkType = type({ title: 'string = "Sales"', 'limit?': 'number', chart: { type: "'line' | 'bar'" } });
const ofJsonSchema = {
  type: 'object',
  required: ['chart'],
  properties: {
    title: { type: 'string', default: 'Sales' },
    limit: { type: 'integer' },
    chart: { type: 'object', required: ['type'], properties: { type: { enum: ['line', 'bar'] } } },
    size: { type: ['number', 'null'] },
    marks: { type: 'array', items: { anyOf: [{ const: 'dot' }, { type: 'boolean' }] } },
  },
} as const;

// The props have the settings of the schema, after its defaults.
export const accepted: Settings[] = [
  {} as WidgetProps<typeof ofZod>['config'],
  {} as WidgetProps<typeof ofValibot>['config'],
  {} as WidgetProps<typeof ofArkType>['config'],
  {} as WidgetProps<typeof ofJsonSchema>['config'],
];
same<WidgetProps<typeof ofZod>['config']['title'], string>(true);
same<WidgetProps<typeof ofValibot>['config']['title'], string>(true);
same<WidgetProps<typeof ofArkType>['config']['title'], string>(true);
same<WidgetProps<typeof ofJsonSchema>['config']['title'], string>(true);
same<WidgetProps<typeof ofJsonSchema>['config']['chart']['type'], 'line' | 'bar'>(true);
same<NonNullable<WidgetProps<typeof ofJsonSchema>['config']['marks']>, readonly ('dot' | boolean)[]>(true);
same<Exclude<WidgetProps<typeof ofJsonSchema>['config']['size'], undefined>, number | null>(true);

export function Chart({ pluginId, config }: WidgetProps<typeof ofZod>) {
  const title: string = config.title + pluginId;
  // @ts-expect-error it may be missing
  const limit: number = config.limit;
  // @ts-expect-error there is no such setting
  const other: string = config.other;
  // @ts-expect-error the config is read-only
  // oxlint-disable-next-line no-param-reassign
  config.title = 'Other';
  // @ts-expect-error at any depth
  // oxlint-disable-next-line no-param-reassign
  config.chart.type = 'bar';
  return [title, limit, other];
}

// A widget without a schema has any config.
export const any: WidgetProps<unknown>['config'] = { anything: 1 };
