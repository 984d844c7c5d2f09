import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { follow, type Availability, type Product } from '../api';
import { useCart } from '../cart';
import { Picture } from '../parts/Picture';
import { Failed, Loading } from '../parts/States';
import { productOf } from '../queries';
import { useSettings } from '../settings';

/** One product, with what can be had of it at this moment. */
export default function ProductPage() {
  const { handle = '' } = useParams();
  const client = useQueryClient();
  const { data: product, error, isPending, refetch } = useQuery(productOf(handle));

  const id = product?.id;
  useEffect(() => (id ? follow<{ variants: { sku: string; availability: Availability }[] }>(
    `/v1/products/${id}/availability/events`, 'availability', now => client.setQueryData<Product>(['product', handle], known => known && {
      ...known,
      variants: known.variants.map(variant => ({
        ...variant, availability: now.variants.find(each => each.sku === variant.sku)?.availability ?? variant.availability,
      })),
    })) : undefined), [id, handle, client]);

  return isPending ? <Loading /> : !product ? <Failed isPage failure={error} retry={() => void refetch()} /> : <Shown key={product.id} product={product} />;
}

function Shown({ product }: { product: Product }) {
  const { words, currency, sum, say } = useSettings();
  const { add, open } = useCart();
  const [chosen, choose] = useState<Record<string, string>>(product.variants[0]?.options as Record<string, string> ?? {});
  const [picture, show] = useState(0);
  const [state, setState] = useState<{ isAdding?: boolean; failure?: unknown }>({});
  useEffect(() => {
    document.title = `${product.title} · ${words.name}`;
  }, [product, words]);

  const options = product.options as string[];
  const variant = product.variants.find(each => options.every(option => (each.options as Record<string, string>)[option] === chosen[option]));
  const price = variant?.prices.find(each => each.currency === currency);
  const before = variant?.compare_at.find(each => each.currency === currency);
  const isOut = !variant || variant.availability.status === 'out_of_stock';
  const buy = () => {
    setState({ isAdding: true });
    add(variant!.sku, variant!.availability.order_min ?? 1).then(
      () => {
        setState({});
        open(true);
      },
      failure => setState({ failure }));
  };

  return (
    <article className="product">
      <div>
        <Picture url={product.images[picture]?.url} alt={product.images[picture]?.alt ?? product.title} size={640} sizes="(min-width: 48rem) min(40rem, 46vw), 92vw" isFirst />
        {product.images.length > 1 && (
          <div className="thumbs">
            {product.images.map((image, i) => (
              <button key={image.url} type="button" className="quiet" aria-pressed={i === picture} aria-label={image.alt ?? `${i + 1}`} onClick={() => show(i)}>
                <Picture url={image.url} alt="" size={72} />
              </button>
            ))}
          </div>
        )}
      </div>
      <div>
        {product.vendor && <p className="small">{product.vendor}</p>}
        <h1>{product.title}</h1>
        <p className="price big">
          {price ? sum(price) : words.unavailable}{' '}
          {before && <s className="small">{sum(before)}</s>}
        </p>
        {options.map(option => (
          <fieldset key={option} className="options">
            <legend>{option}</legend>
            {[...new Set(product.variants.map(each => (each.options as Record<string, string>)[option]!))].map(value => (
              <label key={value}>
                <input type="radio" name={option} value={value} checked={chosen[option] === value} onChange={() => choose({ ...chosen, [option]: value })} />
                <span>{value}</span>
              </label>
            ))}
          </fieldset>
        ))}
        <p className={`stock ${variant?.availability.status ?? 'out_of_stock'}`} aria-live="polite">
          {variant ? <Stock availability={variant.availability} /> : words.unavailable}
        </p>
        <button type="button" className="button" disabled={isOut || !price || state.isAdding} onClick={buy}>{words.addToCart}</button>
        {state.failure !== undefined && <p className="warning" role="alert">{say(state.failure)}</p>}
        <p className="description">{product.description}</p>
      </div>
    </article>
  );
}

function Stock({ availability }: { availability: Availability }) {
  const { words } = useSettings();
  return availability.discontinued ? words.discontinued
    : availability.status === 'low_stock' ? words.low_stock(availability.quantity ?? 1)
      : words[availability.status];
}
