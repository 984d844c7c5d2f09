import { useQueryClient } from '@tanstack/react-query';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Act, List } from './lists';

type Parked = components['schemas']['ParkedStream'];

/** What could not be handled and waits to be tried again. It should be empty. */
export function Stuck() {
  const { date } = useSettings();
  const client = useQueryClient();
  return (
    <>
      <h1>Stuck</h1>
      <List<Parked>
        of={['parked']}
        read={cursor => taken(shop.GET('/v1/admin/parked-streams', { params: { query: { limit: 50, cursor } } }))}
        columns={['Stream', 'For', { number: 'Attempts' }, 'Next', 'Why', 'Do']}
        row={parked => (
          <tr key={`${parked.subscriber} ${parked.stream}`}>
            <td>{parked.stream}</td>
            <td>{parked.subscriber}</td>
            <td className="number">{parked.attempts}</td>
            <td>{date(parked.next_attempt)}</td>
            <td className="wide">{parked.error}</td>
            <td>
              <Act isQuiet label="Try again" act={() => taken(shop.POST('/v1/admin/parked-streams/redrive', {
                body: { stream: parked.stream, subscriber: parked.subscriber },
              })).then(() => client.invalidateQueries({ queryKey: ['parked'] }))} />
            </td>
          </tr>
        )}
        empty="Nothing is stuck."
      />
    </>
  );
}
