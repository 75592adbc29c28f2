import { runCli, type Terminal, type World } from '../src/index.js';
import { TestGateway, token } from '../../gateway/test/gateway-harness.js';

/** What a person sees, and what the person answers. */
export class TestTerminal implements Terminal {
  readonly printed: string[] = [];
  readonly told: string[] = [];
  readonly drawn: string[] = [];
  readonly asked: string[] = [];
  canAsk = false;
  canRedraw = false;
  answer = false;
  input = '';

  print(text: string): void {
    this.printed.push(text);
  }

  tell(text: string): void {
    this.told.push(text);
  }

  redraw(line: string): void {
    this.drawn.push(line);
  }

  ask(question: string): Promise<boolean> {
    this.asked.push(question);
    return Promise.resolve(this.answer);
  }

  read(): Promise<string> {
    return Promise.resolve(this.input);
  }
}

export interface Outcome {
  readonly exitCode: number;
  readonly printed: string;
  readonly told: string;
  readonly terminal: TestTerminal;
  /** What was printed, as a program reads it. */
  json<T = Record<string, unknown>>(): T;
}

export const now = new Date('2026-01-15T10:03:00.000Z');

export async function run(
  argv: readonly string[],
  { terminal = {}, ...world }: { terminal?: Partial<TestTerminal> } & Partial<Omit<World, 'terminal'>>,
): Promise<Outcome> {
  const seen = Object.assign(new TestTerminal(), terminal);
  const exitCode = await runCli(argv, {
    env: {},
    folder: import.meta.dirname,
    now: () => now,
    signal: new AbortController().signal,
    lookEveryMs: 5,
    ...world,
    terminal: seen,
  });
  const printed = seen.printed.join('\n');
  return { exitCode, printed, told: seen.told.join('\n'), terminal: seen, json: <T>() => JSON.parse(printed) as T };
}

/** Runs the command against the gateway; the words are separated by spaces. */
export function against(gateway: TestGateway, terminal: Partial<TestTerminal> = {}) {
  return (line: string, ...more: string[]) =>
    run([...line.split(' '), ...more], {
      env: { FIRMBRIDGE_URL: gateway.url, FIRMBRIDGE_TOKEN: token },
      terminal,
    });
}

/** The widest line. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
