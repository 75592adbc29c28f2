import type { ServiceDefinition } from '@firmbridge/service';
import { GatewayModule } from './app.module.js';
import { gatewayConfig, type GatewayConfig } from './config.js';

export const gateway: ServiceDefinition<GatewayConfig> = {
  name: 'gateway',
  config: gatewayConfig,
  schema: null,
  module: () => ({ module: GatewayModule }),
};
