import { runService } from '@firmbridge/service';
import { mapping } from './index.js';

await runService(mapping);
