import express from 'express';
import type { SandboxContext } from '../context.js';
import { mountContactSearch } from './contacts/contact-search.js';
import { mountContacts } from './contacts/contact-routes.js';
import { mountNotes } from './contacts/note-routes.js';
import { mountTasks } from './contacts/task-routes.js';
import { GhlControl } from './control.js';
import { answer } from './http/answer.js';
import { GhlRefusal, refusal } from './http/errors.js';
import { mountCustomFields } from './locations/custom-field-routes.js';
import { mountLocations } from './locations/location-routes.js';
import { mountUsers } from './locations/user-routes.js';
import { mountAgency } from './oauth/agency-routes.js';
import { mountConsent } from './oauth/consent.js';
import { mountUninstall } from './oauth/uninstall-route.js';
import { mountTokenEndpoint } from './oauth/token-endpoint.js';
import { mountOpportunities } from './opportunities/opportunity-routes.js';
import { mountOpportunitySearch } from './opportunities/opportunity-search.js';
import { mountPipelines } from './opportunities/pipeline-routes.js';
import { GhlWorld, type GhlOptions } from './world.js';

/** A look-alike of HighLevel's API and its marketplace, to be mounted under `/ghl`. */
export function createGhlRouter(
  context: SandboxContext,
  options: GhlOptions = {},
): { router: express.Router; control: GhlControl } {
  const world = new GhlWorld(context, options);
  const router = express.Router();
  router.use(express.json({ limit: '5mb' }), express.urlencoded({ extended: false }));
  mountConsent(router, world);
  mountTokenEndpoint(router, world);
  mountAgency(router, world);
  mountUninstall(router, world);
  // Fixed paths come before those that take an id in the same place.
  mountContactSearch(router, world);
  mountContacts(router, world);
  mountNotes(router, world);
  mountTasks(router, world);
  mountPipelines(router, world);
  mountOpportunitySearch(router, world);
  mountOpportunities(router, world);
  mountLocations(router, world);
  mountCustomFields(router, world);
  mountUsers(router, world);
  router.use((request, response) =>
    answer(response, () => {
      const message = `Cannot ${request.method} ${request.path}`;
      throw new GhlRefusal(404, { message, error: 'Not Found', statusCode: 404 });
    }),
  );
  router.use(answerUnreadable);
  return { router, control: new GhlControl(world) };
}

/** A body that is no JSON. */
const answerUnreadable: express.ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof SyntaxError)) return next(error);
  answer(response, () => {
    throw refusal(400, error.message);
  });
};
