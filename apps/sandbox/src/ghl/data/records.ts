import type { GhlOpportunityStatus } from '@firmbridge/ghl-api';

/** Who did it: an app through the API, or a person in HighLevel's own pages. */
export interface Author {
  readonly source: 'INTEGRATION' | 'WEB_USER';
  readonly channel: 'OAUTH' | 'APP';
  readonly sourceId: string;
}

export interface AuthorMark extends Author {
  readonly timestamp: string;
}

export type DedupField = 'email' | 'phone';

export interface StoredLocation {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly postalCode: string;
  readonly website: string;
  readonly timezone: string;
  readonly settings: {
    readonly allowDuplicateContact: boolean;
    readonly allowDuplicateOpportunity: boolean;
    readonly allowFacebookNameMerge: boolean;
    readonly disableContactTimezone: boolean;
  };
  /** Business profile, not exposed by the API: which fields tell duplicates, in order. */
  readonly matching: { readonly primary: DedupField; readonly secondary: DedupField | null };
  readonly suspended: boolean;
}

export interface CustomFieldValue {
  readonly id: string;
  readonly value: unknown;
}

export interface DndSetting {
  readonly status: string;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
}
export type DndSettings = Readonly<Record<string, DndSetting | undefined>>;

export const contactTextFields = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'address1',
  'city',
  'state',
  'postalCode',
  'country',
  'website',
  'timezone',
  'source',
  'gender',
  'companyName',
  'assignedTo',
] as const;
export type ContactTextField = (typeof contactTextFields)[number];

export interface StoredContact {
  readonly id: string;
  readonly locationId: string;
  /** What is not set is absent. */
  readonly texts: Readonly<Partial<Record<ContactTextField, string>>>;
  /** ISO instant at midnight UTC. */
  readonly dateOfBirth: string | null;
  readonly type: string;
  readonly tags: readonly string[];
  readonly dnd: boolean;
  readonly dndSettings: DndSettings;
  readonly inboundDndSettings: DndSettings;
  readonly customFields: readonly CustomFieldValue[];
  readonly additionalEmails: readonly string[];
  readonly dateAdded: string;
  readonly dateUpdated: string;
  readonly createdBy: AuthorMark;
  readonly lastUpdatedBy: AuthorMark;
}

export interface StoredOpportunity {
  readonly id: string;
  readonly locationId: string;
  readonly contactId: string;
  readonly pipelineId: string;
  readonly pipelineStageId: string;
  readonly name: string;
  readonly status: GhlOpportunityStatus;
  readonly monetaryValue: number | null;
  readonly assignedTo: string | null;
  readonly source: string | null;
  readonly lostReasonId: string | null;
  readonly customFields: readonly CustomFieldValue[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastStatusChangeAt: string;
  readonly lastStageChangeAt: string;
}

export interface StoredStage {
  readonly id: string;
  readonly name: string;
  readonly position: number;
}

export interface StoredPipeline {
  readonly id: string;
  readonly locationId: string;
  readonly name: string;
  readonly stages: readonly StoredStage[];
}

export interface StoredLostReason {
  readonly id: string;
  readonly locationId: string;
  readonly name: string;
  readonly createdAt: string;
}

export type FieldModel = 'contact' | 'opportunity';

export interface StoredCustomField {
  readonly id: string;
  readonly locationId: string;
  readonly model: FieldModel;
  readonly name: string;
  readonly fieldKey: string;
  readonly dataType: string;
  readonly placeholder: string;
  readonly position: number;
  readonly picklistOptions: readonly string[];
}

/** A constant of the location (section 5). */
export interface StoredCustomValue {
  readonly id: string;
  readonly locationId: string;
  readonly name: string;
  readonly fieldKey: string;
  readonly value: string;
}

export interface StoredTag {
  readonly id: string;
  readonly locationId: string;
  readonly name: string;
}

export interface StoredUser {
  readonly id: string;
  readonly companyId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly role: string;
  readonly locationIds: readonly string[];
}

export interface StoredNote {
  readonly id: string;
  readonly contactId: string;
  readonly body: string;
  readonly userId: string | null;
  readonly title: string | null;
  readonly color: string | null;
  readonly pinned: boolean;
  readonly dateAdded: string;
}

export interface StoredTask {
  readonly id: string;
  readonly contactId: string;
  readonly title: string;
  readonly body: string | null;
  readonly assignedTo: string | null;
  readonly dueDate: string;
  readonly completed: boolean;
  readonly dateAdded: string;
}
