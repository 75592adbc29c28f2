interface PlaceholderRowsProps {
  readonly rows: number;
  readonly columns: number;
}

/** Keeps the place of a table's rows until they come. */
export function PlaceholderRows({ rows, columns }: PlaceholderRowsProps) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden="true">
      <td colSpan={columns}>
        <span className="skeleton" />
      </td>
    </tr>
  ));
}
