/** What a charge of `amount` cents costs the merchant, in cents: a share, rounded up. */
export const SHARE = 0.029;

export const fee = (amount) => Math.ceil(amount * SHARE);
