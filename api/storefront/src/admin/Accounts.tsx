import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Act, List } from './lists';

type Account = components['schemas']['AccountView'];
type Role = components['schemas']['SetRolesRequest']['roles'][number];
const roles: Role[] = ['support', 'merchandiser', 'warehouse', 'finance', 'administrator'];

/** Who has an account, and what he may do. */
export function Accounts() {
  const { date } = useSettings();
  const client = useQueryClient();
  const [email, search] = useState('');
  const [isOnlyOperators, setOnlyOperators] = useState(true);
  const then = () => client.invalidateQueries({ queryKey: ['accounts'] });
  return (
    <>
      <h1>Accounts</h1>
      <div className="filters">
        <label>E-mail<input type="search" value={email} maxLength={320} onChange={event => search(event.target.value)} /></label>
        <label><input type="checkbox" checked={isOnlyOperators} onChange={event => setOnlyOperators(event.target.checked)} /> only those with a role</label>
      </div>
      <List<Account>
        of={['accounts', email, isOnlyOperators]}
        read={cursor => taken(shop.GET('/v1/admin/accounts', {
          params: { query: { limit: 50, cursor, email: email || undefined, operators: isOnlyOperators || undefined } },
        }))}
        columns={['E-mail', 'Since', 'Verified', 'Second factor', 'Roles', 'Access']}
        row={account => (
          <tr key={account.id}>
            <td>{account.email}</td>
            <td>{date(account.created_at)}</td>
            <td>{account.is_email_verified ? 'yes' : 'no'}</td>
            <td>{account.has_second_factor ? 'yes' : 'no'}</td>
            <td className="wide">
              <Act isQuiet label={`Save roles of ${account.email}`} act={fields => taken(shop.PUT('/v1/admin/accounts/{id}/roles', {
                params: { path: { id: account.id } }, body: { roles: roles.filter(role => fields[role] === 'on') },
              })).then(then)}>
                {roles.map(role => <label key={role}><input type="checkbox" name={role} defaultChecked={(account.roles as string[]).includes(role)} /> {role}</label>)}
              </Act>
            </td>
            <td>
              <Act isQuiet label={`${account.is_locked ? 'Unlock' : 'Lock'} ${account.email}`} asks={account.is_locked ? undefined : `Lock ${account.email} out?`} act={() => taken(shop.PUT('/v1/admin/accounts/{id}/lock', {
                params: { path: { id: account.id } }, body: { is_locked: !account.is_locked },
              })).then(then)} />
            </td>
          </tr>
        )}
        empty="There is no such account."
      />
    </>
  );
}
