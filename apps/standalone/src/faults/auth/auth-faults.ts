import { OwnServers } from '../../servers/own-servers.js';
import type { AuthFaultOptions } from '../fault-options.js';
import type { Check, Verdict } from '../verdict.js';
import { partOf, type AuthPart } from './auth-parts.js';
import { AuthPlace } from './auth-place.js';
import { replicaSabotages } from './auth-sabotage.js';
import { betweenFirms } from './between-firms.js';
import type { PartFindings } from '../part-findings.js';
import { killedRefreshes } from './killed-refreshes.js';
import { oneRefresh } from './one-refresh.js';
import type { EndCounts } from './refresh-ends.js';
import { rotatedKeys } from './rotated-keys.js';
import { wrongPasswords } from './wrong-passwords.js';

export interface AuthFaults {
  readonly options: AuthFaultOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  /** What was made and is not removed yet, for whoever breaks the run off. */
  readonly made: Set<{ remove(): Promise<void> }>;
}

const killsAtEachPoint = 20;
const wrongLogins = 10_000;
/** Each death costs the time in which a connection might still recover, each login the time it is waited for. */
const sabotaged = { killsAtEachPoint: 1, wrongLogins: 1_000 };
const keptSecrets = { secrets: 100_000, tenants: 10_000 };
const fullTenants = 50_000;

/**
 * Connections outlive whatever happens amid a refresh, keys change under readers, firms never meet, and nobody guesses passwords.
 * Replicas of auth and whole platforms, each on tables and queues of its own, on a RabbitMQ node and a PostgreSQL cluster that
 * nobody else uses.
 */
export async function authFaults({ options, env, tell, made }: AuthFaults): Promise<Verdict> {
  tell('Starting RabbitMQ and PostgreSQL ...');
  const startedAt = performance.now();
  const servers = await OwnServers.start(env['PATH'] ?? '');
  made.add(servers);
  const run = new AuthRun(servers, options, tell);
  try {
    const findings = await run.live();
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return {
      installation: 'auth',
      figures: { ...Object.assign({}, ...findings.map(({ figures }) => figures)), seconds },
      checks: [{ name: 'brokenOff', value: 0, most: 0 }, ...findings.flatMap(({ checks }) => checks)],
    };
  } finally {
    await run.end();
    await servers.remove();
    made.delete(servers);
  }
}

/** Parts that wait go side by side, parts that work go after them, and the one that measures goes alone. */
class AuthRun {
  private readonly places = new Map<string, AuthPlace>();

  constructor(
    private readonly servers: OwnServers,
    private readonly options: AuthFaultOptions,
    private readonly tell: (line: string) => void,
  ) {}

  async live(): Promise<PartFindings[]> {
    const beginning = await all([
      this.part('one-refresh', () => this.oneRefresh()),
      this.part('kills', () => this.kills()),
    ]);
    await this.endPlaces('honoured', 'refused');
    const middle = await all([this.part('keys', () => this.keys()), this.part('tenants', () => this.tenants())]);
    await this.endPlaces('keys', 'firms');
    const last = await all([this.part('passwords', () => this.passwords())]);
    return [...beginning, ...middle, ...last].filter((one) => one !== null);
  }

  async end(): Promise<void> {
    await this.endPlaces(...this.places.keys());
  }

  private async oneRefresh(): Promise<PartFindings> {
    return oneRefresh(await this.place('refresh'), this.replicaSabotage());
  }

  private async kills(): Promise<PartFindings> {
    const kill = async (name: string, isOldTokenHonoured: boolean) =>
      killedRefreshes(await this.place(name), {
        ...{ isOldTokenHonoured, killsAtEachPoint: this.killsAtEachPoint() },
        ...{ sabotage: this.replicaSabotage(), tell: this.tell },
      });
    const [honoured, refused] = await Promise.all([kill('honoured', true), kill('refused', false)]);
    return judgeKills(honoured, refused);
  }

  private async keys(): Promise<PartFindings> {
    const { sabotage, full } = this.options;
    const kept = full ? { ...keptSecrets, tenants: fullTenants } : keptSecrets;
    return rotatedKeys(await this.place('keys'), { ...kept, sabotage, tell: this.tell });
  }

  private async tenants(): Promise<PartFindings> {
    return betweenFirms(await this.place('firms', 3), { sabotage: this.options.sabotage, tell: this.tell });
  }

  private async passwords(): Promise<PartFindings> {
    const logins = this.options.sabotage === null ? wrongLogins : sabotaged.wrongLogins;
    const options = { logins, sabotage: this.replicaSabotage(), tell: this.tell };
    return wrongPasswords(await this.place('refresh'), options);
  }

  private killsAtEachPoint(): number {
    if (this.options.sabotage !== null) return sabotaged.killsAtEachPoint;
    return killsAtEachPoint * (this.options.full ? 3 : 1);
  }

  /** null for a part that is not asked for. */
  private async part(name: AuthPart, live: () => Promise<PartFindings>): Promise<PartFindings | null> {
    const { only, sabotage } = this.options;
    const wanted = only ?? (sabotage === null ? null : partOf[sabotage]);
    if (wanted !== null && wanted !== name) return null;
    const startedAt = performance.now();
    const findings = await live();
    this.tell(`${name}: done after ${Math.round((performance.now() - startedAt) / 1_000)} s.`);
    return findings;
  }

  private async place(name: string, matters?: number): Promise<AuthPlace> {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    const compiledDir = this.servers.file('compiled');
    const options = { name, compiledDir, tell: this.tell, ...(matters === undefined ? {} : { matters }) };
    const place = await AuthPlace.open(this.servers, options);
    this.places.set(name, place);
    return place;
  }

  private async endPlaces(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.places.get(name)?.end();
      this.places.delete(name);
    }
  }

  private replicaSabotage() {
    return replicaSabotages.find((one) => one === this.options.sabotage) ?? null;
  }
}

/** All come to their end before the first failure is told: what runs must not outlive its servers. */
async function all(parts: readonly Promise<PartFindings | null>[]): Promise<(PartFindings | null)[]> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

function judgeKills(honoured: EndCounts, refused: EndCounts): PartFindings {
  const both = (name: keyof EndCounts) => honoured[name] + refused[name];
  const checks: Check[] = [
    { name: 'connectionsLost', value: honoured.lost, most: 0 },
    { name: 'connectionsWithADishonestEnd', value: refused.lost, most: 0 },
    { name: 'refreshLoops', value: both('loops'), most: 0 },
    { name: 'killsNotDone', value: both('killsNotDone'), most: 0 },
  ];
  return {
    figures: {
      killsWhereTheOldTokenIsHonoured: honoured.kills,
      killsWhereItIsNot: refused.kills,
      fewestKillsAtAPoint: Math.min(honoured.fewestKillsAtAPoint, refused.fewestKillsAtAPoint),
      reauthorizationRequired: refused.reauthorizationRequired,
    },
    checks,
  };
}
