import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { shop, taken, type Product } from '../api';
import { Failed, Loading } from '../parts/States';
import { Picture } from '../parts/Picture';
import { useSettings } from '../settings';

/** Everything there is, a category of it, or what was searched for. */
export function Products() {
  const { words } = useSettings();
  const { category } = useParams();
  const [query] = useSearchParams();
  const q = query.get('q') ?? undefined;
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['products', category, q],
    queryFn: ({ pageParam }) => taken(shop.GET('/v1/products', {
      params: { query: { limit: 24, cursor: pageParam ?? undefined, category, q } },
    })),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.page.next_cursor ?? null,
  });

  const products = data?.pages.flatMap(page => page.data) ?? [];
  const title = q ? words.found(isPending ? 1 : products.length, q) : category ? category.replaceAll('-', ' ') : words.name;
  useEffect(() => {
    document.title = title === words.name ? title : `${title} · ${words.name}`;
  }, [title, words]);

  return (
    <>
      <h1>{title}</h1>
      {isPending ? <Loading /> : error ? <Failed failure={error} retry={() => void refetch()} /> : (
        <>
          <ul className="grid">{products.map((product, i) => <Card key={product.id} product={product} isFirst={i < 4} />)}</ul>
          {hasNextPage && (
            <button type="button" className="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{words.more}</button>
          )}
        </>
      )}
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
        <Picture url={product.images[0]?.url} alt="" size={320} isFirst={isFirst} />
        <span className="card-title">{product.title}</span>
        <span className="price">
          {first ? <>{prices.at(-1)!.amount !== first.amount && `${words.from} `}{sum(first)}</> : words.unavailable}
        </span>
        {isOut && <span className="small">{words.out_of_stock}</span>}
      </Link>
    </li>
  );
}
