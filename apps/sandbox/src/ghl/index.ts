export { createGhlRouter } from './router.js';
export { createGhlControlRouter } from './control-router.js';
export { type GhlControl, type GhlFacts, type GhlRecordView, type LocationChange } from './control.js';
export { ghlSwitchesSchema, ghlSwitchMeanings, type GhlSwitches, type GhlSwitchesPatch } from './switches.js';
export { type Delivery, type WebhookEndpoints } from './webhooks/emitter.js';
export { type GhlOptions } from './world.js';
