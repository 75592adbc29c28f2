export { type ServiceContext, type ServiceDefinition, type ServiceStorage } from './definition.js';
export {
  baseEnvironment,
  EnvironmentError,
  readEnvironment,
  type BaseEnvironment,
  type Environment,
} from './environment.js';
export { createLogger, type LogDestination, type Logger } from './logger.js';
export { ProblemDetailsFilter, toProblemDetails, type ProblemDetails } from './problem-details.filter.js';
export { Readiness } from './readiness.js';
export { onSignal, runService } from './run-service.js';
export { startService, type RunningService, type StartOptions } from './start-service.js';
export { CLOCK, CONFIG, LOGGER, RANDOM, SERVICE_NAME, type Clock, type Random } from './tokens.js';
export { ErasureHooks } from './erasing/erasure-hooks.js';
export { Stages } from './metrics.js';
export { MetricLook } from './metric-look.js';
