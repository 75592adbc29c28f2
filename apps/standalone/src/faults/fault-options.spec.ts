import { readFaultOptions } from './fault-options.js';

const read = (...argv: string[]) => readFaultOptions(argv, {});

describe('the flags of a fault run', () => {
  it('have defaults for each area', () => {
    expect(read('messaging')).toEqual({ area: 'messaging', seed: 1, sabotage: null, full: false });
    expect(read('auth')).toEqual({ area: 'auth', only: null, sabotage: null, full: false });
    expect(read('clio')).toEqual({ area: 'clio', seed: 1, only: null, sabotage: null, scale: 1 });
    expect(read('sync')).toMatchObject({ area: 'sync', kills: 3, matters: 400, only: null, sabotage: null });
    expect(read('sync', '--full')).toMatchObject({ kills: 10, matters: 2_000 });
  });

  it('take the sabotages of their area only', () => {
    expect(read('messaging', '--sabotage', 'no-inbox', '--seed', '7')).toMatchObject({ sabotage: 'no-inbox', seed: 7 });
    expect(() => read('messaging', '--sabotage', 'lost-outbox')).toThrow(
      /--sabotage: must be one of: ack-before-commit/,
    );
    expect(() => read('sync', '--sabotage', 'no-inbox')).toThrow(/--sabotage: must be one of: lost-outbox/);
  });

  it('show one part of auth', () => {
    expect(read('auth', '--only', 'kills', '--sabotage', 'no-store')).toMatchObject({
      only: 'kills',
      sabotage: 'no-store',
    });
    expect(() => read('auth', '--only', 'standalone')).toThrow(/--only: must be one of: one-refresh, kills/);
    expect(() => read('auth', '--seed', '7', '--sabotage', 'no-inbox')).toThrow(
      /--sabotage: must be one of: no-lease[^]*--seed: does not belong/,
    );
  });

  it('make a run of clio smaller, and show one part of it', () => {
    expect(read('clio', '--scale', '0.1', '--only', 'paging')).toMatchObject({ scale: 0.1, only: 'paging' });
    expect(() => read('clio', '--scale', '2', '--only', 'kill', '--full')).toThrow(
      /--only: must be one of: webhooks, paging[^]*--scale: must be a number[^]*--full: does not belong/,
    );
  });

  it('are all named when they are wrong', () => {
    expect(() => read('messaging', '--kills', '3', '--seed', 'x')).toThrow(
      /--seed: must be a whole number\n {2}--kills: does not belong to this area/,
    );
    expect(() => read('everything')).toThrow(/AREA: must be one of: sync, messaging, auth, clio/);
    expect(() => read()).toThrow(/AREA: must be one of: sync, messaging, auth, clio/);
  });
});
