export { memoryInbox } from '../memory-inbox.js';
export { anEntity, kitTenantId, type EntityLife, type EntityOptions } from './an-entity.js';
export { play, type PlayedMessage, type PlayFailure, type PlayOptions, type PlayReport } from './play.js';
export { readRecording, recordEvents, type RecordOptions } from './recording.js';
