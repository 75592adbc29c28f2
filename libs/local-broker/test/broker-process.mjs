// A process with a local broker, to be killed by a test. It writes a line for everything that happened for sure.
const [, , library, databaseUrl, mode] = process.argv;
const { LocalBroker } = await import(library);
const broker = await LocalBroker.open({ databaseUrl });
const model = await broker.connect('amqp://local');
const channel = await model.createConfirmChannel();
const say = (word, number) => process.stdout.write(`${word} ${number}\n`);
const persistent = { persistent: true };

async function declare() {
  await channel.assertExchange('events', 'topic');
  await channel.assertQueue('work', { deadLetterExchange: '', deadLetterRoutingKey: 'rung' });
  await channel.assertQueue('rung', { messageTtl: 30, deadLetterExchange: '', deadLetterRoutingKey: 'done' });
  await channel.assertQueue('done');
  await channel.assertQueue('audit', { arguments: { 'x-queue-type': 'quorum' } });
  for (const queue of ['work', 'audit']) await channel.bindQueue(queue, 'events', 'number.#');
}

/** Publishes numbers for ever, a hundred on the way. */
async function publish() {
  for (let number = 0; ; number += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => number + index);
    await Promise.all(
      batch.map(
        (each) =>
          new Promise((resolve, reject) =>
            channel.publish('events', 'number.new', Buffer.from(String(each)), persistent, (error) => {
              if (error) return reject(error);
              say('confirmed', each);
              resolve();
            }),
          ),
      ),
    );
  }
}

/** Handles most messages and rejects every third. */
async function consume() {
  const own = await model.createChannel();
  await own.prefetch(20);
  await own.consume('work', (message) => {
    const number = Number(message.content.toString());
    if (number % 3 === 0) return own.reject(message, false);
    say('handled', number);
    own.ack(message);
  });
}

/** Takes a message and keeps it. */
async function hold() {
  await channel.consume('poison', (message) => setTimeout(() => say('held', message.content.toString()), 200));
}

if (mode === 'hold') await hold();
else {
  await declare();
  if (mode === 'both') await consume();
  await publish();
}
