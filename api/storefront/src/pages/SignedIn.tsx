import { useCart } from '../cart';
import { ComeBack } from '../parts/ComeBack';

/** Where a shopper comes back to from signing in. */
export default function SignedIn() {
  const { join } = useCart();
  return <ComeBack join={join} />;
}
