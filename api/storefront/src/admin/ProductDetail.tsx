import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { shop, taken } from '../api';
import { Failed, Loading } from '../parts/States';
import type { components } from '../schema';
import { Amounts } from './Amounts';
import { Act, Meanwhile } from './lists';
import { words } from './Orders';
import { PictureFields } from './PictureFields';
import { bare, put, row, without, type Row } from './rows';

type View = components['schemas']['ProductView'];
type Content = Pick<View, 'title' | 'handle' | 'description' | 'vendor' | 'status' | 'categories' | 'tags' | 'options' | 'variants' | 'images'>;
type Variant = View['variants'][number];
type Image = View['images'][number];
type Draft = Omit<Content, 'variants' | 'images'> & { variants: Row<Variant>[]; images: Row<Image>[] };

const noVariant: Variant = { sku: '', options: {}, prices: [], compare_at: [], weight_grams: 0, tax_class: 'standard' };
const blank: Content = { title: '', handle: '', description: '', vendor: null, status: 'draft', categories: [], tags: [], options: [], variants: [noVariant], images: [] };

/** One product with all that is said of it, to be changed as a whole. */
export function ProductDetail() {
  const { id = 'new' } = useParams();
  const [begun, begin] = useState(0);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['product', id],
    queryFn: () => taken(shop.GET('/v1/admin/products/{productId}', { params: { path: { productId: id } } })),
    enabled: id !== 'new',
    staleTime: 0,
  });
  return id === 'new' ? <Editor of={blank} />
    : isPending ? <Loading />
    : !data ? <Failed isPage failure={error} retry={() => void refetch()} />
    : <Editor key={`${data.id} ${begun}`} id={data.id} version={Number(data.version)} of={data} anew={() => begin(begun + 1)} />;
}

function Editor({ id, version, of, anew }: { id?: string; version?: number; of: Content; anew?(): void }) {
  const go = useNavigate();
  const client = useQueryClient();
  const [begun] = useState<{ version?: number; draft: Draft }>(() => ({ version, draft: { ...of, variants: of.variants.map(row), images: of.images.map(row) } }));
  const [draft, set] = useState(begun.draft);
  const isOld = version !== begun.version;
  useEffect(() => {
    // Nothing was typed that could be lost.
    if (isOld && draft === begun.draft) {
      anew?.();
    }
  }, [isOld, draft, begun, anew]);
  const change = (part: Partial<Draft>) => set(now => ({ ...now, ...part }));
  const picture = (row: number, part: Partial<Image>) =>
    set(now => ({ ...now, images: now.images.map(each => (each.row === row ? { ...each, ...part } : each)) }));
  const body = {
    title: draft.title, handle: draft.handle || null, description: draft.description, vendor: draft.vendor || null, status: draft.status,
    categories: draft.categories, tags: draft.tags, options: draft.options, images: draft.images.map(bare),
    variants: draft.variants.map(bare).map(variant => ({
      ...variant, options: Object.fromEntries(draft.options.map(option => [option, variant.options[option] ?? ''])), barcode: variant.barcode || null,
    })),
  };
  const save = async (_: unknown, key: string) => {
    const saved = id
      ? await taken(shop.PUT('/v1/admin/products/{productId}', {
        params: { path: { productId: id }, header: { 'Idempotency-Key': key, 'If-Match': `"${begun.version}"` } }, body,
      }))
      : await taken(shop.POST('/v1/admin/products', { params: { header: { 'Idempotency-Key': key } }, body }));
    client.setQueryData(['product', saved.id], saved);
    anew?.();
    await client.invalidateQueries({ queryKey: ['products'] });
    if (!id) {
      void go(`/products/${saved.id}`, { replace: true });
    }
  };

  return (
    <>
      <h1>{id ? of.title : 'A new product'}</h1>
      <Act label="Save" className="editor" keeps act={save}>
        <section className="panel">
          <h2>What it is</h2>
          <label>Title<input required maxLength={255} value={draft.title} onChange={event => change({ title: event.target.value })} /></label>
          <label>Handle, empty: from the title<input maxLength={128} pattern="[a-z0-9\-]+" value={draft.handle} onChange={event => change({ handle: event.target.value })} /></label>
          <label>Status
            <select value={draft.status} onChange={event => change({ status: event.target.value as Draft['status'] })}>
              {(['draft', 'active', 'archived'] as const).map(status => <option key={status}>{status}</option>)}
            </select>
          </label>
          <label>Description<textarea rows={6} maxLength={20_000} value={draft.description} onChange={event => change({ description: event.target.value })} /></label>
          <label>Vendor<input maxLength={255} value={draft.vendor ?? ''} onChange={event => change({ vendor: event.target.value })} /></label>
          <Words label="Categories" value={draft.categories} change={categories => change({ categories })} />
          <Words label="Tags" value={draft.tags} change={tags => change({ tags })} />
          <Words label="Options, such as Size, Colour" value={draft.options} change={options => change({ options })} />
        </section>
        <section className="panel">
          <h2>Pictures</h2>
          {draft.images.map((image, at) => (
            <PictureFields key={image.row} name={`Picture ${at + 1}`} image={image} change={part => picture(image.row, part)}>
              <button type="button" className="quiet" disabled={at === 0} onClick={() => change({ images: swap(draft.images, at) })}>Picture {at + 1} up</button>
              <button type="button" className="quiet" onClick={() => change({ images: without(draft.images, image) })}>Remove picture {at + 1}</button>
            </PictureFields>
          ))}
          <button type="button" className="quiet" onClick={() => change({ images: [...draft.images, row<Image>({ url: '' })] })}>Add a picture</button>
        </section>
        <section className="panel">
          <h2>Variants</h2>
          {draft.variants.map((variant, at) => {
            const edit = (part: Partial<Variant>) => change({ variants: put(draft.variants, { ...variant, ...part }) });
            return (
              <fieldset key={variant.row} className="inline">
                <legend>Variant {at + 1}</legend>
                <label>SKU<input required maxLength={64} value={variant.sku} onChange={event => edit({ sku: event.target.value })} /></label>
                {draft.options.map(option => (
                  <label key={option}>{option}<input required maxLength={255} value={variant.options[option] ?? ''} onChange={event => edit({ options: { ...variant.options, [option]: event.target.value } })} /></label>
                ))}
                <Amounts label="Price" value={variant.prices} change={prices => edit({ prices })} />
                <Amounts label="Before" value={variant.compare_at} change={compare_at => edit({ compare_at })} />
                <label>Weight in grams<input type="number" min={0} max={1_000_000} value={variant.weight_grams} onChange={event => edit({ weight_grams: Number(event.target.value) })} /></label>
                <label>Tax class<input required maxLength={64} value={variant.tax_class} onChange={event => edit({ tax_class: event.target.value })} /></label>
                <label>Barcode<input maxLength={32} value={variant.barcode ?? ''} onChange={event => edit({ barcode: event.target.value })} /></label>
                <button type="button" className="quiet" disabled={draft.variants.length === 1} onClick={() => change({ variants: without(draft.variants, variant) })}>Remove variant {at + 1}</button>
              </fieldset>
            );
          })}
          <button type="button" className="quiet" onClick={() => change({ variants: [...draft.variants, row({ ...noVariant, tax_class: draft.variants[0]?.tax_class ?? 'standard' })] })}>Add a variant</button>
        </section>
      </Act>
      {isOld && anew && <Meanwhile anew={anew} />}
      {id && <p className="small">{words(of.status)}, version {version}</p>}
    </>
  );
}

/** Words with commas between them. */
function Words({ label, value, change }: { label: string; value: readonly string[]; change(value: string[]): void }) {
  const [text, type] = useState(value.join(', '));
  return (
    <label>{label}
      <input value={text} onChange={event => {
        type(event.target.value);
        change(event.target.value.split(',').map(word => word.trim()).filter(Boolean));
      }} />
    </label>
  );
}

const swap = <T,>(all: readonly T[], at: number) => all.map((each, index) => (index === at ? all[at - 1]! : index === at - 1 ? all[at]! : each));
