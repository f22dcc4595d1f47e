// Asking the server, never for longer than eight seconds.

const PATIENCE = 8000;

// The answer's status and its JSON; status 0 where there was no answer.
export async function ask(path, body) {
  const control = new AbortController();
  const clock = setTimeout(() => control.abort(), PATIENCE);
  try {
    const answer = await fetch(path, {
      signal: control.signal,
      cache: "no-store",
      ...(body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const told = await answer.json().catch(() => ({}));
    return { status: answer.status, told, wait: Number(answer.headers.get("Retry-After")) * 1000 || 0 };
  } catch {
    return { status: 0, told: {}, wait: 0 };
  } finally {
    clearTimeout(clock);
  }
}
