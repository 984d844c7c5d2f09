import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { signedIn } from '../account';
import { Failed, Loading } from '../parts/States';

/** Where one comes back to from signing in. */
export default function SignedIn() {
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
          await client.invalidateQueries();
          await go(path, { replace: true });
        },
        fail);
    }
  }, [client, go]);

  return failure === undefined ? <Loading /> : <Failed isPage failure={failure} />;
}
