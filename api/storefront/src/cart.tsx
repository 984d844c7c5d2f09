import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { follow, idempotencyKey, Refusal, shop, taken, type Address, type Cart, type CartLine } from './api';
import { useSettings } from './settings';

interface InUse {
  /** Null while there is none, or it is not loaded yet. */
  cart: Cart | null;
  isLoading: boolean;
  /** Why it could not be loaded; undefined: it could, or there is none. */
  failure?: unknown;
  /** Loads it again. */
  retry(): void;
  isOpen: boolean;
  open(isOpen: boolean): void;
  add(sku: string, quantity: number): Promise<Cart>;
  set(line: string, quantity: number): Promise<Cart>;
  tell(contact: { email?: string; shipping_address?: Address }): Promise<Cart>;
  ship(id: string): Promise<Cart>;
  enter(code: string): Promise<Cart>;
  withdraw(code: string): Promise<Cart>;
  /** Pays with a gift card no longer. */
  leave(card: string): Promise<Cart>;
  /** It has become an order, or is no longer there. */
  forget(): void;
  /** Whoever has signed in goes on with what he put into a cart elsewhere, and keeps what is in this one. */
  join(): Promise<void>;
}

const Context = createContext<InUse | null>(null);
const keep = (currency: string) => `cart-${currency}`;
const keyOf = (id: string) => ['cart', id];

/** Of two answers that cross, the older changes nothing. */
const newer = (known: Cart | undefined, cart: Cart) => (known && Number(known.version) > Number(cart.version) ? known : cart);

function show(client: QueryClient, cart: Cart) {
  client.setQueryData<Cart>(keyOf(cart.id), now => newer(now, cart));
}

const idOf = (line: CartLine) => line.id ?? line.sku;

/** The cart as it will probably be when what is on its way has arrived. */
const guessed = (cart: Cart, wanted: ReadonlyMap<string, number>): Cart => (wanted.size === 0 ? cart : {
  ...cart,
  lines: cart.lines.map(line => ({ ...line, quantity: wanted.get(idOf(line)) ?? line.quantity })).filter(line => line.quantity > 0),
});

/** The cart of this browser, one for each currency; the same in all its tabs. */
export function CartProvider({ children }: { children: ReactNode }) {
  const { currency } = useSettings();
  const client = useQueryClient();
  const [id, setId] = useState(() => localStorage.getItem(keep(currency)));
  const [isOpen, open] = useState(false);
  const creating = useRef<Promise<string> | null>(null);

  useEffect(() => {
    setId(localStorage.getItem(keep(currency)));
    creating.current = null;

    // Another tab has begun a cart, or bought it.
    const changed = (event: StorageEvent) => event.key === keep(currency) && setId(event.newValue);
    addEventListener('storage', changed);
    return () => removeEventListener('storage', changed);
  }, [currency]);

  const forget = useCallback(() => {
    localStorage.removeItem(keep(currency));
    creating.current = null;
    setId(null);
  }, [currency]);

  const { data: known = null, error, isLoading, refetch } = useQuery({
    queryKey: keyOf(id ?? ''),
    queryFn: async () => newer(client.getQueryData(keyOf(id!)), await taken(shop.GET('/v1/carts/{cartId}', { params: { path: { cartId: id! } } }))),
    enabled: id !== null,
    staleTime: Infinity,
  });

  // Quantities that are on their way, by line; what the shop last said of the cart stays as it is until it says more.
  const sending = useRef(new Map<string, { quantity: number; answer: Promise<Cart> }>());
  const [wanted, want] = useState<ReadonlyMap<string, number>>(new Map());
  const cart = useMemo(() => known && guessed(known, wanted), [known, wanted]);

  const adopt = useCallback((other: string) => {
    localStorage.setItem(keep(currency), other);
    setId(other);
  }, [currency]);

  // On another device it was put together with the one that was there.
  const successor = cart?.status === 'merged' ? cart.merged_into : null;
  useEffect(() => {
    if (successor) {
      adopt(successor);
    }
  }, [successor, adopt]);
  const isGone = !successor && ((error instanceof Refusal && ['cart_not_found', 'cart_expired'].includes(error.code))
    || (cart !== null && !['active', 'checking_out'].includes(cart.status)));
  const go = useNavigate();
  const { pathname } = useLocation();
  const order = cart?.order ?? null;
  useEffect(() => {
    if (isGone) {
      // Whoever has it before him at the checkout, in whatever tab, sees what became of it.
      if (order && pathname === '/checkout') {
        void go(`/orders/${order}`, { state: { isNew: true }, replace: true });
      }

      forget();
    }
  }, [isGone, forget, go, order, pathname]);

  // What is looked at behind it is what was asked for.
  useEffect(() => open(false), [pathname]);

  const isThere = cart !== null;
  useEffect(() => (id && isThere ? follow<Cart>(`/v1/carts/${id}/events`, 'cart', now => show(client, now)) : undefined), [id, isThere, client]);

  const value = useMemo<InUse>(() => {
    // Two clicks at once make one cart.
    const ensure = () => id
      ? Promise.resolve(id)
      : creating.current ??= taken(shop.POST('/v1/carts', { body: { currency }, headers: { 'Idempotency-Key': idempotencyKey() } }))
        .then(created => {
          show(client, created);
          adopt(created.id);
          return created.id;
        })
        .catch((failure: unknown) => {
          creating.current = null;
          throw failure;
        });

    const change = async (send: (cartId: string) => Promise<Cart>) => {
      const after = await send(await ensure());
      show(client, after);
      return after;
    };

    /** One request after the other for a line, each for what is wanted by then: as many clicks as there are count. */
    const set = (line: string, quantity: number) => {
      const tell = () => want(new Map([...sending.current].map(([each, { quantity: n }]) => [each, n])));
      const under = sending.current.get(line);
      if (under) {
        under.quantity = quantity;
        tell();
        return under.answer;
      }

      const mine: { quantity: number; answer: Promise<Cart> } = { quantity, answer: Promise.resolve().then(async () => {
        try {
          for (;;) {
            const sent = mine.quantity;
            const after = await change(cartId => taken(shop.PUT('/v1/carts/{cartId}/lines/{line}', {
              params: { path: { cartId, line } }, body: { quantity: sent }, headers: once(),
            })));
            if (mine.quantity === sent) {
              return after;
            }
          }
        } catch (failure) {
          void client.invalidateQueries({ queryKey: keyOf(id!) });
          throw failure;
        } finally {
          sending.current.delete(line);

          // Not before what was answered is shown.
          setTimeout(tell);
        }
      }) };
      sending.current.set(line, mine);
      tell();
      return mine.answer;
    };

    const once = () => ({ 'Idempotency-Key': idempotencyKey() });
    const join = async () => {
      // Whoever is asked before this one is read has it from where it is kept.
      const here = localStorage.getItem(keep(currency));
      const claimed = here && await taken(shop.PUT('/v1/me/carts/{cartId}', { params: { path: { cartId: here } }, headers: once() }))
        .catch((failure: unknown) => {
          if (failure instanceof Refusal && !failure.problem.retryable) {
            return null;
          }

          throw failure;
        });
      const { data: own } = await taken(shop.GET('/v1/me/carts'));
      const last = own.find(each => each.currency === currency && each.id !== here && each.lines.length > 0);
      if (claimed && last) {
        show(client, await taken(shop.POST('/v1/carts/{cartId}/merge', { params: { path: { cartId: claimed.id } }, body: { source: last.id }, headers: once() })));
      } else if (last) {
        adopt(last.id);
      }
    };
    return {
      cart: isGone ? null : cart,
      isLoading,
      failure: known === null && !isGone ? error ?? undefined : undefined,
      retry: () => void refetch(),
      isOpen,
      open,
      forget,
      join,
      add: (sku, quantity) => change(cartId => taken(shop.POST('/v1/carts/{cartId}/lines', {
        params: { path: { cartId } }, body: { sku, quantity }, headers: once(),
      }))),
      set,
      tell: contact => change(cartId => taken(shop.PATCH('/v1/carts/{cartId}', {
        params: { path: { cartId } }, body: contact as never, headers: once(),
      }))),
      ship: option => change(cartId => taken(shop.PUT('/v1/carts/{cartId}/shipping-option', {
        params: { path: { cartId } }, body: { id: option }, headers: once(),
      }))),
      enter: code => change(cartId => taken(shop.POST('/v1/carts/{cartId}/codes', {
        params: { path: { cartId } }, body: { code }, headers: once(),
      }))),
      withdraw: code => change(cartId => taken(shop.DELETE('/v1/carts/{cartId}/codes/{code}', {
        params: { path: { cartId, code } }, headers: once(),
      }))),
      leave: card => change(cartId => taken(shop.DELETE('/v1/carts/{cartId}/gift-cards/{id}', {
        params: { path: { cartId, id: card } }, headers: once(),
      }))),
    };
  }, [adopt, cart, client, currency, error, forget, id, isGone, isLoading, isOpen, known, refetch]);

  return <Context value={value}>{children}</Context>;
}

export function useCart(): InUse {
  const cart = use(Context);
  if (!cart) {
    throw new Error('Outside of CartProvider.');
  }

  return cart;
}
