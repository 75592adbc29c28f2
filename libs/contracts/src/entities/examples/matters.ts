import type { matterSchema, matterStageSchema, practiceAreaSchema } from '../matters.js';
import { exampleEntityIds, exampleRef, type EntityExample } from './example.js';

const practiceArea: EntityExample<typeof practiceAreaSchema> = {
  entityId: exampleEntityIds['practice-area'],
  resource: 'practice_areas',
  recordId: '88204',
  state: { name: 'Real Estate', code: 'RE', category: null },
  update: { name: 'Real Estate Litigation' },
};

const matterStage: EntityExample<typeof matterStageSchema> = {
  entityId: exampleEntityIds['matter-stage'],
  resource: 'matter_stages',
  recordId: '41307',
  state: { name: 'Discovery', position: 3, practiceArea: exampleRef('practice-area') },
  update: { position: 2 },
};

const matter: EntityExample<typeof matterSchema> = {
  entityId: exampleEntityIds.matter,
  resource: 'matters',
  recordId: '1654038870',
  state: {
    number: '00042-Tenbrook',
    description: 'Tenbrook v. Northgate Lettings: return of a deposit',
    status: 'open',
    clientReference: 'MT-2026-1',
    location: 'Arlington',
    billable: true,
    billingMethod: 'hourly',
    openedOn: '2026-09-14',
    pendingOn: null,
    closedOn: null,
    statuteOfLimitationsOn: '2028-06-30',
    client: exampleRef('contact'),
    practiceArea: exampleRef('practice-area'),
    stage: null,
    group: exampleRef('group'),
    responsibleAttorney: exampleRef('user'),
    originatingAttorney: exampleRef('user'),
    responsibleStaff: null,
    customFields: [{ name: 'Court', type: 'picklist', value: 'General District Court' }],
  },
  update: { status: 'pending', pendingOn: '2026-11-03', stage: exampleRef('matter-stage') },
};

export const mattersExamples = { 'practice-area': practiceArea, 'matter-stage': matterStage, matter };
