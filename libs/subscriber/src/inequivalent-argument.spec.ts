import { differenceOf, otherArguments } from './inequivalent-argument.js';

const refusal = (text: string) =>
  new Error(`Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "${text}"`);
const said = (argument: string, rest: string) =>
  refusal(`PRECONDITION_FAILED - inequivalent arg '${argument}' for queue 'shop.keep' in vhost '/': ${rest}`);

describe('the refusal of a declaration', () => {
  it.each([
    ['x-delivery-limit', "received '10' but current is '20'", '20', '10'],
    ['x-message-ttl', "received the value '10' of type 'byte' but current is none", 'none', '10'],
    ['x-queue-type', "received none but current is the value 'quorum' of type 'longstr'", 'quorum', 'none'],
    ['x-dead-letter-exchange', "received none but current is the value '' of type 'longstr'", 'empty', 'none'],
    ['durable', "received 'true' but current is 'false'", 'false', 'true'],
  ])('names both sides of %s', (argument, rest, current, wanted) => {
    expect(differenceOf(said(argument, rest))).toEqual({ argument, current, wanted });
  });

  it('is passed on in a sentence that names the queue', () => {
    const error = otherArguments('shop.keep', {}, said('x-delivery-limit', "received '20' but current is '10'"));
    expect(error.message).toBe(
      'The queue shop.keep exists and is another: on the broker x-delivery-limit is 10, this subscriber declares 20. ' +
        'Delete it when it is empty, or take another name.',
    );
  });

  it('is passed on as it is when the broker cut it short', () => {
    const cut = refusal(
      "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-routing-key' for queue 'a-very-long-n...",
    );
    expect(otherArguments('a-very-long-name', { 'x-delivery-limit': 20 }, cut).message).toContain(
      '"x-delivery-limit":20',
    );
  });
});
