import { messageOf } from '@firmbridge/contracts';
import { OwnServers } from '../../servers/own-servers.js';
import type { ClioFaultOptions } from '../fault-options.js';
import { seededRandom } from '../kills.js';
import type { PartFindings } from '../part-findings.js';
import { partLine } from '../report.js';
import type { Verdict } from '../verdict.js';
import { badWeather } from './bad-weather.js';
import { clioPartOf, clioParts, type ClioPart } from './clio-parts.js';
import { ClioPlace } from './clio-place.js';
import type { ClioStory } from './clio-story.js';
import { editedPages } from './edited-pages.js';
import { forgedWebhooks } from './forged-webhooks.js';
import { killedPages } from './killed-pages.js';
import { killedWrites } from './killed-writes.js';
import { massDeletion } from './mass-deletion.js';
import { repeatedPages } from './repeated-pages.js';
import { webhookOutages } from './webhook-outages.js';

export interface ClioFaults {
  readonly options: ClioFaultOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  /** What was made and is not removed yet, for whoever breaks the run off. */
  readonly made: Set<{ remove(): Promise<void> }>;
}

const stories: Readonly<Record<ClioPart, (story: ClioStory) => Promise<PartFindings>>> = {
  webhooks: webhookOutages,
  paging: editedPages,
  kills: killedPages,
  repeats: repeatedPages,
  forgeries: forgedWebhooks,
  deletions: massDeletion,
  weather: badWeather,
  writes: killedWrites,
};

/**
 * Nothing that happens in Clio is missed, doubled, made up or deleted unasked, whatever becomes of webhooks, pages, answers and
 * processes. Each part has a firm, tables and queues of its own, on servers that nobody else uses.
 */
export async function clioFaults({ options, env, tell, made }: ClioFaults): Promise<Verdict> {
  tell(`Starting RabbitMQ and PostgreSQL ... (seed ${options.seed})`);
  const startedAt = performance.now();
  const servers = await OwnServers.start(env['PATH'] ?? '');
  const places: ClioPlace[] = [];
  const own = {
    remove: async () => {
      await endAll(places);
      await servers.remove();
    },
  };
  made.add(own);
  try {
    const findings: PartFindings[] = [];
    for (const part of wantedParts(options)) findings.push(await livePart(servers, part, { options, tell, places }));
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return {
      installation: 'clio',
      figures: { seed: options.seed, ...Object.assign({}, ...findings.map(({ figures }) => figures)), seconds },
      checks: [{ name: 'brokenOff', value: 0, most: 0 }, ...findings.flatMap(({ checks }) => checks)],
    };
  } finally {
    await own.remove();
    made.delete(own);
  }
}

async function endAll(places: ClioPlace[]): Promise<void> {
  for (const place of places.splice(0)) await place.end();
}

function wantedParts({ only, sabotage }: ClioFaultOptions): readonly ClioPart[] {
  const wanted = only ?? (sabotage === null ? null : clioPartOf[sabotage]);
  return wanted === null ? clioParts : [wanted];
}

async function livePart(
  servers: OwnServers,
  part: ClioPart,
  { options, tell, places }: Pick<ClioFaults, 'options' | 'tell'> & { readonly places: ClioPlace[] },
): Promise<PartFindings> {
  const { sabotage, seed, scale } = options;
  const startedAt = performance.now();
  try {
    const findings = await stories[part]({
      sabotage,
      random: seededRandom(seed * clioParts.length + clioParts.indexOf(part)),
      tell: (line) => tell(`${part}: ${line}`),
      scaled: (full, least) => Math.max(least, Math.round(full * scale)),
      place: async ({ work = 'pages', isSabotaged = true, ...place }) => {
        const replica = { sabotage: isSabotaged ? sabotage : null, work };
        const opened = await ClioPlace.open(servers, { ...place, replica, tell });
        places.push(opened);
        return opened;
      },
    });
    tell(partLine(part, findings, (performance.now() - startedAt) / 1_000));
    return findings;
  } catch (error) {
    tell(
      `${part}: MISSED, broken off after ${Math.round((performance.now() - startedAt) / 1_000)} s: ${messageOf(error)}`,
    );
    return { figures: {}, checks: [{ name: `${part}BrokenOff`, value: 1, most: 0 }] };
  } finally {
    await endAll(places);
  }
}
