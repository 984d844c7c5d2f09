import { useQuery, useQueryClient } from '@tanstack/react-query';
import { shop, taken } from '../api';
import { Failed } from '../parts/States';
import { Act } from './lists';
import { words } from './Orders';

/** What the customer was written about an order. */
export function Messages({ id }: { id: string }) {
  const client = useQueryClient();
  const key = ['of', id, 'messages'];
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: () => taken(shop.GET('/v1/admin/orders/{orderId}/messages', { params: { path: { orderId: id } } })),
    refetchInterval: query => (query.state.data?.data.some(message => message.status === 'queued') ? 1_000 : false),
  });
  return (
    <section className="panel" aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      {error && <Failed failure={error} />}
      {data?.data.length === 0 && <p>Nothing was written yet.</p>}
      <ul className="lines">
        {data?.data.map((message, at) => (
          <li key={message.id} className="row">
            <span>{at + 1}. {words(message.kind)}: {message.status}{message.reason && ` (${message.reason})`}</span>
            {message.status !== 'queued' && (
              <Act isQuiet label={`Send message ${at + 1} again`} act={(_, again) => taken(shop.POST('/v1/admin/orders/{orderId}/messages/{messageId}/send', {
                params: { path: { orderId: id, messageId: message.id }, header: { 'Idempotency-Key': again } },
              })).then(() => client.invalidateQueries({ queryKey: key }))} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
