import { withTax } from "money";

export const refund = (amount) => -withTax(amount, 19);

export const handler = async (event) => ({ refunded: refund(event.amount ?? 0) });
