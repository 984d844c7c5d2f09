import { useEffect, useState, type FormEvent } from 'react';
import { useNavigate, useParams } from 'react-router';
import { follow, idempotencyKey, shop, taken } from '../api';
import { useCart } from '../cart';
import { Failed, Loading } from '../parts/States';
import type { components } from '../schema';
import { useSettings } from '../settings';

type Drop = components['schemas']['PublicDrop'];
type Ticket = components['schemas']['TicketView'];

/** A flash sale: when it opens, one's place in the line, and how long one has once it is one's turn. */
export default function DropPage() {
  const { id = '' } = useParams();
  const { words, say } = useSettings();
  const { cart, tell, add } = useCart();
  const go = useNavigate();
  const [drop, setDrop] = useState<Drop>();
  const [ticket, setTicket] = useState<Ticket>();
  const [token, setToken] = useState(() => localStorage.getItem(`ticket-${id}`));
  const [failure, fail] = useState<unknown>();
  const [isBusy, busy] = useState(false);
  const now = useClock();

  useEffect(() => {
    taken(shop.GET('/v1/drops/{dropId}', { params: { path: { dropId: id } } })).then(setDrop, fail);
    return follow<Drop>(`/v1/drops/${id}/events`, 'drop', setDrop);
  }, [id]);
  useEffect(() => (token ? follow<Ticket>(`/v1/drops/${id}/tickets/${token}/events`, 'ticket', setTicket) : undefined), [id, token]);

  const title = drop?.title;
  useEffect(() => {
    document.title = title ? `${title} · ${words.name}` : words.name;
  }, [title, words]);

  if (!drop) {
    return failure === undefined ? <Loading /> : <Failed isPage failure={failure} />;
  }

  const join = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    const { email } = Object.fromEntries(new FormData(event.currentTarget)) as { email: string };
    try {
      const mine = await tell({ email });
      const joined = await taken(shop.POST('/v1/drops/{dropId}/tickets', {
        params: { path: { dropId: id } }, body: { cart: mine.id, quantity: 1, token }, headers: { 'Idempotency-Key': idempotencyKey() },
      }));
      localStorage.setItem(`ticket-${id}`, joined.token);
      setToken(joined.token);
      setTicket(joined.ticket);
    } catch (refused) {
      fail(refused);
    }
  };
  const buy = async () => {
    fail(undefined);
    busy(true);
    try {
      if (!cart?.lines.some(line => line.sku === drop.sku)) {
        await add(drop.sku, ticket!.granted);
      }

      await go('/checkout');
    } catch (refused) {
      fail(refused);
      busy(false);
    }
  };

  const opensIn = Math.ceil((Date.parse(drop.opens_at) - now) / 1_000);
  return (
    <>
      <h1>{drop.title}</h1>
      <p className="small">{words.dropLeft(drop.left, drop.units)} · {words.dropWaiting(drop.waiting)}</p>
      <section className="panel narrow" aria-live="polite">
        {ticket ? (
          <>
            <p className="big">{words.ticket[ticket.state]}</p>
            {ticket.position != null && <p className="big">{words.position(ticket.position)}</p>}
            {ticket.state === 'waiting' && ticket.estimate_seconds != null && (
              <p className="small">{words.estimate(Math.ceil(Number(ticket.estimate_seconds) / 60))}</p>
            )}
            {ticket.state === 'admitted' && ticket.deadline && (
              <>
                <p>{words.deadline(clock(Math.ceil((Date.parse(ticket.deadline) - now) / 1_000)))}</p>
                <button type="button" className="button" disabled={isBusy} onClick={() => void buy()}>{words.checkout}</button>
              </>
            )}
          </>
        ) : drop.status === 'scheduled' && opensIn > 0 ? <p className="big">{words.opensIn(clock(opensIn))}</p>
          : drop.status === 'closed' ? <p className="big">{words.dropClosed}</p> : (
            <form onSubmit={event => void join(event)}>
              <label>{words.email}<input name="email" type="email" required autoComplete="email" defaultValue={cart?.email ?? ''} /></label>
              <button className="button">{drop.status === 'sold_out' ? words.joinWaitlist : words.join}</button>
            </form>
          )}
        {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
      </section>
    </>
  );
}

/** The time, once a second. */
function useClock() {
  const [now, tick] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Seconds as minutes and seconds, with hours only when there are some. */
function clock(seconds: number) {
  const two = (n: number) => String(n).padStart(2, '0');
  const left = Math.max(0, seconds);
  const hours = Math.floor(left / 3_600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
}
