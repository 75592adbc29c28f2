import { type Lane, lanes } from '@firmbridge/contracts';

export interface LineItem {
  readonly lane: Lane;
  readonly tenantId: string;
}

/** Those who wait for one budget: the most urgent lane first, within a lane the tenants by turns, within a tenant first come first served. */
export class WaitingLine<Item extends LineItem> {
  private readonly lanes = new Map<Lane, Map<string, Item[]>>(lanes.map((lane) => [lane, new Map()]));
  private count = 0;

  get size(): number {
    return this.count;
  }

  sizeOf(lane: Lane): number {
    return [...this.tenantsOf(lane).values()].reduce((sum, items) => sum + items.length, 0);
  }

  add(item: Item): void {
    const tenants = this.tenantsOf(item.lane);
    const items = tenants.get(item.tenantId);
    if (items) items.push(item);
    else tenants.set(item.tenantId, [item]);
    this.count++;
  }

  all(): Item[] {
    return [...this.lanes.values()].flatMap((tenants) => [...tenants.values()].flat());
  }

  first(): Item | null {
    for (const tenants of this.lanes.values()) {
      for (const items of tenants.values()) return items[0] ?? null;
    }
    return null;
  }

  /** Takes the first one out, if it is at least as urgent as the lane; its tenant goes to the back. */
  takeFirst(atLeast: Lane): Item | null {
    const item = this.first();
    if (!item || lanes.indexOf(item.lane) > lanes.indexOf(atLeast)) return null;
    const tenants = this.tenantsOf(item.lane);
    const items = tenants.get(item.tenantId) ?? [];
    tenants.delete(item.tenantId);
    items.shift();
    if (items.length > 0) tenants.set(item.tenantId, items);
    this.count--;
    return item;
  }

  remove(item: Item): boolean {
    const tenants = this.tenantsOf(item.lane);
    const items = tenants.get(item.tenantId);
    const index = items?.indexOf(item) ?? -1;
    if (!items || index < 0) return false;
    items.splice(index, 1);
    if (items.length === 0) tenants.delete(item.tenantId);
    this.count--;
    return true;
  }

  private tenantsOf(lane: Lane): Map<string, Item[]> {
    const tenants = this.lanes.get(lane);
    if (!tenants) throw new RangeError(`unknown lane ${lane}`);
    return tenants;
  }
}
