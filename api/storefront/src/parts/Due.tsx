import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { idempotencyKey, Refusal, shop, taken, type Money } from '../api';
import { showOrder } from '../queries';
import { useSettings } from '../settings';
import { isBack, leave, leftFor, type Attempt } from './redirect';
import { Bank, settled, usePaymentMethod } from './payment';

/** What is left to pay of an order: after a change of it, or where nothing was taken. */
export default function Due({ id, due }: { id: string; due: Money }) {
  const { words, sum, say } = useSettings();
  const client = useQueryClient();
  const { fields, isReady, failure: unknown, make } = usePaymentMethod(due);
  const [failure, fail] = useState<unknown>();
  const [isPaying, paying] = useState(false);
  const [bank, ask] = useState<{ challenge: string; attempt: Attempt }>();

  /** Tells where the customer must go, or nowhere while nothing is known yet; null: it is paid. */
  const send = useCallback(async ({ method, key, due }: Attempt) => {
    const answer = await taken(shop.POST('/v1/orders/{orderId}/payments', {
      params: { path: { orderId: id }, header: { 'Idempotency-Key': key } }, body: { payment_method: method, expected_due: due },
    }));
    if ('next_action' in answer) {
      return answer.next_action.url;
    }

    showOrder(client, answer);
    return null;
  }, [client, id]);
  const pay = useCallback(async (begin: () => Promise<void>) => {
    fail(undefined);
    paying(true);
    try {
      await begin();
    } catch (refused) {
      fail(refused);

      // What is not known yet is asked for again another time.
      if (leftFor(id) && refused instanceof Refusal && !refused.problem.retryable) {
        isBack();
      }

      void client.invalidateQueries({ queryKey: ['order', id] });
    } finally {
      paying(false);
    }
  }, [client, id]);

  // Back from the bank: the same again tells what came of it.
  useEffect(() => {
    const left = leftFor(id);
    if (left) {
      void pay(() => settled(async () => await send(left) === null).then(isBack));
    }
  }, [id, pay, send]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void pay(async () => {
      const attempt = leftFor(id) ?? { method: await make(), key: idempotencyKey(), due };
      const url = await send(attempt);
      if (url === '') {
        await settled(async () => await send(attempt) === null);
      } else if (url?.startsWith('/')) {
        ask({ challenge: url, attempt });
      } else if (url !== null) {
        leave(url, { ...attempt, order: id });
      }
    });
  };

  return (
    <form className="panel" onSubmit={submit} aria-label={words.due}>
      <h2>{words.due}: {sum(due)}</h2>
      {fields}
      {(failure ?? unknown) != null && <p className="warning" role="alert">{say(failure ?? unknown)}</p>}
      {isPaying && <p role="status">{words.waiting}</p>}
      <button className="button" disabled={isPaying || !isReady}>{words.pay(sum(due))}</button>
      {bank && <Bank challenge={bank.challenge} look={async () => await send(bank.attempt) === null} onOver={refused => {
        ask(undefined);
        fail(refused);
      }} />}
    </form>
  );
}
