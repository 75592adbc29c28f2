import { isAppError, messageOf } from '@firmbridge/contracts';
import { migrate } from '@firmbridge/database';
import { applyTopology } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import { z } from 'zod';
import { schemas } from './services.js';

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_NAMESPACE: z.string().default('firmbridge'),
  /** Given to the services' roles, so that each can log in as itself. */
  SERVICE_DATABASE_PASSWORD: z.string().min(12).optional(),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  AMQP_NAMESPACE: z.string().default('firmbridge'),
});

/** Roles, schemas, tables, then exchanges and queues. Belongs before any service of a new version starts; harmless to repeat. */
async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${String(issue.path[0])}: ${issue.message}`);
    throw new Error(`The migration cannot start:\n${lines.join('\n')}`);
  }
  const env = parsed.data;
  await migrate({
    url: env.DATABASE_URL,
    namespace: env.DATABASE_NAMESPACE,
    services: schemas,
    ...(env.SERVICE_DATABASE_PASSWORD === undefined ? {} : { rolePassword: env.SERVICE_DATABASE_PASSWORD }),
  });
  console.log(`Database: ${schemas.map(({ service }) => service).join(', ')} are up to date.`);
  await applyTopology({ connect: amqplib.connect, url: env.AMQP_URL, namespace: env.AMQP_NAMESPACE });
  console.log('Broker: exchanges and queues are up to date.');
}

main().catch((error: unknown) => {
  console.error(isAppError(error) ? error.message : messageOf(error));
  process.exit(1);
});
