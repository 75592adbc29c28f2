import { z } from 'zod';

const faultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('latency'), ms: z.int().nonnegative() }),
  z.object({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.object({ kind: z.literal('truncated-body') }),
  z.object({ kind: z.literal('html-body'), status: z.int().default(200) }),
  z.object({ kind: z.literal('reset-connection') }),
  z.object({
    kind: z.literal('malformed-record'),
    index: z.int().nonnegative(),
    how: z.enum(['wrong-type', 'null-id']),
  }),
  /** `address`: the next page is the first one. `records`: every page has the records of the first that suffered it. */
  z.object({ kind: z.literal('repeated-page'), what: z.enum(['address', 'records']) }),
]);
export type Fault = z.output<typeof faultSchema>;

export const faultRuleSchema = z.object({
  provider: z.enum(['clio', 'ghl', 'any']).default('any'),
  method: z.string().default('*'),
  /** Matched against the whole path behind the provider's origin; `*` stands for any characters. */
  path: z.string().default('*'),
  /** How many matching requests go through before the first fault. */
  after: z.int().nonnegative().default(0),
  /** How many requests suffer; without it all. */
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).default(1),
  /** Let the request have its effect first: the caller cannot know that it happened. */
  afterEffect: z.boolean().default(false),
  fault: faultSchema,
});
export type FaultRule = z.output<typeof faultRuleSchema>;
export type FaultRuleInput = z.input<typeof faultRuleSchema>;

export interface FaultTarget {
  readonly provider: 'clio' | 'ghl';
  readonly method: string;
  readonly path: string;
}

export interface DueFault {
  readonly fault: Fault;
  readonly afterEffect: boolean;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly path: RegExp;
  seen: number;
  fired: number;
}

/** The rules by which requests go wrong, and how often each has done so. */
export class Faults {
  private readonly active = new Map<number, ActiveRule>();
  private nextId = 1;

  constructor(private readonly random: () => number) {}

  add(input: FaultRuleInput): number {
    const rule = faultRuleSchema.parse(input);
    const id = this.nextId++;
    this.active.set(id, { rule, path: globOf(rule.path), seen: 0, fired: 0 });
    return id;
  }

  remove(id: number): boolean {
    return this.active.delete(id);
  }

  clear(): void {
    this.active.clear();
  }

  list(): { id: number; rule: FaultRule; fired: number }[] {
    return [...this.active].map(([id, { rule, fired }]) => ({ id, rule, fired }));
  }

  /** The faults that this one request suffers; counts them. */
  due(target: FaultTarget): DueFault[] {
    const due: DueFault[] = [];
    for (const active of this.active.values()) {
      if (!matches(active, target) || !this.fires(active)) continue;
      due.push({ fault: active.rule.fault, afterEffect: active.rule.afterEffect });
    }
    return due;
  }

  private fires(active: ActiveRule): boolean {
    const { after, times, probability } = active.rule;
    active.seen += 1;
    if (active.seen <= after || active.fired >= (times ?? Infinity)) return false;
    if (probability < 1 && this.random() >= probability) return false;
    active.fired += 1;
    return true;
  }
}

function matches({ rule, path }: ActiveRule, target: FaultTarget): boolean {
  return (
    (rule.provider === 'any' || rule.provider === target.provider) &&
    (rule.method === '*' || rule.method.toUpperCase() === target.method) &&
    path.test(target.path)
  );
}

function globOf(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}
