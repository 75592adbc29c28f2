import type { ResourceProgress, Run } from '@firmbridge/contracts';
import { MultiBar, type SingleBar } from 'cli-progress';
import Table from 'cli-table3';

export interface RunView {
  show(run: Run): void;
  end(): void;
}

const isOver = ({ state }: ResourceProgress) => ['completed', 'failed', 'cancelled'].includes(state);

/** Records applied of those known so far; a resource without changes is full when it is over. */
function progressOf(resource: ResourceProgress): { value: number; total: number } {
  const total = Math.max(resource.expected ?? 0, resource.records, 1);
  const settled = resource.records - resource.changed + resource.applied;
  return { value: isOver(resource) ? total : Math.min(settled, total), total };
}

/** A bar for each resource, on a terminal. */
class Bars implements RunView {
  private readonly bars = new MultiBar({
    format: '  {resource} {bar} {percentage}%  {value}/{total}  {state}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 28,
    hideCursor: true,
    emptyOnZero: true,
    forceRedraw: true,
  });
  private readonly byResource = new Map<string, SingleBar>();

  show(run: Run): void {
    for (const resource of run.resources) {
      const { value, total } = progressOf(resource);
      const labels = { resource: resource.resource.padEnd(21), state: resource.state };
      const bar = this.byResource.get(resource.resource) ?? this.bars.create(total, 0, labels);
      this.byResource.set(resource.resource, bar);
      bar.setTotal(total);
      bar.update(value, labels);
    }
  }

  end(): void {
    this.bars.stop();
  }
}

/** A line for each resource that ends, where there is no terminal. */
class Lines implements RunView {
  private readonly told = new Set<string>();

  show(run: Run): void {
    for (const resource of run.resources.filter(isOver)) {
      if (this.told.has(resource.resource)) continue;
      this.told.add(resource.resource);
      const reason = resource.reason === null ? '' : `: ${resource.reason}`;
      console.log(`  ${resource.resource.padEnd(21)} ${resource.state} (${resource.records} records)${reason}`);
    }
  }

  end(): void {
    this.told.clear();
  }
}

export function createRunView(isTerminal: boolean): RunView {
  return isTerminal ? new Bars() : new Lines();
}

function secondsOf({ startedAt, finishedAt }: ResourceProgress): string {
  if (startedAt === null || finishedAt === null) return '';
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
}

/** What a run brought, a line a resource. */
export function runTable(run: Run): string {
  const table = new Table({
    head: ['resource', 'records', 'pages', 'calls', 'events', 'seconds', 'state'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const r of run.resources) table.push([r.resource, r.records, r.pages, r.calls, r.events, secondsOf(r), r.state]);
  const sum = (of: (r: ResourceProgress) => number) => run.resources.reduce((total, r) => total + of(r), 0);
  table.push([
    'all',
    sum((r) => r.records),
    sum((r) => r.pages),
    sum((r) => r.calls),
    sum((r) => r.events),
    durationOf(run),
    '',
  ]);
  return table.toString();
}

function durationOf(run: Run): string {
  return run.finishedAt === null ? '' : ((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1);
}
