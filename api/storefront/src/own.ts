import { useQuery } from '@tanstack/react-query';
import { useIsSignedIn } from './account';
import { shop, taken } from './api';

/** What the shop knows of whoever is signed in; of a guest, nothing. */
export function useOwn() {
  const isSignedIn = useIsSignedIn();
  return useQuery({ queryKey: ['own', 'me'], queryFn: () => taken(shop.GET('/v1/me')), enabled: isSignedIn });
}
