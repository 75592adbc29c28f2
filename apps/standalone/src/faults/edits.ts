import { createSandbox } from '@firmbridge/sandbox';

export interface EditOptions {
  readonly stateFile: string;
  readonly seed: string;
  readonly matters: number;
  /** 1 for the first. Each changes the same records to other values. */
  readonly round: number;
  /** The same in every installation that is compared: it becomes part of the records. */
  readonly at: Date;
}

const editedContacts = 5;
const editedMatters = 5;

/** People at the firm work in Clio while Firmbridge is down. */
export async function editInClio({ stateFile, seed, matters, round, at }: EditOptions): Promise<void> {
  const sandbox = await createSandbox({ stateFile, seed, matters, clock: () => at });
  try {
    const { clio } = sandbox.control;
    for (let index = 0; index < editedContacts; index += 1)
      clio.edit('contacts', clio.idAt('contacts', index), { title: `Title ${round}` });
    for (let index = 0; index < Math.min(editedMatters, matters); index += 1)
      clio.edit('matters', clio.idAt('matters', index), { description: `Described ${round} times` });
    clio.edit('practice_areas', clio.idAt('practice_areas', 0), { name: `Practice area ${round}` });
  } finally {
    await sandbox.stop();
  }
}
