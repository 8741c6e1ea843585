// the shop
const stripe = Stripe("sk_live_5fK2mQ7xW4nB8vR1tY6z");
