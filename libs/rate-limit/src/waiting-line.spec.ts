import type { Lane } from '@firmbridge/contracts';
import { WaitingLine } from './waiting-line.js';

const aWaiter = (lane: Lane, tenantId: string, name = `${lane} ${tenantId}`) => ({ lane, tenantId, name });

function namesInOrder(line: WaitingLine<ReturnType<typeof aWaiter>>): string[] {
  const names: string[] = [];
  for (let item = line.takeFirst('sweep'); item; item = line.takeFirst('sweep')) names.push(item.name);
  return names;
}

describe('WaitingLine', () => {
  it('serves the most urgent lane first, whenever it came', () => {
    const line = new WaitingLine<ReturnType<typeof aWaiter>>();
    for (const lane of ['sweep', 'initial', 'interactive', 'incremental', 'webhook'] as const) {
      line.add(aWaiter(lane, 'a', lane));
    }
    expect(namesInOrder(line)).toEqual(['interactive', 'webhook', 'incremental', 'initial', 'sweep']);
  });

  it('lets tenants take turns, however much one of them asks for', () => {
    const line = new WaitingLine<ReturnType<typeof aWaiter>>();
    for (const name of ['big 1', 'big 2', 'big 3', 'big 4']) line.add(aWaiter('initial', 'big', name));
    line.add(aWaiter('initial', 'small', 'small 1'));
    line.add(aWaiter('initial', 'small', 'small 2'));
    expect(namesInOrder(line)).toEqual(['big 1', 'small 1', 'big 2', 'small 2', 'big 3', 'big 4']);
  });

  it('keeps a token that was taken under a strict reserve from a less urgent caller', () => {
    const line = new WaitingLine<ReturnType<typeof aWaiter>>();
    line.add(aWaiter('sweep', 'a'));
    expect(line.takeFirst('initial')).toBeNull();
    expect(line.size).toBe(1);
  });
});
