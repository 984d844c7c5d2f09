import { EventSource } from 'eventsource';
import createClient from 'openapi-fetch';
import { accessToken } from './account';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Cart = Schemas['CartView'];
export type CartLine = Schemas['CartLineView'];
export type Order = Schemas['OrderView'];
export type Product = Schemas['ListedProduct'];
export type Variant = Schemas['ListedVariant'];
export type Availability = Schemas['Availability'];
export type Money = Schemas['Money'];
export type Address = Schemas['Address'];
export type Problem = Schemas['Problem'];

// The same for everybody: who looks at goods waits for no rights, and what the page's own link asked for is found.
const isForEverybody = ({ method, url }: Request) => method === 'GET' && /^\/v1\/(products|product-facets|categories)($|\/)/.test(new URL(url).pathname);

/** The shop's API, typed by its OpenAPI document. */
export const shop = createClient<paths>({ baseUrl: location.origin, fetch: request => isForEverybody(request) ? fetch(request) : send(token => {
  if (token) {
    request.headers.set('Authorization', `Bearer ${token}`);
  }

  return fetch(request);
}) });

/** Sends with the rights one has. Whose rights are over is a guest from then on, or gets new ones for what he does next. */
async function send(request: (token: string | null) => Promise<Response>) {
  const token = await accessToken();
  const answer = await request(token);
  if (answer.status === 401 && token) {
    await accessToken(token);
  }

  return answer;
}

/** A refusal or a failure; its code is stable and has a sentence in each language. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }

  get code() {
    return this.problem.code;
  }
}

/** A refusal that is not the shop's: nobody was asked, or somebody else. */
export const refusal = (code: string, more: Partial<Problem> = {}) =>
  new Refusal({ type: 'about:blank', title: code, status: 0, code, retryable: false, ...more });

/** What came back, or throws the refusal. A failure of the network is one too. */
export async function taken<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await request;
  } catch {
    throw refusal('offline', { retryable: true });
  }

  if (answer.error !== undefined || !answer.response.ok) {
    const problem = answer.error as Problem | undefined;
    throw new Refusal(problem?.code
      ? problem
      : { type: 'about:blank', title: 'failed', status: answer.response.status, code: 'internal_error', retryable: true });
  }

  return answer.data as T;
}

/** Makes a change safe to repeat: what is sent twice with one key happens once. */
export const idempotencyKey = () => crypto.randomUUID();

/**
 * Follows something by server-sent events, with the rights one has: comes again by itself and says what it has heard. A page
 * that nobody sees does not, since a browser has but a few connections for all its tabs.
 */
export function follow<T>(path: string, kind: string, heard: (now: T) => void): () => void {
  let source: EventSource | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  const stop = () => {
    clearTimeout(later);
    source?.close();
    source = undefined;
  };
  const look = () => {
    stop();
    if (document.hidden) {
      return;
    }

    source = new EventSource(new URL(path, location.origin), {
      fetch: (input, init) => send(token => fetch(input, { ...init, headers: { ...init.headers, ...token && { Authorization: `Bearer ${token}` } } })),
    });
    source.addEventListener('open', () => {
      tries = 0;
    });
    source.addEventListener('error', event => {
      // What is refused for now is asked for again; what is not there, or over, is not.
      if (source?.readyState === EventSource.CLOSED && ![204, 403, 404, 410].includes(event.code ?? 0)) {
        later = setTimeout(look, Math.min(60_000, 1_000 * 2 ** tries++) * (0.5 + Math.random()));
      }
    });
    source.addEventListener(kind, event => heard(JSON.parse(event.data as string) as T));
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    stop();
  };
}
