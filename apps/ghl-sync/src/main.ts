import { runService } from '@firmbridge/service';
import { ghlSync } from './index.js';

await runService(ghlSync);
