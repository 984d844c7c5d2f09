import type { Money } from '../api';

// What is paid for while one is at one's bank: by the time one is back, the shop may have come further.
const kept = 'left-with';

/** An attempt to pay what is due; the same, key included, until it is known what became of it: so it is paid once. */
export interface Attempt {
  method: string;
  key: string;
  due: Money;
}

/** What one has left for one's bank with. */
export type Left = { cart: string } | Attempt & { order: string };

/** Leaves for one's bank. */
export function leave(url: string, paying: Left) {
  sessionStorage.setItem(kept, JSON.stringify(paying));
  location.assign(url);
}

/** What one has left with; null: nothing. */
export const leftWith = () => JSON.parse(sessionStorage.getItem(kept) ?? 'null') as Left | null;

/** It is known what became of it. */
export const isBack = () => sessionStorage.removeItem(kept);

/** What one has left with for an order; null: nothing. */
export function leftFor(order: string): Attempt | null {
  const left = leftWith();
  return left && 'order' in left && left.order === order ? left : null;
}
