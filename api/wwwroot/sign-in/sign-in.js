const form = document.getElementById('sign-in');
const refusal = document.getElementById('refusal');

// Only back to the token server of this very origin: anything else would send people wherever a link says.
function returnUrl() {
  const wanted = new URL(new URLSearchParams(location.search).get('return_url') ?? '/', location.origin);
  return wanted.origin === location.origin && wanted.pathname.startsWith('/connect/') ? wanted.href : '/';
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  refusal.textContent = '';
  const { email, password, code } = Object.fromEntries(new FormData(form));
  const answer = await fetch('/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password, code: code || null }),
  });
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
