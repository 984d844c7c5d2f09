import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { shop, taken, type Order } from './api';

// What can be asked for before there is a page that shows it.

interface Wanted {
  category?: string;
  vendor?: string;
  q?: string;
}

/** What a list shows, by where it is: so it can be asked for before there is a page that shows it. */
export function wantedAt(category: string | undefined, query: URLSearchParams): Wanted {
  const of = (name: string) => query.get(name) ?? undefined;
  return { category: category ?? of('category'), vendor: of('vendor'), q: of('q') };
}

export const productsOf = ({ category, vendor, q }: Wanted) => infiniteQueryOptions({
  queryKey: ['products', category, vendor, q],
  queryFn: ({ pageParam }) => taken(shop.GET('/v1/products', {
    params: { query: { limit: 24, cursor: pageParam ?? undefined, category, vendor, q } },
  })),
  initialPageParam: null as string | null,
  getNextPageParam: last => last.page.next_cursor ?? null,
});

export const productOf = (handle: string) => queryOptions({
  queryKey: ['product', handle],
  queryFn: () => taken(shop.GET('/v1/products/{idOrHandle}', { params: { path: { idOrHandle: handle } } })),
});

export const orderOf = (id: string) => queryOptions({
  queryKey: ['order', id],
  queryFn: () => taken(shop.GET('/v1/orders/{orderId}', { params: { path: { orderId: id } } })),
});

/** Shows an order as it is now; of two answers that cross, the older changes nothing. */
export function showOrder(client: QueryClient, order: Order) {
  client.setQueryData<Order>(['order', order.id], known => (known && Number(known.version) > Number(order.version) ? known : order));
}
