/** Numbers as bars, and as the table that they are for whoever does not see them. */
export function Bars({ title, bars, isFlat = false, least = 1 }: {
  title: string;
  bars: readonly { name: string; value: number; shown: string }[];
  /** Whether there is a line for each, with its name. */
  isFlat?: boolean;
  /** What a whole bar stands for at the least. */
  least?: number;
}) {
  const most = Math.max(least, ...bars.map(bar => bar.value));
  if (bars.length === 0) {
    return <section className="panel"><h2>{title}</h2><p>Nothing yet.</p></section>;
  }

  return (
    <section className="panel">
      <h2>{title}</h2>
      {isFlat ? (
        <ul className="flat">
          {bars.map(bar => (
            <li key={bar.name}><span>{bar.name}</span><meter min={0} max={most} value={bar.value} aria-label={bar.name}>{bar.shown}</meter><span className="number">{bar.shown}</span></li>
          ))}
        </ul>
      ) : (
        <>
          <svg className="bars" viewBox={`0 0 ${bars.length * 10} 100`} preserveAspectRatio="none" aria-hidden="true">
            {bars.map((bar, at) => (
              <rect key={bar.name} x={at * 10 + 1} width={8} y={100 - 100 * bar.value / most} height={100 * bar.value / most}><title>{`${bar.name}: ${bar.shown}`}</title></rect>
            ))}
          </svg>
          <details>
            <summary>{title} as a table</summary>
            <div className="table" tabIndex={0} role="region" aria-label={title}>
              <table>
                <thead><tr><th scope="col">From</th><th scope="col">{title}</th></tr></thead>
                <tbody>{bars.map(bar => <tr key={bar.name}><td>{bar.name}</td><td className="number">{bar.shown}</td></tr>)}</tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}
