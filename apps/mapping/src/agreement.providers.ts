import { AgreeOnEntity } from './application/agreement/agree-on-entity.js';
import { AgreeOnPage } from './application/agreement/agree-on-page.js';
import { Agree } from './application/agreement/agree.js';
import { AskForWrites } from './application/agreement/ask-for-writes.js';
import { ConflictDecision } from './application/agreement/conflict-decision.js';
import { DecideConflicts } from './application/agreement/decide-conflicts.js';
import { FindConflicts } from './application/agreement/find-conflicts.js';
import { HaltGone } from './application/agreement/halt-gone.js';
import { KeepAnswer } from './application/agreement/keep-answer.js';
import { KeepCopies } from './application/agreement/keep-copies.js';
import { LockPair } from './application/agreement/lock-pair.js';
import { SettleWrite } from './application/agreement/settle-write.js';
import { UndoConflict } from './application/agreement/undo-conflict.js';
import { AgreementRepository } from './persistence/agreement.repository.js';
import { ConflictRepository } from './persistence/conflict.repository.js';
import { EntityOfRecordRepository } from './persistence/entity-of-record.repository.js';
import { RecordCopyRepository } from './persistence/record-copy.repository.js';

/** What keeps both sides in step. */
export const agreementProviders = [
  Agree,
  AgreeOnEntity,
  AgreeOnPage,
  AskForWrites,
  ConflictDecision,
  DecideConflicts,
  FindConflicts,
  UndoConflict,
  EntityOfRecordRepository,
  HaltGone,
  KeepAnswer,
  KeepCopies,
  LockPair,
  SettleWrite,
  AgreementRepository,
  ConflictRepository,
  RecordCopyRepository,
];
