import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { idempotencyKey, shop, taken, type Money } from '../api';
import { useSettings } from '../settings';
import { Bank, isBack, leave, leftWith, usePaymentMethod, type Attempt } from './payment';

/** What is left to pay of an order: after a change of it, or where nothing was taken. */
export default function Due({ id, due }: { id: string; due: Money }) {
  const { words, sum, say } = useSettings();
  const client = useQueryClient();
  const { fields, isReady, failure: unknown, make } = usePaymentMethod(due);
  const [failure, fail] = useState<unknown>();
  const [isPaying, paying] = useState(false);
  const [bank, ask] = useState<{ challenge: string; attempt: Attempt }>();

  /** Tells what the customer must do; null: it is paid. */
  const send = useCallback(async ({ method, key, due }: Attempt) => {
    const answer = await taken(shop.POST('/v1/orders/{orderId}/payments', {
      params: { path: { orderId: id }, header: { 'Idempotency-Key': key } }, body: { payment_method: method, expected_due: due },
    }));
    if ('next_action' in answer) {
      return answer.next_action.url;
    }

    client.setQueryData(['order', id], answer);
    return null;
  }, [client, id]);

  // Back from the bank: the same again tells what came of it.
  useEffect(() => {
    const left = leftWith();
    if (left && 'order' in left && left.order === id) {
      isBack();
      paying(true);
      send(left).then(undefined, fail).finally(() => paying(false));
    }
  }, [id, send]);

  const pay = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    paying(true);
    try {
      const attempt = { method: await make(), key: idempotencyKey(), due };
      const url = await send(attempt);
      if (url?.startsWith('/')) {
        ask({ challenge: url, attempt });
      } else if (url) {
        leave(url, { ...attempt, order: id });
      }
    } catch (refused) {
      fail(refused);
      void client.invalidateQueries({ queryKey: ['order', id] });
    } finally {
      paying(false);
    }
  };

  return (
    <form className="panel" onSubmit={event => void pay(event)} aria-label={words.due}>
      <h2>{words.due}: {sum(due)}</h2>
      {fields}
      {(failure ?? unknown) != null && <p className="warning" role="alert">{say(failure ?? unknown)}</p>}
      <button className="button" disabled={isPaying || !isReady}>{words.pay(sum(due))}</button>
      {bank && <Bank challenge={bank.challenge} look={async () => await send(bank.attempt) === null} onOver={refused => {
        ask(undefined);
        fail(refused);
      }} />}
    </form>
  );
}
