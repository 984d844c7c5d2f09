import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Act, List } from './lists';

type Key = components['schemas']['ApiKey'];
const areas = ['catalog', 'stock', 'orders', 'payments', 'fulfillment', 'promotions', 'drops', 'credit', 'settings', 'customers', 'operations', 'accounts', 'audit'];
const day = 24 * 3_600;

/** Keys of programs. What a key is, is shown once, when it is made. */
export function Keys() {
  const { date } = useSettings();
  const client = useQueryClient();
  const [secret, show] = useState<string>();
  const [now, tick] = useState(Date.now);
  const then = () => {
    tick(Date.now());
    return client.invalidateQueries({ queryKey: ['keys'] });
  };
  const made = (created: components['schemas']['CreatedApiKey']) => {
    show(created.secret);
    return then();
  };
  return (
    <>
      <h1>Keys</h1>
      <section className="panel" aria-labelledby="make">
        <h2 id="make">A new key</h2>
        <Act label="Make a key" act={fields => taken(shop.POST('/v1/admin/api-keys', {
          body: {
            name: fields.name ?? '', kind: fields.kind as Key['kind'],
            scopes: fields.kind === 'publishable' ? [] : areas.flatMap(area => ({ read: [`${area}:read`], write: [`${area}:read`, `${area}:write`] })[fields[area] ?? ''] ?? []),
            origins: fields.origins ? fields.origins.split(',').map(origin => origin.trim()) : [],
            sales_channel: fields.sales_channel || null,
          },
        })).then(made)}>
          <label>Name<input name="name" required maxLength={100} /></label>
          <label>Kind<select name="kind"><option>secret</option><option>publishable</option></select></label>
          <label>Origins of a storefront, with commas<input name="origins" /></label>
          <label>Sales channel of a storefront<input name="sales_channel" maxLength={64} pattern="[a-z0-9\-]+" /></label>
          {areas.map(area => <label key={area}>{area}<select name={area}><option>none</option><option>read</option><option>write</option></select></label>)}
        </Act>
        {secret && <p className="success" role="status">This is shown once: <code>{secret}</code></p>}
      </section>
      <List<Key>
        of={['keys']}
        read={() => taken(shop.GET('/v1/admin/api-keys'))}
        columns={['Name', 'Kind', 'May', 'Origins', 'Sales channel', 'Since', 'Until', 'Do']}
        row={key => (
          <tr key={key.id}>
            <td>{key.name}</td>
            <td>{key.kind}</td>
            <td className="wide">{key.scopes.join(', ')}</td>
            <td>{key.origins.join(', ')}</td>
            <td>{key.sales_channel}</td>
            <td>{date(key.created_at)}</td>
            <td>{key.expires_at ? date(key.expires_at) : ''}</td>
            <td>
              {key.expires_at && Date.parse(key.expires_at) <= now ? 'It is over.' : (
                <>
                  <Act isQuiet label={`Rotate ${key.name}`} act={() => taken(shop.POST('/v1/admin/api-keys/{id}/rotate', {
                    params: { path: { id: key.id } }, body: { overlap_seconds: day },
                  })).then(made)} />
                  <Act isQuiet label={`Revoke ${key.name}`} asks={`Revoke ${key.name}? Whatever uses it is refused from then on.`} act={() => taken(shop.DELETE('/v1/admin/api-keys/{id}', { params: { path: { id: key.id } } })).then(then)} />
                </>
              )}
            </td>
          </tr>
        )}
        empty="There are no keys."
      />
    </>
  );
}
