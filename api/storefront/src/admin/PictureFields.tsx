import { useState, type ReactNode } from 'react';
import { accessToken } from '../account';
import { Refusal, taken } from '../api';
import { isOurs, Picture } from '../parts/Picture';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { explain } from './lists';

type Image = components['schemas']['ProductView']['images'][number];
type Uploaded = components['schemas']['ImageView'];

const usualMax = 10 * 1_024 * 1_024;

/** One picture of a product: a file from here, or where it is. */
export function PictureFields({ name, image, change, children }: {
  name: string;
  image: Image;
  /** Whenever something of it changes; an upload ends after much else may have changed. */
  change(part: Partial<Image>): void;
  children: ReactNode;
}) {
  const { say } = useSettings();
  const [state, set] = useState<{ part?: number; failure?: unknown }>({});
  const choose = (file: File | undefined) => {
    if (file) {
      set({ part: 0 });
      upload(file, part => set({ part })).then(
        ({ url }) => {
          set({});
          change({ url });
        },
        (failure: unknown) => set({ failure }));
    }
  };

  return (
    <fieldset className="inline">
      <legend>{name}</legend>
      {isOurs(image.url) && <Picture url={image.url} alt={`${name} as it is`} size={72} />}
      <label>File<input type="file" accept="image/jpeg,image/png,image/webp" disabled={state.part !== undefined} onChange={event => choose(event.target.files?.[0])} /></label>
      <label>Address<input required maxLength={2_000} value={image.url} onChange={event => change({ url: event.target.value })} /></label>
      <label>What it shows<input maxLength={500} value={image.alt ?? ''} onChange={event => change({ alt: event.target.value || null })} /></label>
      {children}
      {state.part !== undefined && <progress aria-label={`Uploading ${name.toLowerCase()}`} value={state.part} />}
      {state.failure !== undefined && <p className="warning" role="alert">{explain(state.failure, say)}</p>}
    </fieldset>
  );
}

/** Sends a file and says how far it has come, which fetch does not. */
async function upload(file: File, progress: (part: number) => void) {
  const token = await accessToken();
  const sent = new Promise<{ data?: Uploaded; error?: unknown; response: Response }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/admin/images');
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.upload.onprogress = event => progress(event.loaded / event.total);
    request.onload = () => resolve({
      [request.status < 300 ? 'data' : 'error']: request.response, response: new Response(null, { status: request.status }),
    });
    request.onerror = reject;
    request.send(file);
  });
  try {
    return await taken(sent);
  } catch (failure) {
    // A server that is sent too much may hang up before it is heard.
    throw failure instanceof Refusal && failure.code === 'offline' && file.size > usualMax
      ? new Refusal({ ...failure.problem, code: 'payload_too_large', detail: 'It did not arrive: a picture has at most 10 MB.' })
      : failure;
  }
}
