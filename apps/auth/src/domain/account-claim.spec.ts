import { judgeAccountClaim } from './account-claim.js';

const ours = { tenantId: 'ours', connectionId: 'c1' };
const theirs = { tenantId: 'theirs', connectionId: 'c9' };
const waiting = { accountId: '7', accountName: 'Firm 7' };

type Claim = Parameters<typeof judgeAccountClaim>[0];
const judge = (claim: Partial<Claim>) =>
  judgeAccountClaim({
    ...{ tenantId: 'ours', accountId: '1', holder: null, ended: null, wanted: null, waiting: [], ...claim },
  });

describe('judgeAccountClaim', () => {
  it('takes an account that nobody has', () => {
    expect(judge({})).toEqual({ kind: 'new' });
  });

  it('knows the account the tenant has, and the one it had', () => {
    expect(judge({ holder: ours })).toEqual({ kind: 'known', connectionId: 'c1' });
    expect(judge({ ended: ours })).toEqual({ kind: 'known', connectionId: 'c1' });
  });

  it('gives no account of another tenant, also when the tenant once had it', () => {
    expect(judge({ holder: theirs, ended: ours })).toEqual({ kind: 'held_elsewhere' });
  });

  it('takes no new account while one waits to be reconnected, nor one that had ended', () => {
    expect(judge({ waiting: [waiting] })).toEqual({ kind: 'another_account', expected: waiting });
    expect(judge({ waiting: [waiting], ended: ours })).toEqual({ kind: 'another_account', expected: waiting });
    expect(judge({ waiting: [waiting], holder: ours })).toEqual({ kind: 'known', connectionId: 'c1' });
  });

  it('takes only the account that the sign-in was begun for', () => {
    expect(judge({ wanted: waiting, holder: ours })).toEqual({ kind: 'another_account', expected: waiting });
    expect(judge({ wanted: waiting, accountId: '7', ended: ours, waiting: [waiting] })).toMatchObject({
      kind: 'known',
    });
  });
});
