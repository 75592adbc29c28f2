export { services, schemas } from './services.js';
