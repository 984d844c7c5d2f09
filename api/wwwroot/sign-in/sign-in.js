const form = document.getElementById('sign-in');
const refusal = document.getElementById('refusal');

// Only back to the token server of this very origin: anything else would send people wherever a link says.
function returnUrl() {
  const wanted = new URL(new URLSearchParams(location.search).get('return_url') ?? '/', location.origin);
  return wanted.origin === location.origin && wanted.pathname.startsWith('/connect/') ? wanted.href : '/';
}

const post = (path, body) => fetch(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

form.addEventListener('submit', async event => {
  event.preventDefault();
  refusal.textContent = '';
  const { email, password, code } = Object.fromEntries(new FormData(form));
  const answer = await post('/v1/session', { email, password, code: code || null });
  if (answer.ok) {
    location.assign(returnUrl());
    return;
  }

  const problem = await answer.json();
  if (problem.code === 'second_factor_required') {
    document.getElementById('factor').hidden = false;
  }

  refusal.textContent = problem.detail;
});

const passkey = document.getElementById('passkey');
passkey.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
passkey.addEventListener('click', async () => {
  refusal.textContent = '';
  const { options, state } = await (await post('/v1/session/passkey-options', {})).json();
  let credential;
  try {
    credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  } catch {
    refusal.textContent = 'No passkey was used.';
    return;
  }

  const answer = await post('/v1/session/passkey', { state, credential: credential.toJSON() });
  if (answer.ok) {
    location.assign(returnUrl());
    return;
  }

  refusal.textContent = (await answer.json()).detail;
});
