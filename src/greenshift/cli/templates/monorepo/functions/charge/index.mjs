import { withTax } from "money";

export const charge = (amount) => withTax(amount, 19);

export const handler = async (event) => ({ charged: charge(event.amount ?? 0) });
