import { Link } from 'react-router';
import { useSettings } from '../settings';

export function Missing() {
  const { words } = useSettings();
  return <><h1>{words.notFound}</h1><Link className="button" to="/">{words.home}</Link></>;
}
