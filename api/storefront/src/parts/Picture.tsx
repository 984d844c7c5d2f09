/** A picture in a square that is there before it has come. */
export function Picture({ url, alt, size, isFirst = false }: { url?: string | null; alt: string; size: number; isFirst?: boolean }) {
  return url
    ? <img className="picture" src={url} alt={alt} width={size} height={size} loading={isFirst ? 'eager' : 'lazy'} fetchPriority={isFirst ? 'high' : 'auto'} decoding="async" />
    : <span className="picture none" aria-hidden="true" />;
}
