import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { signedIn } from '../account';
import { Failed, Loading } from './States';

/**
 * Where one comes back to from signing in.
 * @param join What is done first for whoever is signed in now.
 */
export function ComeBack({ join }: { join?(): Promise<void> }) {
  const go = useNavigate();
  const client = useQueryClient();
  const [failure, fail] = useState<unknown>();
  const begun = useRef(false);
  useEffect(() => {
    // A code is good once.
    if (!begun.current) {
      begun.current = true;
      signedIn().then(
        async path => {
          // Whatever becomes of that, he is signed in; another time is another chance.
          await join?.().catch(() => undefined);
          await client.invalidateQueries();
          await go(path, { replace: true });
        },
        fail);
    }
  }, [client, go, join]);

  return failure === undefined ? <Loading /> : <Failed isPage failure={failure} />;
}
