import { runService } from '@firmbridge/service';
import { gateway } from './index.js';

await runService(gateway);
