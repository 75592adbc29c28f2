/** One invented law firm with both accounts: every example tells of it, so that examples refer to one another. */
export const exampleFirm = {
  tenantId: '5d0a7c1e-8f3b-4c62-9b1d-2f6e4a907c31',
  clioConnectionId: 'c1109f4e-6a52-4d0e-8c37-91b0d5e2f4a8',
  ghlConnectionId: '9e4471b6-0d2c-4f8a-a5c3-7b1f60d8e295',
  pairingId: '3f8b2d60-94c7-4e1a-b6d5-08a7c3e1f942',
  personId: 'd83b5f07-1c6e-4a92-9e40-7b25f8a1c6d4',
  runId: 'b7e60a15-2c4d-4938-9f01-6d8a5b3c7e24',
  ghlContactId: 'Qm8RtKx2VbN5LwPz1HyD',
} as const;
