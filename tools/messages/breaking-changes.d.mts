/** What breaks those who rely on the released schema, by the path of the field; empty when nothing does. */
export function breakingChanges(
  released: object,
  present: object,
  options: { readonly reliedOnBy: 'readers' | 'senders'; readonly openEnums?: boolean },
): { readonly path: string; readonly what: string }[];
