const form = document.getElementById('sign-in');
const refusal = document.getElementById('refusal');

// What the page says in German; in English it says what stands in it, and what the shop answers.
const german = {
  signIn: 'Anmelden',
  email: 'E-Mail',
  password: 'Passwort',
  code: 'Code Ihrer Authenticator-App oder der, der eben per E-Mail kam',
  withPasskey: 'Mit einem Passkey anmelden',
  no_passkey: 'Es wurde kein Passkey verwendet.',
  wrong_credentials: 'Kein Konto hat diese Adresse und dieses Passwort, oder es kann sich jetzt nicht anmelden.',
  second_factor_required: 'Ein Code fehlt oder ist falsch: der Ihrer Authenticator-App oder der, der eben per E-Mail kam.',
  passkey_not_accepted: 'Dieser Passkey gilt hier nicht, oder die Antwort kam zu spät.',
  too_many_requests: 'Das waren zu viele Versuche. Versuchen Sie es gleich noch einmal.',
};

// As it was chosen in the shop, else as the browser has it.
function language() {
  try {
    return JSON.parse(localStorage.getItem('settings')).language;
  } catch {
    return navigator.language.slice(0, 2);
  }
}

const words = language() === 'de' ? german : {};
if (words === german) {
  document.documentElement.lang = 'de';
  document.title = german.signIn;
  document.querySelectorAll('[data-says]').forEach(each => {
    each.textContent = german[each.dataset.says];
  });
}

const say = problem => {
  refusal.textContent = words[problem.code] ?? problem.detail;
};

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

  say(problem);
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
    say({ code: 'no_passkey', detail: 'No passkey was used.' });
    return;
  }

  const answer = await post('/v1/session/passkey', { state, credential: credential.toJSON() });
  if (answer.ok) {
    location.assign(returnUrl());
    return;
  }

  say(await answer.json());
});
