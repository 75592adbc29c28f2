import { runService } from '@firmbridge/service';
import { auth } from './index.js';

await runService(auth);
