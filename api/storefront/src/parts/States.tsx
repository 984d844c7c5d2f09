import { useSettings } from '../settings';

/** While something is fetched: takes the room it will need. */
export function Loading() {
  const { words } = useSettings();
  return <p className="loading" role="status">{words.loading}</p>;
}

/** Why something is not there, and the way to try again. */
export function Failed({ failure, retry, isPage = false }: { failure: unknown; retry?: () => void; isPage?: boolean }) {
  const { words, say } = useSettings();
  return (
    <div className="failed" role="alert">
      {isPage ? <h1>{say(failure)}</h1> : <p>{say(failure)}</p>}
      {retry && <button type="button" className="quiet" onClick={retry}>{words.retry}</button>}
    </div>
  );
}
