import { followTraceparent, newTraceparent, traceIdOf } from './trace-context.js';

describe('trace context', () => {
  it('begins a trace that others can read', () => {
    const traceparent = newTraceparent();
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(newTraceparent()).not.toBe(traceparent);
  });

  it('goes on with the same trace in a span of its own, keeping the sampling decision', () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const child = followTraceparent(parent);
    expect(traceIdOf(child)).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(child.slice(-2)).toBe('00');
    expect(child).not.toBe(parent);
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
  ])('begins anew when %p was given', (given) => {
    expect(traceIdOf(given)).toBeNull();
    expect(traceIdOf(followTraceparent(given))).toHaveLength(32);
  });
});
