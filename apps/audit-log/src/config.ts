import { z } from 'zod';

/** audit-log has no settings of its own. */
export const auditLogConfig = z.object({});
export type AuditLogConfig = z.output<typeof auditLogConfig>;
