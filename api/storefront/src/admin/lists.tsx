import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { idempotencyKey, Refusal } from '../api';
import { useSettings } from '../settings';
import { Failed, Loading } from '../parts/States';

interface Page<T> {
  data: T[];
  page: { next_cursor?: string | null };
}

/** A list page by page, as the API gives it. */
export function List<T>({ of, read, columns, row, empty }: {
  of: readonly unknown[];
  read(cursor: string | undefined): Promise<Page<T>>;
  columns: readonly (string | { number: string })[];
  row(entry: T): ReactNode;
  empty: string;
}) {
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: of,
    queryFn: ({ pageParam }) => read(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.page.next_cursor ?? null,
  });
  const entries = data?.pages.flatMap(page => page.data) ?? [];
  return isPending ? <Loading /> : !data ? <Failed failure={error} retry={() => void refetch()} /> : entries.length === 0 ? <p>{empty}</p> : (
    <>
      <div className="table" tabIndex={0} role="region" aria-label="Table">
        <table>
          <thead><tr>{columns.map(column => (typeof column === 'string'
            ? <th key={column} scope="col">{column}</th>
            : <th key={column.number} scope="col" className="number">{column.number}</th>))}</tr></thead>
          <tbody>{entries.map(row)}</tbody>
        </table>
      </div>
      {error && <Failed failure={error} />}
      {hasNextPage && <button type="button" className="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more</button>}
    </>
  );
}

/** A form that does one thing, says that it does, and why not if not. */
export function Act<T = Record<string, string>>({ label, act, asks, children, isQuiet = false, keeps = false, className = 'inline', onChange }: {
  label: string;
  /** What is asked before what cannot be taken back. */
  asks?: string | ((fields: T) => string);
  act(fields: T, key: string): Promise<unknown>;
  children?: ReactNode;
  isQuiet?: boolean;
  /** Whether what was typed stays when it is done. */
  keeps?: boolean;
  className?: string;
  /** Whenever something is typed. */
  onChange?(): void;
}) {
  const { say } = useSettings();
  // The same until it is known what became of it: asked again after a lost answer, it is done once.
  const key = useRef(idempotencyKey());
  const [state, setState] = useState<{ isBusy?: boolean; failure?: unknown; isDone?: boolean }>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value])) as T;
    if (asks && !confirm(typeof asks === 'string' ? asks : asks(fields))) {
      return;
    }

    setState({ isBusy: true });
    act(fields, key.current).then(
      () => {
        key.current = idempotencyKey();
        if (!keeps) {
          form.reset();
        }

        setState({ isDone: true });
      },
      (failure: unknown) => {
        if (failure instanceof Refusal && !failure.problem.retryable) {
          key.current = idempotencyKey();
        }

        setState({ failure });
      });
  };
  return (
    <form className={className} onSubmit={submit} onChange={onChange} aria-label={label}>
      {children}
      <button className={isQuiet ? 'quiet' : 'button'} disabled={state.isBusy}>{label}</button>
      {state.isDone && <span className="small" role="status">Done.</span>}
      {state.failure !== undefined && <p className="warning" role="alert">{explain(state.failure, say)}</p>}
    </form>
  );
}

/** What is being edited was saved by somebody else. */
export function Meanwhile({ anew }: { anew(): void }) {
  return (
    <p className="warning" role="status">
      Somebody else has changed it meanwhile, so this cannot be saved.{' '}
      <button type="button" className="quiet" onClick={anew}>Leave mine and look again</button>
    </p>
  );
}

/** Operators are told what exactly was refused. */
export function explain(failure: unknown, say: (failure: unknown) => string) {
  const problem = failure instanceof Refusal ? failure.problem : undefined;
  const where = problem?.errors?.map(error => `${error.pointer}: ${error.detail}`) ?? [];
  return problem?.code === 'forbidden' ? 'Your roles do not allow this.' : where.length > 0 ? where.join(' ') : problem?.detail ?? say(failure);
}
