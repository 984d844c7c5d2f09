// The widths that the shop makes its own pictures in.
const ladder = [160, 320, 640, 960, 1_280, 1_920];

/** Whether the shop has the picture itself, in every width. */
export const isOurs = (url: string) => /^\/media\/[0-9a-f]{64}$/.test(url);

/** A picture in a square that is there before it has come, and no larger than it is shown. */
export function Picture({ url, alt, size, sizes = `${size}px`, isFirst = false }: {
  url?: string | null;
  alt: string;
  size: number;
  /** How wide it is shown, where that depends on the page. */
  sizes?: string;
  isFirst?: boolean;
}) {
  if (!url) {
    return <span className="picture none" aria-hidden="true" />;
  }

  const shown = (src: string) => (
    <img className="picture" src={src} alt={alt} width={size} height={size} loading={isFirst ? 'eager' : 'lazy'} fetchPriority={isFirst ? 'high' : 'auto'} decoding="async" />
  );
  return !isOurs(url) ? shown(url) : (
    <picture>
      <source type="image/webp" srcSet={ladder.map(width => `${url}/${width}.webp ${width}w`).join(', ')} sizes={sizes} />
      {shown(`${url}/${ladder.find(width => width >= size)}.jpeg`)}
    </picture>
  );
}
