import { useState } from 'react';
import { refusalOf, type Refusal } from './problem.js';

export interface Action<Input extends unknown[]> {
  readonly run: (...input: Input) => void;
  readonly isRunning: boolean;
  readonly refusal: Refusal | null;
}

/** Something a person starts: one at a time, with what came of it beside the button. */
export function useAction<Input extends unknown[]>(work: (...input: Input) => Promise<void>): Action<Input> {
  const [isRunning, setRunning] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = (...input: Input) => {
    setRunning(true);
    setRefusal(null);
    work(...input)
      .catch((error: unknown) => setRefusal(refusalOf(error)))
      .finally(() => setRunning(false));
  };
  return { run, isRunning, refusal };
}
