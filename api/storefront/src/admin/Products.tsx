import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { shop, taken, type Product } from '../api';
import { useSettings } from '../settings';
import { Import } from './Import';
import { saveAs } from './files';
import { Act, List } from './lists';

/** All products, also those that shoppers do not see. */
export function Products() {
  const { sum } = useSettings();
  const client = useQueryClient();
  const [q, search] = useState('');
  const set = (product: Product) => () => taken(shop.PUT('/v1/admin/products/{productId}/status', {
    params: { path: { productId: product.id } }, body: { status: product.status === 'active' ? 'archived' : 'active' },
  })).then(() => client.invalidateQueries({ queryKey: ['products'] }));
  return (
    <>
      <h1>Products</h1>
      <Import />
      <div className="filters">
        <Link className="button" to="/products/new">A new product</Link>
        <Act isQuiet label="Save all as a file" act={async () => saveAs('products.csv', await taken(shop.GET('/v1/admin/exports/products', { parseAs: 'blob' })) as Blob)} />
        <label>Search<input type="search" value={q} maxLength={200} onChange={event => search(event.target.value)} /></label>
      </div>
      <List<Product>
        of={['products', q]}
        read={cursor => taken(shop.GET('/v1/admin/products', { params: { query: { limit: 50, cursor, q: q || undefined } } }))}
        columns={['Title', 'In the shop', 'Status', 'SKUs', 'Prices', 'Do']}
        row={product => (
          <tr key={product.id}>
            <td className="wide"><Link to={`/products/${product.id}`}>{product.title}</Link></td>
            <td><a className="quiet small" href={`/p/${product.handle}`} aria-label={`look at ${product.title}`}>look</a></td>
            <td>{product.status}</td>
            <td className="wide">{product.variants.map(variant => variant.sku).join(', ')}</td>
            <td className="wide">{product.variants[0]?.prices.map(sum).join(', ')}</td>
            <td><Act isQuiet label={product.status === 'active' ? `Archive ${product.title}` : `Publish ${product.title}`} act={set(product)} /></td>
          </tr>
        )}
        empty="No product is like that."
      />
    </>
  );
}
