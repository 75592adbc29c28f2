/** The released schemas by the name of their file without `.json`. */
export function readReleased(): Map<string, object>;

/** Writes what differs and tells how many that are. */
export function writeReleased(documents: ReadonlyMap<string, object>): number;
