AelixWidget.init("pk_live_h2Yw9QmT5cXn8RvK4bJz7LpS");

export async function accounts() {
  const answer = await fetch("/api/accounts");
  if (!answer.ok) throw new Error(`accounts: ${answer.status}`);
  return answer.json();
}
