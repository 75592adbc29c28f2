import type { AuthPlace } from './auth-place.js';
import type { Credential, Firm } from './firm.js';
import type { Fuzzed, Fuzzing } from './foreign-questions.js';
import { apiDescription, sampleRequests, type SampleRequest } from './sample-request.js';
import { inParallel } from '../in-parallel.js';

const atOnce = 8;
/** Never ends; it is listened to apart. */
const stream = 'GET /api/v1/stream';
/** Ends the session of whoever asks. */
const logOut = 'DELETE /api/v1/session';
const nobody: Credential = { name: 'nobody', role: 'viewer', headers: {} };

/** Every route of the gateway's own description, with everybody a stranger's firm has, and with nobody. */
export async function requestEverything(stranger: Firm, place: AuthPlace, fuzzing: Fuzzing): Promise<Fuzzed> {
  const { startupToken } = place.settings;
  const described = await stranger.ask(
    { headers: { Authorization: `Bearer ${startupToken}` } },
    'GET',
    '/api/openapi.json',
  );
  const requests = sampleRequests(apiDescription.parse(JSON.parse(described.text)), fuzzing.foreign);
  const askers = [...stranger.people, ...stranger.keys, nobody];
  const all = requests
    .filter(({ route }) => route !== stream)
    .toSorted((a, b) => Number(a.route === logOut) - Number(b.route === logOut))
    .flatMap((request) => askers.map((asker) => ({ request, asker })));
  const found = { asked: new Set<string>(), count: 0, leaks: [] as string[], failures: 0 };
  const ask = async ({ request, asker }: { request: SampleRequest; asker: Credential }) => {
    const { status, text } = await stranger.ask(asker, request.method, request.path, request.body);
    found.asked.add(request.route);
    found.count += 1;
    // A service that breaks on a stranger's question might break on the way to refusing it.
    if (status >= 500) found.failures += 1;
    const asked = `${decodeURIComponent(request.path)} ${JSON.stringify(request.body)}`;
    const leaked = fuzzing.marks.leakedBy(text, asked);
    if (leaked.length > 0) found.leaks.push(`${request.route} to ${asker.name} (${status}): ${leaked[0]}`);
  };
  const last = all.filter(({ request }) => request.route === logOut);
  const first = all.filter(({ request }) => request.route !== logOut);
  for (const some of [first, last]) await inParallel(some.length, atOnce, (n) => ask(some[n] as (typeof all)[number]));
  return found;
}
