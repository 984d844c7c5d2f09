import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Refusal, shop, taken } from '../api';
import { Failed } from '../parts/States';
import { saveAs } from './files';
import { Act } from './lists';

const often = 500;

// An import takes longer than one looks at it.
const kept = 'import';

/** A catalogue as a file, and how far it has come. */
export function Import() {
  const [id, start] = useState(() => localStorage.getItem(kept));
  return (
    <section className="panel" aria-labelledby="import">
      <h2 id="import">Import</h2>
      <p className="small">A file in Shopify’s product-export format. What is there already is brought up to date.</p>
      <Act<{ file: File; currency: string }> label="Import" act={async ({ file, currency }, key) => {
        const begun = await taken(shop.POST('/v1/admin/imports', {
          params: { query: { currency } },
          headers: { 'Idempotency-Key': key, 'Content-Type': 'text/csv' },
          body: file as never,
          bodySerializer: body => body as never,
        }));
        localStorage.setItem(kept, begun.id);
        start(begun.id);
      }}>
        <label>File<input name="file" type="file" accept=".csv,text/csv" required /></label>
        <label>Currency<select name="currency"><option>GBP</option><option>EUR</option></select></label>
      </Act>
      {id && <Progress key={id} id={id} />}
    </section>
  );
}

function Progress({ id }: { id: string }) {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['import', id],
    queryFn: async () => {
      const now = await taken(shop.GET('/v1/admin/imports/{importId}', { params: { path: { importId: id } } }));
      if (now.status !== 'running') {
        await client.invalidateQueries({ queryKey: ['products'] });
      }

      return now;
    },
    refetchInterval: query => (isMissing(query.state.error) ? false : query.state.data?.status === 'running' || !query.state.data ? often : false),
  });

  // One of another shop's, or from long ago.
  const isGone = isMissing(error);
  useEffect(() => {
    if (isGone) {
      localStorage.removeItem(kept);
    }
  }, [isGone]);
  return isGone ? null : error ? <Failed failure={error} /> : data && (
    <div aria-live="polite">
      <p>{data.status}: {data.rows} rows, {data.products} products, {data.failed} rows refused. {data.failure_reason}</p>
      {data.status === 'running' && <progress aria-label="Import" max={Number(data.bytes)} value={Number(data.bytes_done)} />}
      {Number(data.failed) > 0 && <Act isQuiet label="Save what was refused" act={() => save(id)} />}
    </div>
  );
}

const isMissing = (error: unknown) => error instanceof Refusal && error.problem.status === 404;

/** All that was refused, as a file to work through. */
async function save(id: string) {
  const lines = [['row', 'column', 'code', 'detail']];
  for (let cursor: string | undefined; ;) {
    const page = await taken(shop.GET('/v1/admin/imports/{importId}/errors', { params: { path: { importId: id }, query: { limit: 100, cursor } } }));
    lines.push(...page.data.map(error => [String(error.row), error.column ?? '', error.code, error.detail]));
    if (!page.page.next_cursor) {
      break;
    }

    cursor = page.page.next_cursor;
  }

  // RFC 4180; what a spreadsheet would take for a formula is text (OWASP, CSV injection).
  const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  saveAs(`${id}-refused.csv`, new Blob([lines.map(line => line.map(cell).join(',')).join('\r\n')], { type: 'text/csv' }));
}
