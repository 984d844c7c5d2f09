import type { UserManager } from 'oidc-client-ts';
import { useSyncExternalStore } from 'react';

// The console is a client of its own, whose tokens end with the tab: they can do more, and nobody shares a tab.
const isConsole = location.pathname.startsWith('/admin');
const client = isConsole ? 'console' : 'storefront';
const store = isConsole ? sessionStorage : localStorage;
const renewBefore = 30;
const kept = `oidc.user:${location.origin}:${client}`;

let manager: Promise<UserManager> | undefined;

/** Signs people in, as any OpenID Connect client does (code and PKCE). Loaded by those who have an account. */
function users(): Promise<UserManager> {
  return manager ??= import('oidc-client-ts').then(({ UserManager, WebStorageStateStore }) => new UserManager({
    authority: location.origin,
    client_id: client,
    redirect_uri: `${location.origin}${isConsole ? '/admin' : ''}/signed-in`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: 'openid email offline_access commerce',
    userStore: new WebStorageStateStore({ store }),
    automaticSilentRenew: false,
  }));
}

// Whether it ended while he was here, and not by him.
let isOver = false;
export const wasSignedOut = () => isOver;

const listeners = new Set<() => void>();
const tell = () => listeners.forEach(listener => listener());
addEventListener('storage', event => event.key === kept && tell());

/** Whether somebody is signed in, in whatever tab he did it. */
export const isSignedIn = () => store.getItem(kept) !== null;

export const useIsSignedIn = () => useSyncExternalStore(
  listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isSignedIn);

/** Has something done when whoever was signed in is no more, in whatever tab that is found out. */
export function onSignedOut(act: () => void) {
  let was = isSignedIn();
  listeners.add(() => {
    const is = isSignedIn();
    if (was && !is) {
      act();
    }

    was = is;
  });
}

/**
 * The access token; null for a guest. A refresh token is good once, so of all tabs one renews at a time.
 * @param refused A token that is good no more, whatever it says itself: as when he was signed out from elsewhere.
 */
export async function accessToken(refused?: string): Promise<string | null> {
  if (!isSignedIn()) {
    return null;
  }

  const known = await users();
  return navigator.locks.request('renew', async () => {
    const user = await known.getUser();
    if (!user) {
      // Whoever had the lock before has found out that it is over.
      return null;
    }

    if (user.access_token !== refused && (user.expires_in ?? 0) > renewBefore) {
      return user.access_token;
    }

    try {
      return (await known.signinSilent())?.access_token ?? null;
    } catch (failure) {
      // Anything else may pass: whoever has no connection just now is not signed out by that.
      if ((failure as { error?: string }).error !== 'invalid_grant') {
        throw failure;
      }

      // Signed out elsewhere, or it was too long ago.
      await known.removeUser();
      isOver = true;
      tell();
      return null;
    }
  });
}

/** Which of his sign-ins this is. */
export const thisSession = async () => (await (await users()).getUser())?.profile.sid;

/** What roles whoever is signed in has: those in his access token (RFC 9068). */
export async function rolesOf(): Promise<string[]> {
  const token = await accessToken();
  if (!token) {
    return [];
  }

  const claims = JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))) as { role?: string | string[] };
  return [claims.role ?? []].flat();
}

/** Leaves for the page that asks who it is; and comes back. */
export async function signIn(backTo: string) {
  await (await users()).signinRedirect({ state: backTo });
}

/** He has come back. Returns where he was. */
export async function signedIn(): Promise<string> {
  const user = await (await users()).signinCallback();
  tell();
  return typeof user?.state === 'string' && /^\/(?!\/)/.test(user.state) ? user.state : isConsole ? '/' : '/account';
}

export async function signOut() {
  await (await users()).signoutRedirect();
}
