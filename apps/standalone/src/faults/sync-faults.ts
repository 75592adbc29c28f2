import path from 'node:path';
import { messageOf } from '@firmbridge/contracts';
import type { SyncFaultOptions } from './fault-options.js';
import type { Installation, InstallationOptions, Victim } from './installation.js';
import { planKills, seededRandom } from './kills.js';
import { ServicesInstallation } from './services-installation.js';
import { whyUnreachable } from './shared-servers.js';
import { StandaloneInstallation } from './standalone-installation.js';
import { live, type Story, type StoryOptions } from './story.js';
import { brokenOff, judge, type Verdict } from './verdict.js';

const dist = path.resolve(import.meta.dirname, '..');
/** Changes in Clio come after the initial sync; far enough ahead for every run to look back that far. */
const editsAheadMs = 60 * 60_000;

export interface SyncFaults {
  readonly options: SyncFaultOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  /** What was made and is not removed yet, for whoever breaks the run off. */
  readonly made: Set<{ remove(): Promise<void> }>;
}

/**
 * kill -9 in the middle of a sync costs at most one page a resource: nothing is lost, nothing is doubled, and subscribers see
 * each version of each entity told by one event. Judged against a sync that nobody disturbed.
 */
export async function syncFaults(run: SyncFaults): Promise<Verdict[]> {
  const { options, tell } = run;
  const random = seededRandom(options.seed);
  const install: InstallationOptions = { seed: 'firmbridge', matters: options.matters, env: run.env };
  const base = { seed: install.seed, matters: install.matters, edits: editTimes(Date.now()) };
  const undisturbed = new StandaloneInstallation(path.join(dist, 'main.js'), install);
  const expected = await tellStory(run, undisturbed, { ...base, kills: [], records: 0, sabotage: null });
  const records = expected.evidence.records.length;
  const verdicts: Verdict[] = [];
  const disturb = async (installation: Installation, victims: readonly Victim[]) => {
    const kills = planKills(victims, random);
    try {
      const story = await tellStory(run, installation, { ...base, kills, records, sabotage: options.sabotage });
      verdicts.push(judge(installation.name, story, expected));
    } catch (error) {
      tell(`${installation.name} was broken off: ${messageOf(error)}`);
      verdicts.push(brokenOff(installation.name));
    }
  };

  if (options.only !== 'services') {
    const victims = Array.from({ length: options.kills }, (): Victim => 'main');
    await disturb(new StandaloneInstallation(path.join(dist, 'main.js'), install), victims);
  }
  if (options.only !== 'standalone') {
    const servers = { databaseUrl: options.databaseUrl, amqpUrl: options.amqpUrl };
    const reason = await whyUnreachable(servers);
    if (reason === null) {
      const installation = new ServicesInstallation(path.join(dist, 'services-main.js'), servers, install);
      await disturb(installation, ['clio-sync', 'mapping', 'everything', 'supervisor']);
    } else tell(`The services as processes of their own are skipped: ${reason}.`);
  }
  return verdicts;
}

function editTimes(now: number): Date[] {
  return [1, 2].map((round) => new Date(now + editsAheadMs + round * 60_000));
}

async function tellStory(run: SyncFaults, installation: Installation, options: StoryOptions): Promise<Story> {
  const kills = options.kills.map(({ victim }) => victim).join(', ') || 'nothing';
  run.tell(`${installation.name}: a sync of ${options.matters} matters; killed: ${kills}`);
  run.made.add(installation);
  try {
    return await live(installation, options);
  } finally {
    await installation.remove();
    run.made.delete(installation);
  }
}
