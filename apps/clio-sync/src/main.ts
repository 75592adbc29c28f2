import { runService } from '@firmbridge/service';
import { clioSync } from './index.js';

await runService(clioSync);
