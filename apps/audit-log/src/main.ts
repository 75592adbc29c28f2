import { runService } from '@firmbridge/service';
import { auditLog } from './index.js';

await runService(auditLog);
