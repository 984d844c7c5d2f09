import { Link } from 'react-router';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { List } from './lists';
import { words } from './Orders';
import { Simulator } from './Simulator';

type Listed = components['schemas']['ListedPromotion'];

/** What takes something off, and what it would take off. */
export function Promotions() {
  const { date } = useSettings();
  return (
    <>
      <h1>Promotions</h1>
      <p><Link className="button" to="/promotions/new">A new promotion</Link></p>
      <div className="two">
        <div><List<Listed>
          of={['promotions']}
          read={cursor => taken(shop.GET('/v1/admin/promotions', { params: { query: { limit: 50, cursor } } }))}
          columns={['Title', 'Code', 'Kind', 'Status', { number: 'Used' }, 'From', 'Until']}
          row={promotion => (
            <tr key={promotion.id}>
              <td className="wide"><Link to={`/promotions/${promotion.id}`}>{promotion.title}</Link></td>
              <td>{promotion.code ?? 'by itself'}</td>
              <td>{words(promotion.kind)}</td>
              <td>{promotion.status}</td>
              <td className="number">{String(promotion.used)}{promotion.limits?.uses_max && ` of ${promotion.limits.uses_max}`}</td>
              <td>{promotion.starts_at && date(promotion.starts_at)}</td>
              <td>{promotion.ends_at && date(promotion.ends_at)}</td>
            </tr>
          )}
          empty="There are no promotions."
        /></div>
        <Simulator />
      </div>
    </>
  );
}
