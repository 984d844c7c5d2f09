let last = 0;

/** One of a list that is being edited: whatever is put before it or taken away, it stays itself. */
export type Row<T> = T & { row: number };

export const row = <T extends object>(one: T): Row<T> => ({ ...one, row: ++last });

/** What it is without that. */
export function bare<T extends object>(one: Row<T>): T {
  const { row: _, ...rest } = one;
  return rest as unknown as T;
}

export const put = <T extends { row: number }>(all: readonly T[], changed: T) => all.map(each => (each.row === changed.row ? changed : each));

export const without = <T extends { row: number }>(all: readonly T[], gone: T) => all.filter(each => each.row !== gone.row);
