const key = "ak_live_k5Xd9RwT3vNq7ZbM2cLp8HyG";

export async function accounts() {
  const answer = await fetch("https://api.aelix.digitalapi.ai/v1/accounts", {
    headers: { Authorization: `Bearer ${key}` },
  });
  return answer.json();
}
