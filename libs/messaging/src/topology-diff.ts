import { messageOf } from '@firmbridge/contracts';
import { isNotFound } from '@firmbridge/subscriber/amqp';
import type { Channel, ChannelModel } from 'amqplib';
import { bindingName, readApplied, writeApplied, type AppliedTopology } from './applied-topology.js';
import { declarationsFor, type TopologyOptions } from './apply-topology.js';
import { withChannel, withModel } from './broker-session.js';
import type { Declarations, QueueDeclaration } from './declarations.js';

/** `missing`: wanted and not there. `different`: there with other arguments. `unwanted`: applied once, and not any more. */
export interface TopologyDifference {
  readonly kind: 'missing' | 'different' | 'unwanted';
  readonly what: 'exchange' | 'queue' | 'binding';
  readonly name: string;
  /** What the broker says to it; null when the kind says it all. */
  readonly detail: string | null;
}

/** How the broker differs from the manifest; empty when it does not. Changes nothing. */
export async function compareTopology(options: TopologyOptions): Promise<TopologyDifference[]> {
  return withModel(options, async (model) => {
    const wanted = declarationsFor(model, options);
    const applied = await readApplied(model, options.namespace);
    const found: TopologyDifference[] = [];
    for (const name of wanted.exchanges) {
      if (!(await exists(model, (channel) => channel.checkExchange(name)))) found.push(missing('exchange', name));
    }
    for (const queue of wanted.queues) found.push(...(await compareQueue(model, queue)));
    return [...found, ...missingBindings(wanted, applied), ...(await unwantedOf(model, wanted, applied))];
  });
}

export interface Pruned {
  readonly removed: readonly string[];
  /** Queues that still hold messages or have consumers, with the reason. */
  readonly kept: readonly string[];
}

/**
 * Removes what an earlier manifest named and this one does not: bindings at once, queues when they are empty and nobody
 * consumes them. Belongs after the roll-out of a release and after the longest wait of a retry, never before.
 */
export async function pruneTopology(options: TopologyOptions): Promise<Pruned> {
  return withModel(options, async (model) => {
    const wanted = declarationsFor(model, options);
    const applied = await readApplied(model, options.namespace);
    if (applied === null) return { removed: [], kept: [] };
    const { bindings, queues, exchanges } = withoutWanted(wanted, applied);
    const removed: string[] = [];
    const kept: string[] = [];
    for (const binding of bindings) {
      const { queue, exchange, pattern } = binding;
      await quietly(model, (channel) => channel.unbindQueue(queue, exchange, pattern));
      removed.push(bindingName(binding));
    }
    for (const { name } of queues) {
      const reason = await whyNotRemove(model, name);
      if (reason === null) await quietly(model, (channel) => channel.deleteQueue(name));
      (reason === null ? removed : kept).push(reason === null ? name : `${name}: ${reason}`);
    }
    for (const name of exchanges) {
      await quietly(model, (channel) => channel.deleteExchange(name, { ifUnused: true }));
      removed.push(name);
    }
    const still = queues.filter(({ name }) => kept.some((line) => line.startsWith(`${name}:`)));
    await writeApplied(model, options.namespace, { ...wanted, queues: [...wanted.queues, ...still] });
    return { removed, kept };
  });
}

function withoutWanted(wanted: Declarations, applied: AppliedTopology) {
  const bindings = new Set(wanted.bindings.map(bindingName));
  const queues = new Set(wanted.queues.map(({ name }) => name));
  const exchanges = new Set(wanted.exchanges);
  return {
    bindings: applied.bindings.filter((binding) => !bindings.has(bindingName(binding))),
    queues: applied.queues.filter(({ name }) => !queues.has(name)),
    exchanges: applied.exchanges.filter((name) => !exchanges.has(name)),
  };
}

async function unwantedOf(
  model: ChannelModel,
  wanted: Declarations,
  applied: AppliedTopology | null,
): Promise<TopologyDifference[]> {
  if (applied === null) return [];
  const { bindings, queues, exchanges } = withoutWanted(wanted, applied);
  const found: TopologyDifference[] = bindings.map((binding) => unwanted('binding', bindingName(binding)));
  for (const { name } of queues) {
    if (await exists(model, (channel) => channel.checkQueue(name))) found.push(unwanted('queue', name));
  }
  for (const name of exchanges) {
    if (await exists(model, (channel) => channel.checkExchange(name))) found.push(unwanted('exchange', name));
  }
  return found;
}

/** Declaring a queue that exists changes nothing: the broker compares the arguments, and says how they differ. */
async function compareQueue(model: ChannelModel, { name, args }: QueueDeclaration): Promise<TopologyDifference[]> {
  if (!(await exists(model, (channel) => channel.checkQueue(name)))) return [missing('queue', name)];
  try {
    await withChannel(
      () => model.createChannel(),
      (channel) => channel.assertQueue(name, { durable: true, arguments: args }),
    );
    return [];
  } catch (error) {
    return [{ kind: 'different', what: 'queue', name, detail: messageOf(error) }];
  }
}

function missingBindings(wanted: Declarations, applied: AppliedTopology | null): TopologyDifference[] {
  const known = new Set(applied?.bindings.map(bindingName));
  return wanted.bindings
    .map(bindingName)
    .filter((name) => !known.has(name))
    .map((name) => missing('binding', name));
}

async function whyNotRemove(model: ChannelModel, queue: string): Promise<string | null> {
  try {
    const look = (channel: Channel) => channel.checkQueue(queue);
    const { messageCount, consumerCount } = await withChannel(() => model.createChannel(), look);
    if (messageCount > 0) return `holds ${messageCount} messages`;
    return consumerCount > 0 ? 'is still consumed' : null;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return null;
  }
}

async function exists(model: ChannelModel, look: (channel: Channel) => Promise<unknown>): Promise<boolean> {
  try {
    await withChannel(() => model.createChannel(), look);
    return true;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return false;
  }
}

/** What is gone already needs no removing. */
async function quietly(model: ChannelModel, remove: (channel: Channel) => Promise<unknown>): Promise<void> {
  await exists(model, remove);
}

const missing = (what: TopologyDifference['what'], name: string): TopologyDifference => ({
  kind: 'missing',
  what,
  name,
  detail: null,
});
const unwanted = (what: TopologyDifference['what'], name: string): TopologyDifference => ({
  ...missing(what, name),
  kind: 'unwanted',
});
