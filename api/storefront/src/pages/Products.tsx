import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { shop, taken, type Product } from '../api';
import { Failed, Loading } from '../parts/States';
import { Picture } from '../parts/Picture';
import { productsOf, wantedAt } from '../queries';
import { useSettings } from '../settings';

const firstMade = 8;

/** Everything there is, a category of it, or what was searched for. */
export function Products() {
  const { words } = useSettings();
  const { category: at } = useParams();
  const [query] = useSearchParams();
  const wanted = wantedAt(at, query);
  const { q, category, vendor } = wanted;
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(productsOf(wanted));

  const products = useMemo(() => data?.pages.flatMap(page => page.data) ?? [], [data]);

  // Nothing was found, and nothing was narrowed down either that could be widened again.
  const isBare = data !== undefined && products.length === 0 && vendor === undefined && category === at;
  const title = q ? words.found(isPending ? 1 : products.length, q) : category ? category.replaceAll('-', ' ') : words.name;
  useEffect(() => {
    document.title = title === words.name ? title : `${title} · ${words.name}`;
  }, [title, words]);

  return (
    <>
      <h1>{title}</h1>
      {(q ?? category) !== undefined && !isBare && <Narrower q={q} category={category} vendor={vendor} isIn={at !== undefined} />}
      {isPending ? <Loading /> : !data ? <Failed failure={error} retry={() => void refetch()} /> : products.length === 0 ? (
        <>
          {q === undefined && <p>{words.nothingHere}</p>}
          {(q ?? category) !== undefined && <Link className="button" to="/">{words.home}</Link>}
        </>
      ) : (
        <Grid key={[category, vendor, q].join('/')} products={products}>
          {error && <Failed failure={error} />}
          {hasNextPage && (
            <button type="button" className="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{words.more}</button>
          )}
        </Grid>
      )}
    </>
  );
}

/** What the products have in common: each makes the list shorter. */
function Narrower({ q, category, vendor, isIn }: { q?: string; category?: string; vendor?: string; isIn: boolean }) {
  const { words } = useSettings();
  const [isOpen, open] = useState(false);
  const { data: facets } = useQuery({
    queryKey: ['facets', q, category, vendor],
    enabled: isOpen,
    queryFn: () => taken(shop.GET('/v1/product-facets', { params: { query: { q, category, vendor } } })),
  });
  const to = (changed: { category?: string; vendor?: string }) => {
    const wanted = { q, category: isIn ? undefined : category, vendor, ...changed };
    return { search: new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== undefined) as [string, string][]).toString() };
  };
  return (
    <details className="narrower" onToggle={event => open(event.currentTarget.open)}>
      <summary>{words.narrow}{facets && ` (${facets.is_complete ? '' : '> '}${facets.products})`}</summary>
      {vendor && <p><Link to={to({ vendor: undefined })}>{words.notOnly(vendor)}</Link></p>}
      {!isIn && category && <p><Link to={to({ category: undefined })}>{words.notOnly(category.replaceAll('-', ' '))}</Link></p>}
      {!isIn && !category && <Values title={words.menu} of={facets?.categories} to={value => to({ category: value })} />}
      {!vendor && <Values title={words.madeBy} of={facets?.vendors} to={value => to({ vendor: value })} />}
    </details>
  );
}

function Values({ title, of, to }: { title: string; of?: readonly { value: string; products: number | string }[]; to(value: string): { search: string } }) {
  return of && of.length > 0 && (
    <section>
      <h2>{title}</h2>
      <ul className="choices">{of.map(({ value, products }) => <li key={value}><Link to={to(value)}>{value.replaceAll('-', ' ')}</Link> <span className="small">{String(products)}</span></li>)}</ul>
    </section>
  );
}

/** The first of them are seen before the others are made, and what comes below waits for all of them. */
function Grid({ products, children }: { products: Product[]; children: ReactNode }) {
  const made = useDeferredValue(products, products.slice(0, firstMade));
  return (
    <>
      <ul className="grid">{made.map((product, i) => <Card key={product.id} product={product} isFirst={i < 4} />)}</ul>
      {made.length >= products.length && children}
    </>
  );
}

function Card({ product, isFirst }: { product: Product; isFirst: boolean }) {
  const { words, currency, sum } = useSettings();
  const prices = product.variants
    .flatMap(variant => variant.prices.filter(price => price.currency === currency))
    .sort((one, other) => Number(one.amount) - Number(other.amount));
  const [first] = prices;
  const isOut = product.variants.every(variant => variant.availability.status === 'out_of_stock');
  return (
    <li>
      <Link className="card" to={`/p/${product.handle}`}>
        <Picture url={product.images[0]?.url} alt="" size={320} sizes="(min-width: 48rem) 18rem, 45vw" isFirst={isFirst} />
        <span className="card-title">{product.title}</span>
        <span className="price">
          {first ? <>{prices.at(-1)!.amount !== first.amount && `${words.from} `}{sum(first)}</> : words.unavailable}
        </span>
        {isOut && <span className="small">{words.out_of_stock}</span>}
      </Link>
    </li>
  );
}
